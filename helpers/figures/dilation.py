"""Dilation: which pixels a spread window reads, what it makes of them, and how far stacks see.

Extents and counts come from the arguments and from helpers.arithmetic; all numbers that are drawn
are in the alt text.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers import arithmetic
from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture
from helpers.figures.sharing import correlate

GREY = {"cmap": "gray", "vmin": 0, "vmax": 1}


def _photo(photo):
    """(height, width) from 0 to 1."""
    bright = np.asarray(photo).dtype == np.uint8
    return np.clip(p.grey_map(photo, "photo") / (255 if bright else 1), 0, 1)


def _around(photo, at, half):
    """The square of 2 * half + 1 pixels around `at`."""
    row, column = at
    piece = photo[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
    if piece.shape != (2 * half + 1, 2 * half + 1):
        raise ValueError(f"at={at}: {half} pixels around it must fit into the photo {photo.shape}.")
    return piece


# ---------------------------------------------------------------- what is read


@s.styled
def views_on(photo: ArrayLike, views: Mapping, *, at: tuple[int, int]) -> Picture:
    """The pixels of a photograph that one output reads; those that it never reads are hatched.

    photo: (height, width), uint8 or 0 to 1; views: {title: gradient of one output}, four at most,
    each square, of odd size, its output in the middle (less than a millionth of the largest: not
    read); at: row and column of the photograph that lie under the output. One scale for all.
    """
    if not 1 <= len(views) <= 4:
        raise ValueError(f"One to four views, please; got {len(views)}.")
    photo, read = _photo(photo), {}
    for title, value in views.items():
        value = abs(s.array(value, 2, f"view {title}"))
        if value.shape[0] != value.shape[1] or value.shape[0] % 2 == 0 or not value.any():
            raise ValueError(f"view {title} {value.shape}: a square of odd size that is not zero.")
        read[title] = value > 1e-6 * value.max()
    extents = {title: [np.flatnonzero(seen.any(axis)) for axis in (1, 0)]
               for title, seen in read.items()}  # fmt: skip
    half = 1 + max(
        int(abs(np.concatenate(places) - len(read[title]) // 2).max())
        for title, places in extents.items()
    )
    piece, n = _around(photo, at, half), len(views)
    wide = min((s.WIDTH - 0.1) / n - 0.12, 2.9)
    cell = wide / len(piece)
    fig, ax = s.canvas(s.WIDTH, wide + 0.95)
    margin = (s.WIDTH - n * (wide + 0.12) + 0.12) / 2
    told = []
    for place, (title, seen) in enumerate(read.items()):
        left, middle = margin + place * (wide + 0.12), len(seen) // 2
        edges = (left, left + wide, 0.62, 0.62 + wide)  # what is not read stays faint, and hatched
        ax.imshow(1 - 0.3 * (1 - piece), extent=edges, aspect="auto", zorder=0, **GREY)
        style = {"fill": False, "ec": s.VERMILION, "lw": 0.3, "hatch": "xxxx"}
        ax.add_patch(Rectangle((left, 0.62), wide, wide, **style))
        for row, column in np.argwhere(seen) - middle + half:
            corner = (left + column * cell, 0.62 + wide - (row + 1) * cell)
            shade = str(piece[row, column])
            ax.add_patch(Rectangle(corner, cell, cell, fc=shade, ec=shade, lw=0.3))
        rows, columns = extents[title]
        high, broad = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
        corner = (left + (columns[0] - middle + half) * cell,
                  0.62 + wide - (rows[-1] - middle + half + 1) * cell)  # fmt: skip
        frame = {"fill": False, "ec": s.ORANGE, "lw": 2.6}
        ax.add_patch(Rectangle(corner, broad * cell, high * cell, **frame))
        corner = (left + half * cell, 0.62 + wide - (half + 1) * cell)
        ax.add_patch(Rectangle(corner, cell, cell, fill=False, ec=s.SKY, lw=2.2))
        ax.set(xlim=(0, s.WIDTH), ylim=(0, wide + 0.95))  # imshow has moved them
        s.text(ax, left + wide / 2, wide + 0.79, title)
        size, count = f"{high}x{broad}", f"{s.number(seen.sum())} of {s.number(high * broad)} read"
        s.text(ax, left + wide / 2, 0.42, size, fontsize=s.SMALL)
        s.text(ax, left + wide / 2, 0.19, count, fontsize=s.SMALL)
        told.append(f"{title}: {size}, {count}")
    return Picture(
        fig, f"What one output reads of {len(piece)}x{len(piece)} pixels of a photograph, the "
        f"extent framed, other pixels hatched. {'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- what it makes of them


@s.styled
def rates_on(
    photo: ArrayLike, kernel: ArrayLike, rates: Sequence[int], *, at: tuple[int, int]
) -> Picture:
    """The same weights at several rates: where they lie on a photograph, and the maps they write.

    photo: (height, width), uint8 or 0 to 1; kernel: (3, 3); rates: four at most; at: row and column
    of the pixel in the middle of the windows drawn. The maps share one scale, white is 0.
    """
    photo, kernel = _photo(photo), s.array(kernel, 2, "kernel").astype(float)
    if kernel.shape != (3, 3) or not 1 <= len(rates) <= 4:
        raise ValueError(f"A 3x3 kernel and one to four rates; got {kernel.shape}, {len(rates)}.")
    n, half = len(rates), max(rates) + 1
    piece = _around(photo, at, half)
    wide = min((s.WIDTH - 0.1) / n - 0.12, 2.3)
    tall, cell = wide * photo.shape[0] / photo.shape[1], wide / len(piece)
    maps = [correlate(photo, kernel, rate) for rate in rates]
    largest = float(f"{max(np.quantile(abs(v), 0.99) for v in maps):.1g}") or 1.0
    fig = Figure(figsize=(s.WIDTH, wide + tall + 1.75))
    margin = (s.WIDTH - n * (wide + 0.12) + 0.12) / 2
    told = []
    for place, (rate, values) in enumerate(zip(rates, maps, strict=True)):
        left, reach = margin + place * (wide + 0.12), 2 * rate + 1
        ax = p.panel(fig, left, tall + 1.42, wide, piece, f"rate {rate}", **GREY)
        for (row, column), weight in np.ndenumerate(kernel):
            corner = (half + (column - 1) * rate - 0.5, half + (row - 1) * rate - 0.5)
            ax.add_patch(Rectangle(corner, 1, 1, fc=s.READ, ec=s.ORANGE, lw=1.8))
            if cell > 0.17:
                s.text(ax, corner[0] + 0.5, corner[1] + 0.5, s.number(weight), fontsize=9)
        s.label(fig, left + wide / 2, tall + 1.25, f"reaches over {reach}x{reach}")
        edge = rate  # "valid": the map is smaller by 2 * rate, and drawn where it belongs
        whole = np.pad(values, edge, constant_values=np.nan)
        scale = {"cmap": s.SIGNED, "vmin": -largest, "vmax": largest}
        panel = p.panel(fig, left, 0.86, wide, whole, "", **scale)
        panel.set_facecolor(s.PADDING)
        words = f"mean size {p.two(abs(values).mean())}"
        s.label(fig, left + wide / 2, 0.7, words)
        told.append(f"rate {rate} reaches over {reach}x{reach}, {words}")
        image = panel.images[0]
    name, extend = "value on the maps", "neither"
    if max(abs(v).max() for v in maps) > largest:
        name = f"{name}; beyond \u00b1{s.number(largest)} drawn like the ends"
        extend = "both"
    p.colour_bar(fig, s.WIDTH / 2 - 1.6, 0.42, 3.2, image, name, extend=extend)
    ends = s.listed((-largest, largest))
    return Picture(
        fig, f"One 3x3 kernel, {s.rows(kernel)}, on {len(piece)}x{len(piece)} pixels of a "
        f"photograph and the maps that it writes of the whole, colours between {ends}. "
        f"{'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- how far stacks see


@s.styled
def dilated_tree(rates: Sequence[int], kernel_size: int = 3, *, causal: bool = True) -> Picture:
    """A stack of 1-D dilated layers as a tree: which cells feed the last output.

    rates: from the first layer on, four at most; causal: windows end at their own cell, as with
    Keras' padding="causal"; otherwise they lie around it. ValueError for more than 40 cells.
    """
    fields = [arithmetic.receptive_field([(kernel_size, 1, d) for d in rates[: i + 1]])
              for i in range(len(rates))]  # fmt: skip
    if not 1 <= len(rates) <= 4 or fields[-1] > 40:
        raise ValueError(f"One to four layers that see 40 cells at most; {fields[-1]} here.")
    n = fields[-1] + 2
    step, level = (s.WIDTH - 2.0) / n, 0.82
    fig, ax = s.canvas(s.WIDTH, level * len(rates) + 0.9)
    at = n - 1 if causal else n // 2
    needed, reads = {at}, []
    for rate in reversed(rates):  # from the last layer down
        taps = np.arange(kernel_size) - (kernel_size - 1 if causal else kernel_size // 2)
        pairs = [(cell, cell + int(tap) * rate) for cell in sorted(needed) for tap in taps]
        reads.append(pairs)
        needed = {source for _, source in pairs}
    reads = reads[::-1]
    used = [{source for _, source in reads[0]}] + [{cell for cell, _ in pairs} for pairs in reads]

    def spot(cell, floor):
        return 1.15 + (cell + 0.5) * step, 0.5 + floor * level

    for floor, pairs in enumerate(reads):
        for cell, source in pairs:
            low, high = spot(source, floor), spot(cell, floor + 1)
            ax.plot(*zip(low, high, strict=True), color=s.ORANGE, lw=1.3, zorder=1)
    size = min(step * 32, 11)
    told = []
    for floor, cells in enumerate(used):
        for cell in range(n):
            fill = s.WRITTEN if floor == len(rates) else s.READ
            style = {"mfc": fill if cell in cells else "white", "mec": "#BBBBBB"}
            style["mec"] = s.BLACK if cell in cells else "#BBBBBB"
            ax.plot(*spot(cell, floor), "o", ms=size, zorder=2, **style)
        words = f"rate {rates[floor - 1]}" if floor else "input"
        s.text(ax, 0.1, 0.5 + floor * level, words, ha="left", fontsize=s.SMALL)
        if floor:
            sees = f"sees {fields[floor - 1]}"
            s.text(ax, s.WIDTH - 0.1, 0.5 + floor * level, sees, ha="right", fontsize=s.SMALL)
            told.append(f"rate {rates[floor - 1]}: {len(cells)} of its cells are needed, each sees "
                        f"{fields[floor - 1]} of the input")  # fmt: skip
    kind = "causal" if causal else "centred"
    words = f"windows of {kernel_size}, {kind}; {len(used[0])} input cells feed one output"
    s.text(ax, s.WIDTH / 2, 0.15, words, fontsize=s.SMALL)
    return Picture(
        fig, f"A tree of {len(rates)} dilated layers in one dimension, {words}. From the first "
        f"layer up: {'; '.join(told)}."
    )  # fmt: skip


@s.styled
def nets_on(photo: ArrayLike, fields: Mapping) -> Picture:
    """Receptive fields as squares around the middle of one photograph, all to scale.

    photo: (height, width) or (height, width, 3), uint8 or 0 to 1; fields: {net: pixels}, five at
    most. What lies outside the photograph is hatched: there the net reads zeros.
    """
    if not 1 <= len(fields) <= 5:
        raise ValueError(f"One to five nets, please; got {len(fields)}.")
    photo = np.asarray(photo)
    photo = photo / 255 if photo.dtype == np.uint8 else photo.astype(float)
    size = photo.shape[0]
    side = max(*fields.values(), size) * 1.03
    wide = 4.6
    inch = wide / side
    fig, ax = s.canvas(s.WIDTH, wide + 0.3)
    left, low = 0.15, 0.15
    style = {"fc": "white", "ec": "#BBBBBB", "hatch": "///", "lw": 0}
    ax.add_patch(Rectangle((left, low), wide, wide, **style))
    middle = (left + wide / 2, low + wide / 2)
    half = size * inch / 2
    edges = (middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half)
    ax.imshow(photo, extent=edges, zorder=2, aspect="auto", **(GREY if photo.ndim == 2 else {}))
    ax.set(xlim=(0, s.WIDTH), ylim=(0, wide + 0.3))
    names = sorted(fields, key=fields.get, reverse=True)
    rows = np.linspace(low + wide - 0.3, low + 0.6, len(names) + 1)
    for place, name in enumerate(names):
        colour, half = s.CATEGORIES[place % 6], fields[name] * inch / 2
        corner = (middle[0] - half, middle[1] - half)
        style = {"fill": False, "ec": "white", "lw": 4.5, "zorder": 3}
        ax.add_patch(Rectangle(corner, 2 * half, 2 * half, **style))
        style |= {"ec": colour, "lw": 2.6, "ls": s.DASHES[place], "zorder": 4}
        ax.add_patch(Rectangle(corner, 2 * half, 2 * half, **style))
        key = left + wide + 0.25
        ax.plot([key, key + 0.5], [rows[place]] * 2, color=colour, lw=2.6, ls=s.DASHES[place])
        s.text(ax, key + 0.6, rows[place], f"{name}: {fields[name]}", ha="left")
    s.text(ax, left + wide + 0.25, rows[-1], f"photograph: {size}\nhatched: zeros", ha="left",
           fontsize=s.SMALL)  # fmt: skip
    told = ", ".join(f"{name} {fields[name]}" for name in names)
    beyond = [name for name in names if fields[name] > size]
    words = "all lie inside it"
    if beyond:
        verb = "reach" if beyond[1:] else "reaches"
        words = f"{s.listed(beyond)} {verb} beyond it, into zeros (hatched)"
    return Picture(
        fig, f"Receptive fields as squares around the middle of a photograph of {size} pixels a "
        f"side, to scale, in pixels: {told}; {words}."
    )  # fmt: skip
