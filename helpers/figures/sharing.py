"""From the dense layer to one small kernel: weights to scale, kernels on photographs."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture
from helpers.figures.mixing import signed_colours

PITCH, PERSON, COIN = (105.0, 68.0), 1.75, 0.023  # metres: a football pitch, a height, a diameter
CLOSEST = 0.03  # metres that the last panel of `wall` is wide


# ---------------------------------------------------------------- weights to scale


@s.styled
def wall(weights: float, *, kernel_size: int = 3) -> Picture:
    """So many weights as a wall, a square millimetre each, beside one kernel on the same scale.

    weights: their number, from 1e9 to 1e12; kernel_size: up to 9. The second and the third panel
    enlarge the lower left corner of the one before, both by the same factor.
    """
    if not 1e9 <= weights <= 1e12 or not 1 <= kernel_size <= 9:
        raise ValueError(
            "Expected 1e9 to 1e12 weights and a kernel size from 1 to 9; got "
            f"{weights:g} and {kernel_size}."
        )
    side = (weights * 1e-6) ** 0.5  # metres
    closer = (side / CLOSEST) ** 0.5
    spans, size, gap = [side, side / closer, CLOSEST], 2.16, 0.22
    fig, ax = s.canvas(s.WIDTH, size + 0.82)
    base, lefts = 0.52, [0.04 + i * (size + gap) for i in range(3)]
    for left in lefts:
        ax.add_patch(Rectangle((left, base), size, size, fc=s.READ, ec=s.LINE, lw=1.2))
    inch = [size / span for span in spans]  # inches on the paper for a metre on the wall

    wide, tall = (inch[0] * metres for metres in PITCH)
    x, y = lefts[0] + 0.45, base + 0.45
    if wide < size - 0.6 and tall < size - 0.6:
        style = {"fill": False, "ec": s.BLACK, "lw": 1.2}
        ax.add_patch(Rectangle((x, y), wide, tall, **style))
        ax.add_patch(Circle((x + wide / 2, y + tall / 2), 9.15 * inch[0], **style))
        ax.plot([x + wide / 2] * 2, [y, y + tall], color=s.BLACK, lw=1.2)
        s.text(ax, x, y + tall + 0.14, "a football pitch", fontsize=s.SMALL, ha="left")

    tall = PERSON * inch[1]
    if tall < size - 0.1:
        x, head = lefts[1] + 1.1, tall / 15
        ax.add_patch(Circle((x, base + tall - head), head, fc=s.LINE, ec="none"))
        round_ = {"boxstyle": f"round,pad=0,rounding_size={head / 2}", "fc": s.LINE, "ec": "none"}
        body = (x - 1.6 * head, base + 0.44 * tall)
        ax.add_patch(FancyBboxPatch(body, 3.2 * head, 0.41 * tall, **round_))
        for leg in (-1.3, 0.15):
            foot = (x + leg * head, base + 0.005)
            ax.add_patch(FancyBboxPatch(foot, 1.15 * head, 0.47 * tall, **round_))
        s.text(ax, x + 0.62, base + 0.75 * tall, "a grown\nperson", fontsize=s.SMALL)

    step, count = inch[2] / 1000, round(CLOSEST * 1000)
    for line in range(1, count):
        for ends in (([line * step] * 2, [0, size]), ([0, size], [line * step] * 2)):
            at = [[a + b for a in axis] for axis, b in zip(ends, (lefts[2], base), strict=True)]
            ax.plot(*at, color="#CDB98A", lw=0.35)
    coin = COIN * inch[2] / 2
    centre = (lefts[2] + size - coin - 0.03, base + size - coin - 0.03)
    ax.add_patch(Circle(centre, coin, fc="#F4F1E6", ec=s.BLACK, lw=1.2, zorder=4))
    s.text(ax, *centre, "a coin,\n23 mm", fontsize=s.SMALL, zorder=5)
    for cell in np.ndindex(kernel_size, kernel_size):
        corner = (lefts[2] + cell[0] * step, base + cell[1] * step)
        ax.add_patch(Rectangle(corner, step, step, fc=s.BLUE, ec="white", lw=0.8, zorder=4))

    times = f"{s.number(float(f'{closer:.2g}'))} times closer"
    whole = f"{s.short(weights)} weights".replace(" G ", " billion ")
    kernel = f"one {kernel_size}x{kernel_size} kernel"
    titles = [whole, times, f"{times}, {kernel}"]
    sizes = [_length(span) for span in spans]
    for left, title, length in zip(lefts, titles, sizes, strict=True):
        s.text(ax, left + size / 2, base + size + 0.17, title, fontsize=s.SMALL)
        s.text(ax, left + size / 2, base - 0.33, f"{length} wide", fontsize=s.SMALL)
    for left in lefts[:2]:  # the corner that the next panel enlarges
        ax.add_patch(Circle((left, base), 0.045, fc=s.VERMILION, ec="white", lw=0.6, zorder=5))
        s.arrow(ax, (left + 0.05, base - 0.1), (left + size + gap - 0.03, base - 0.1),
                color=s.VERMILION)  # fmt: skip
    pitches = s.number(float(f"{side**2 / (PITCH[0] * PITCH[1]):.2g}"))
    return Picture(
        fig,
        f"{whole}, a square millimetre each, as a wall {sizes[0]} wide and as tall, as large as "
        f"{pitches} football pitches. Its corner, {times}, is {sizes[1]} wide, with a grown person "
        f"before it. The corner of that, {times}, is {sizes[2]} wide: a coin of 23 mm, and in "
        f"the corner {kernel}, {kernel_size} mm wide, {kernel_size**2} weights.",
    )


def _length(metres):
    """0.03 -> '30 mm', 2.37 -> '2.4 m', 189.7 -> '190 m'."""
    value, unit = (metres, "m") if metres >= 1 else (1000 * metres, "mm")
    return f"{s.number(float(f'{value:.2g}'))} {unit}"


@s.styled
def shared_rows(matrices: Mapping) -> Picture:
    """Weight matrices of small layers side by side, a row for each output, 0 left empty.

    matrices: {title: (outputs, inputs)}, two or three, of at most eight rows and columns. Equal
    weights have equal colours; below each matrix: how many different numbers it holds.
    """
    tables = {title: s.array(m, 2, "a matrix").astype(float) for title, m in matrices.items()}
    if not 2 <= len(tables) <= 3 or max(max(m.shape) for m in tables.values()) > 8:
        raise ValueError("Expected two or three matrices of at most 8 rows and columns.")
    n, gap, left = len(tables), 0.28, 0.42
    wide = (s.WIDTH - left - n * gap + 0.22) / n
    cell = min(wide / max(m.shape[1] for m in tables.values()), 0.4)
    tall = cell * max(m.shape[0] for m in tables.values())
    fig, ax = s.canvas(s.WIDTH, tall + 1.2)
    scale = signed_colours(1.6 * max(abs(m).max() for m in tables.values()) or 1.0)
    words, top = [], tall + 0.62
    for place, (title, matrix) in enumerate(tables.items()):
        x = left + place * (wide + gap) + (wide - matrix.shape[1] * cell) / 2
        middle = x + matrix.shape[1] * cell / 2
        s.text(ax, middle, top + 0.44, title)
        for (row, column), value in np.ndenumerate(matrix):
            corner, empty = (x + column * cell, top - (row + 1) * cell), value == 0
            fill = "white" if empty else scale(value)
            ax.add_patch(Rectangle(corner, cell, cell, fc=fill, ec="#BBBBBB", lw=0.7))
            if not empty:
                at = (corner[0] + cell / 2, corner[1] + cell / 2)
                s.text(ax, *at, s.number(round(value, 1)), fontsize=9)
        for column in range(matrix.shape[1]):
            s.text(ax, x + (column + 0.5) * cell, top + 0.12, str(column), fontsize=9)
        for row in range(matrix.shape[0]):
            s.text(ax, x - 0.12, top - (row + 0.5) * cell, str(row), fontsize=9)
        different = s.counted(len(np.unique(matrix[matrix != 0])), "different number")
        s.text(ax, middle, top - tall - 0.2, different, weight="bold")
        words.append(f"{title}, {different}: {s.rows(matrix.round(1), most=64)}")
    ax.text(0.1, top - tall / 2, "output cell", rotation=90, ha="center", va="center",
            fontsize=s.SMALL)  # fmt: skip
    s.text(ax, s.WIDTH / 2, 0.14, "columns: input cell", fontsize=s.SMALL)
    told = "Weight matrices, a row for each output cell and a column for each input cell, both "
    numbered = range(max(max(m.shape) for m in tables.values()))
    told += f"numbered {s.listed(numbered)}"
    return Picture(fig, f"{told}. {'. '.join(words)}.")


# ---------------------------------------------------------------- kernels on a photograph


def grey(photo, kernels=()):
    """(height, width) from 0 to 1, and kernels of odd or even sizes that fit into it."""
    photo = np.asarray(photo)
    photo = p.grey_map(photo / 255 if photo.dtype == np.uint8 else photo, "photo")
    if photo.min() < 0 or photo.max() > 1:
        raise ValueError(f"photo needs values from 0 to 1; got {photo.min():g} to {photo.max():g}.")
    kernels = [s.array(kernel, 2, "a kernel").astype(float) for kernel in kernels]
    if any(n > 7 for kernel in kernels for n in kernel.shape):
        raise ValueError("Kernels of at most 7 rows and columns can be read.")
    return photo, kernels


def correlate(photo, kernel, rate=1):
    """Cross-correlation, padding "valid"; the weights lie `rate` pixels apart."""
    reach = [rate * (n - 1) + 1 for n in kernel.shape]
    windows = sliding_window_view(photo, reach)[..., ::rate, ::rate]
    return np.tensordot(windows, kernel, axes=2)


def _table(ax, values, left, top, cell, *, colours=None, text=None):
    """A table of numbers; colours: a function from a number to its fill."""
    for (row, column), value in np.ndenumerate(values):
        corner = (left + column * cell, top - (row + 1) * cell)
        fill = colours(value) if colours else (1, 1, 1, 1)
        ax.add_patch(Rectangle(corner, cell, cell, fc=fill, ec="#999999", lw=0.7))
        dark = np.dot(fill[:3], (0.3, 0.59, 0.11)) < 0.5
        words = (text or _short)(value)
        s.text(ax, corner[0] + cell / 2, corner[1] + cell / 2, words, fontsize=9,
               color="white" if dark else s.BLACK)  # fmt: skip


def _short(value):
    return s.number(round(float(value), 2))


def _told(kernel):
    if kernel.size > 9 and np.ptp(kernel) < 1e-9:
        return f"{len(kernel)}x{kernel.shape[1]}, {kernel.size} times {_short(kernel[0, 0])}"
    return s.rows(kernel.round(2), most=49)


def _paper(value):
    return 0.976, 0.875, 0.651, 1  # s.READ


def _strong(maps):
    """Where the colours end: one value of 200 is stronger, and faint edges can be seen."""
    return max((float(np.quantile(abs(m), 0.995)) for m in maps), default=0) or 1.0


@s.styled
def windows_on(photo: ArrayLike, kernel: ArrayLike, *, at: Mapping) -> Picture:
    """One 3x3 kernel at two places of a photograph, worked out, and the map that it writes.

    photo: (height, width), 0 to 1 or uint8; kernel: (3, 3); at: {name: (row, column)} of the
    upper left pixel of two windows. ValueError for another kernel or a window outside.
    """
    photo, (kernel,) = grey(photo, [kernel])
    inside = all(
        0 <= r <= photo.shape[0] - 3 and 0 <= c <= photo.shape[1] - 3 for r, c in at.values()
    )
    if kernel.shape != (3, 3) or len(at) != 2 or not inside:
        raise ValueError(
            f"Expected a 3x3 kernel and two windows inside {photo.shape}; got {kernel.shape} and "
            f"{dict(at)}."
        )
    output = correlate(photo, kernel)
    wide, cell, block = 2.08, 0.38, 1.8
    tall = wide * photo.shape[0] / photo.shape[1]
    height = max(2 * block + 0.1, tall + 0.9)
    fig, ax = s.canvas(s.WIDTH, height)
    base, high = (height - tall) / 2, _strong([output])
    left = p.panel(fig, 0.06, base, wide, photo, "photograph", "{}x{}".format(*photo.shape),
                   cmap="gray", vmin=0, vmax=1)  # fmt: skip
    right = p.panel(fig, s.WIDTH - wide - 0.06, base, wide, output, "the map it writes",
                    f"{_short(output.min())} to {_short(output.max())}, 0: white",
                    cmap=s.SIGNED, vmin=-high, vmax=high)  # fmt: skip
    words = []
    for which, (name, (row, column)) in enumerate(at.items()):
        piece, value = photo[row : row + 3, column : column + 3], output[row, column]
        for panel, shift in ((left, 1), (right, 0)):
            here = (column + shift, row + shift)
            panel.plot(*here, "s", mfc="none", mec=s.VERMILION, ms=8, mew=2, path_effects=p.CASING)
            side = -1 if column > photo.shape[1] * 0.8 else 1
            s.text(panel, here[0] + 16 * side, here[1] - 12, name, weight="bold",
                   color=s.VERMILION, path_effects=p.CASING)  # fmt: skip
        x, y = 2.36, height - (height - 2 * block) / 2 - which * block - 0.34
        s.text(ax, x, y + 0.15, f"{name}: 3x3 pixels", ha="left", fontsize=s.SMALL)
        _table(ax, piece, x, y, cell, colours=lambda v: (v, v, v, 1), text=p.two)
        s.text(ax, x + 3 * cell + 0.12, y - 1.5 * cell, "*", fontsize=16)
        after = x + 3 * cell + 0.22
        s.text(ax, after + 0.54, y + 0.15, "kernel", fontsize=s.SMALL)
        _table(ax, kernel, after, y, 0.36, colours=_paper)
        s.text(ax, after + 0.54, y - 1.31, f"sum {p.two(value)}", weight="bold",
               bbox={"fc": s.WRITTEN, "ec": s.BLUE, "lw": 1.6, "pad": 2.5})  # fmt: skip
        table = "; ".join(", ".join(map(p.two, line)) for line in piece)
        words.append(f"At {name}, row {row}, column {column}, the pixels {table}: {p.two(value)}")
    return Picture(
        fig,
        "A photograph, {}x{}, and the map that a 3x3 kernel writes of it, ".format(*photo.shape)
        + f"{_short(output.min())} to {_short(output.max())}, 0 is white. Kernel: "
        + f"{s.rows(kernel.round(2))}. {'. '.join(words)}.",
    )


@s.styled
def kernels_on(photo: ArrayLike, kernels: Mapping) -> Picture:
    """What small kernels make of a grey photograph: each kernel above its map.

    photo: (height, width), 0 to 1 or uint8; kernels: {name: (rows, columns)}, three at most.
    The map of a kernel whose weights add up to 1 is a picture again, cut to 0 to 1; all others
    are shown on one scale around 0, which is white.
    """
    if not 1 <= len(kernels) <= 3:
        raise ValueError(f"Expected one to three kernels; got {len(kernels)}.")
    photo, tables = grey(photo, kernels.values())
    maps = [correlate(photo, kernel) for kernel in tables]
    picture = [abs(kernel.sum() - 1) < 1e-6 for kernel in tables]
    triples = zip(kernels, maps, picture, strict=True)
    signed = {name: values for name, values, is_picture in triples if not is_picture}
    high = _strong(signed.values())
    n, gap, margin = len(maps), 0.12, 0.06
    wide = min((s.WIDTH - 2 * margin - n * gap) / (n + 1), 3.0)
    tall, above = wide * photo.shape[0] / photo.shape[1], 1.22
    below = 0.98 if signed else 0.34
    start = (s.WIDTH - (n + 1) * wide - n * gap) / 2
    fig, ax = s.canvas(s.WIDTH, below + tall + above + 0.3)
    white = {"cmap": "gray", "vmin": 0, "vmax": 1}
    p.panel(fig, start, below, wide, photo, "photograph", "{}x{}".format(*photo.shape), **white)
    words, image = [], None
    for place, name in enumerate(kernels, start=1):
        left, kernel, values = start + place * (wide + gap), tables[place - 1], maps[place - 1]
        cell = min(wide * 0.9 / kernel.shape[1], 1.14 / kernel.shape[0], 0.38)
        corner = left + (wide - cell * kernel.shape[1]) / 2
        top = below + tall + 0.3 + above / 2 + cell * kernel.shape[0] / 2
        even = cell < 0.3 and np.ptp(kernel) < 1e-9  # too many equal numbers: written once
        words_in = (lambda v: "") if even else _short
        _table(ax, kernel, corner, top, cell, colours=_paper, text=words_in)
        if even:
            once = f"{kernel.size} times {_short(kernel[0, 0])}"
            place_ = (corner + cell * kernel.shape[1] / 2, top - cell * kernel.shape[0] / 2)
            s.text(ax, *place_, once, bbox={"fc": s.READ, "ec": "none", "pad": 2})
        scale = white if picture[place - 1] else {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
        span = f"{_short(values.min())} to {_short(values.max())}"
        panel = p.panel(fig, left, below, wide, values, name, span, **scale)
        image = image if picture[place - 1] else panel.images[0]
        shown = "a picture again" if picture[place - 1] else "around 0"
        words.append(f"{name}, kernel {_told(kernel)}: {shown}, {span}")
    if signed:
        length = min(n * (wide + gap) - gap, 4.2)
        bar = start + wide + gap + (n * (wide + gap) - gap - length) / 2
        whose = "the maps" if len(signed) == n else " and ".join(signed)
        p.colour_bar(fig, bar, 0.45, length, image, f"value on {whose}; stronger ones as the ends")
    size = "{}x{}".format(*photo.shape)
    return Picture(fig, f"A photograph, {size}, and the maps of kernels. {'; '.join(words)}.")


@s.styled
def difference_maps(differences: Mapping) -> Picture:
    """Where two maps differ: panels on one scale, white where they are equal.

    differences: {title: (rows, columns)}, three at most. Below each: the largest difference, and
    at how many positions it is above a thousandth.
    """
    if not 1 <= len(differences) <= 3:
        raise ValueError(f"Expected one to three maps; got {len(differences)}.")
    maps = {title: abs(p.grey_map(d, "a map")) for title, d in differences.items()}
    high, gap, n = max(m.max() for m in maps.values()) / 4 or 1.0, 0.14, len(maps)
    wide = min((s.WIDTH - 0.12 - (n - 1) * gap) / n, 3.2)
    tall = wide * max(m.shape[0] / m.shape[1] for m in maps.values())
    fig = Figure(figsize=(s.WIDTH, tall + 1.14))
    start, words = (s.WIDTH - n * wide - (n - 1) * gap) / 2, []
    for place, (title, values) in enumerate(maps.items()):
        left = start + place * (wide + gap)
        p.panel(fig, left, 0.76, wide, values, title, cmap="Greys", vmin=0, vmax=high)
        largest = f"largest difference {p.two(values.max())}"
        where = f"{s.number((values > 1e-3).sum())} of {s.number(values.size)} differ"
        s.label(fig, left + wide / 2, 0.6, largest)
        s.label(fig, left + wide / 2, 0.4, where)
        words.append(f"{title}: {largest}, {where}")
    key = f"white: equal, black: a difference of {_short(high)} or more"
    s.label(fig, s.WIDTH / 2, 0.12, key)
    return Picture(fig, f"Maps of differences, {key}. {'. '.join(words)}.")


@s.styled
def signals(values: Mapping, *, xlabel: str = "position", ylabel: str = "value") -> Picture:
    """Rows of numbers as lines, one panel under the other on one scale.

    values: {title: (positions,)}, three at most.
    """
    lines = {title: s.array(np.squeeze(v), 1, "a signal") for title, v in values.items()}
    if not 1 <= len(lines) <= 3:
        raise ValueError(f"Expected one to three signals; got {len(lines)}.")
    low, high = min(v.min() for v in lines.values()), max(v.max() for v in lines.values())
    tall, n = 1.2, len(lines)
    fig = Figure(figsize=(s.WIDTH, n * (tall + 0.36) + 0.52))
    words, room = [], 0.06 * ((high - low) or 1.0)
    for place, (title, line) in enumerate(lines.items()):
        ax = s.axes(fig, 0.75, 0.52 + (n - 1 - place) * (tall + 0.36), s.WIDTH - 0.9, tall)
        ax.plot(line, color=s.CATEGORIES[place], lw=1.4, ls="-")
        ax.set(xlim=(0, max(map(len, lines.values())) - 1), ylim=(low - room, high + room))
        ax.set_title(title, pad=4)
        ax.set_ylabel(ylabel)
        if place < n - 1:
            ax.set_xticklabels([])
        step = _short(abs(np.diff(line)).mean())
        words.append(
            f"{title}, {s.counted(len(line), 'number')}, {s.span(line.round(2))}, a mean step of "
            f"{step} from one to the next"
        )
    ax.set_xlabel(xlabel)
    return Picture(fig, f"Lines over the {xlabel}. {'. '.join(words)}.")
