"""Padding and stride: what a window reads, what it never reads, and what size comes out.

All sizes come from helpers.arithmetic; all numbers that are drawn are in the alt text.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from helpers import arithmetic
from helpers.figures import _style as s
from helpers.figures._style import Picture

GREY = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "nearest"}


def _grey(picture, what="photo"):
    """(height, width) from 0 to 1; a channel axis of size one is dropped."""
    picture = np.asarray(picture)
    if picture.ndim == 3 and picture.shape[-1] == 1:
        picture = picture[..., 0]
    picture = s.array(picture, 2, what)
    picture = picture / 255 if picture.dtype == np.uint8 else picture.astype(float)
    return np.clip(picture, 0, 1)


def _sides(size, kernel_size, strides, padding):
    """Zeros (before, after) along one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        return arithmetic.same_padding(size, kernel_size, strides=strides)
    before, after = (padding, padding) if isinstance(padding, int) else padding
    if min(before, after) < 0:
        raise ValueError(f"padding={padding!r}: a number of zeros is not negative.")
    return before, after


def _by(shape):
    return "x".join(str(n) for n in shape)


# ---------------------------------------------------------------- one axis


@s.styled
def window_row(
    values: int | Sequence, kernel: int | Sequence, *, strides: int = 1, padding="valid"
) -> Picture:
    """All windows of a 1-D convolution: which cells each reads, and which are never read.

    values: the numbers of the input, or how many cells it has. kernel: its weights, or how wide it
    is; with numbers and weights each window shows its sum, otherwise the number of its output
    cell. padding: "valid", "same" (as Keras pads), zeros on each side, a pair (before, after), or
    {title: one of these} for panels under each other. ValueError where the kernel does not fit.
    """
    n = values if isinstance(values, int) else len(values)
    k = kernel if isinstance(kernel, int) else len(kernel)
    worked = not isinstance(values, int) and not isinstance(kernel, int)
    x = np.arange(n) if isinstance(values, int) else s.array(values, 1, "values")
    sides = {t: _sides(n, k, strides, p) for t, p in s.panels(padding).items()}
    rows = min(math.ceil(k / strides), n + sum(max(sides.values(), key=sum)))
    cell = min(0.44, (s.WIDTH - 0.3) / (n + max(map(sum, sides.values()))))
    if cell < 0.15:
        raise ValueError(f"{n} cells are too many to be seen; 40 can be.")
    bar = 0.26
    high = 1.2 + rows * (bar + 0.06)
    fig, ax = s.canvas(s.WIDTH, high * len(sides))
    told = []
    for index, (title, (before, after)) in enumerate(sides.items()):
        top, length = high * (len(sides) - index), before + n + after
        count = arithmetic.conv_output(length, k, strides=strides)
        left = (s.WIDTH - length * cell) / 2
        padded = np.pad(x, (before, after))
        zeros = np.pad(np.zeros(n, bool), (before, after), constant_values=True)
        read = np.zeros(length, bool)
        for place in range(count):
            read[place * strides : place * strides + k] = True
        words = f"{s.counted(before, 'zero')} before, {after} after" if before + after else (
            "no zeros added")  # fmt: skip
        s.text(ax, s.WIDTH / 2, top - 0.2, f"{title}: {words}" if title else words)
        y = top - 0.4 - bar - 0.08
        for place in range(length):
            style = {"fc": s.PADDING if zeros[place] else s.READ if read[place] else "white"}
            style |= {"hatch": "///" if zeros[place] else None, "ec": "#777777", "lw": 0.8}
            ax.add_patch(Rectangle((left + place * cell, y), cell, bar + 0.08, **style))
            middle = (left + (place + 0.5) * cell, y + bar / 2 + 0.04)
            if not read[place]:
                ax.plot(*middle, "x", color=s.VERMILION, ms=9 if cell > 0.3 else 6, mew=1.8)
            elif worked and cell > 0.3:
                box = {"fc": style["fc"], "ec": "none", "pad": 1} if zeros[place] else None
                s.text(ax, *middle, s.number(padded[place]), bbox=box)
        sums = [padded[i * strides : i * strides + k] @ np.asarray(kernel) for i in range(count)
                ] if worked else []  # fmt: skip
        for place in range(count):
            low = y - (place % rows + 1) * (bar + 0.06)
            corner = (left + place * strides * cell + 0.03, low)
            ax.add_patch(Rectangle(corner, k * cell - 0.06, bar, fc=s.WRITTEN, ec=s.BLUE, lw=1.4))
            if worked or k * cell > 0.3:
                words = s.number(sums[place]) if worked else str(place)
                size = s.TEXT if worked else s.SMALL
                s.text(ax, corner[0] + k * cell / 2 - 0.03, low + bar / 2, words, fontsize=size)
        lost = np.flatnonzero(~read & ~zeros) - before
        wasted = int((~read & zeros).sum())
        foot = f"{n} cells in, {count} out"
        foot += f"; {s.counted(len(lost), 'cell')} never read (x)" if len(lost) else ""
        foot += f"; {s.counted(wasted, 'zero')} never read (x)" if wasted else ""
        s.text(ax, s.WIDTH / 2, top - high + 0.2, foot, fontsize=s.SMALL)
        part = f"{title}: " if title else ""
        part += f"{n} cells, {s.counted(before, 'zero')} before and {after} after, {count} windows"
        part += f", which give {s.listed(sums)}" if worked else f", numbered 0 to {count - 1}"
        if len(lost):
            part += f"; {s.counted(len(lost), 'cell')} never read: {s.listed(lost)}"
        part += f"; {s.counted(wasted, 'zero')} never read" if wasted else ""
        told.append(part)
    told = f"A window of {k} in steps of {strides}. " + ". ".join(told) + "."
    if worked:
        told = f"Input {s.listed(x)}; kernel {s.listed(kernel)}. " + told
    return Picture(fig, told)


@s.styled
def staircase(
    kernel_size: int, *, strides: Sequence[int] = (1, 2, 3), sizes: Sequence[int] | None = None
) -> Picture:
    """Output size over input size, a line for each stride, beside each other "valid" and "same".

    strides: three at most; sizes: none below kernel_size; unless told 16 of them, from kernel_size
    on and from 5 at the least. ValueError for other arguments.
    """
    start = max(kernel_size, 5)
    sizes = list(range(start, start + 16) if sizes is None else sizes)
    if len(strides) > 3 or min(sizes) < kernel_size:
        raise ValueError("Three strides at most, and no input smaller than the kernel.")
    fig = Figure(figsize=(s.WIDTH, 3.5))
    told, first = [], None
    for index, padding in enumerate(("valid", "same")):
        ax = s.axes(fig, 0.7 + 3.25 * index, 0.6, 2.35, 2.6, sharey=first)
        first = first or ax
        for line, step in enumerate(strides):
            out = [arithmetic.conv_output(n, kernel_size, strides=step, padding=padding)
                   for n in sizes]  # fmt: skip
            style = {"color": s.CATEGORIES[line], "marker": s.MARKERS[line], "ms": 4, "lw": 1.3}
            ax.plot(sizes, out, drawstyle="steps-post", ls=s.DASHES[line], **style)
            words = f"stride {step}"
            ax.annotate(words, (sizes[-1], out[-1]), (6, 0), textcoords="offset points",
                        va="center", fontsize=s.SMALL)  # fmt: skip
            told.append(f'"{padding}", stride {step}: {s.listed(out)}')
        ax.set(title=f'padding="{padding}"', xlabel="input size")
        ax.set_xticks(sizes[:: max(len(sizes) // 5, 1)])
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(color="#DDDDDD", lw=0.6)
        ax.set_axisbelow(True)
        if not index:
            ax.set_ylabel("output size")
    return Picture(
        fig,
        f"Output sizes of a kernel of {kernel_size} as stairs over input sizes {sizes[0]} to "
        f"{sizes[-1]}. {'; '.join(told)}.",
    )


# ---------------------------------------------------------------- on a photograph


@s.styled
def window_steps(
    photo: ArrayLike, kernel_size: int, *, steps: Sequence | None = None, strides: int = 1,
    padding="valid",
) -> Picture:  # fmt: skip
    """Some steps of a window over a few pixels, zeros of the padding hatched, sizes beneath.

    photo: (height, width), uint8 or 0 to 1, at most 12 pixels a side. steps: places (row, column)
    in the output, four at most; by default the first two, the first of the second row, the last.
    padding: "valid", "same" or zeros on each side. ValueError for what does not fit.
    """
    photo = _grey(photo)
    if max(photo.shape) > 12:
        raise ValueError(f"photo {photo.shape}: 12 pixels a side can be counted, cut a piece out.")
    sides = [_sides(n, kernel_size, strides, padding) for n in photo.shape]
    whole = tuple(n + sum(pair) for n, pair in zip(photo.shape, sides, strict=True))
    shape = arithmetic.conv_output(whole, kernel_size, strides=strides)
    last = (shape[0] - 1, shape[1] - 1)
    if steps is None:
        steps = list(dict.fromkeys([(0, 0), (0, min(1, last[1])), (min(1, last[0]), 0), last]))
    if not 1 <= len(steps) <= 4 or any(r > last[0] or c > last[1] for r, c in steps):
        raise ValueError(f"One to four steps inside the output of {_by(shape)}; got {steps}.")
    wide, gap = 1.6, 0.13
    cell = wide / whole[1]
    tall, low = whole[0] * cell, shape[0] * cell
    fig, ax = s.canvas(s.WIDTH, tall + low + 1.15)
    margin = (s.WIDTH - len(steps) * (wide + gap) + gap) / 2
    top = tall + low + 0.85
    (above, _), (before, _) = sides
    for index, (row, column) in enumerate(steps):
        left = margin + index * (wide + gap)
        for (r, c), value in np.ndenumerate(np.zeros(whole)):
            inside = above <= r < above + photo.shape[0] and before <= c < before + photo.shape[1]
            value = photo[r - above, c - before] if inside else None
            style = {"fc": str(value) if inside else s.PADDING, "hatch": None if inside else "///"}
            corner = (left + c * cell, top - (r + 1) * cell)
            ax.add_patch(Rectangle(corner, cell, cell, ec="#999999", lw=0.5, **style))
        corner = (left + column * strides * cell, top - (row * strides + kernel_size) * cell)
        side, frame = kernel_size * cell, {"fill": False, "ec": s.VERMILION, "lw": 3}
        ax.add_patch(Rectangle(corner, side, side, **frame))
        s.text(ax, left + wide / 2, top + 0.15, f"row {row}, column {column}", fontsize=s.SMALL)
        start, high = left + (wide - shape[1] * cell) / 2, top - tall - 0.32
        for r, c in np.ndindex(shape):
            style = {"fc": s.WRITTEN if (r, c) == (row, column) else "white", "ec": s.BLUE}
            place = (start + c * cell, high - (r + 1) * cell)
            ax.add_patch(Rectangle(place, cell, cell, lw=1, **style))
    zeros = whole != photo.shape
    words = f"{_by(photo.shape)} pixels" + (f", {_by(whole)} with zeros" if zeros else "")
    words += f"; window {kernel_size}x{kernel_size}, stride {strides}"
    s.text(ax, s.WIDTH / 2, high + 0.16, words, fontsize=s.SMALL)
    s.text(ax, s.WIDTH / 2, 0.2, f"output {_by(shape)}", fontsize=s.SMALL)
    places = "; ".join(f"row {r}, column {c}" for r, c in steps)
    return Picture(
        fig, f"A window over a piece of a photograph: {words}; output {_by(shape)}, drawn "
        f"below. Steps drawn, as positions on the output: {places}."
    )  # fmt: skip


@s.styled
def shrinking(rows: Mapping) -> Picture:
    """Pictures of different sizes on one scale, their sizes beneath: a row for each title.

    rows: {title: {label: picture}}, a picture (height, width) from 0 to 1. The words compare the
    outermost frame of pixels with the middle.
    """
    rows = {t: {w: _grey(p) for w, p in row.items()} for t, row in s.panels(rows).items()}
    columns = max(map(len, rows.values()))
    largest = max(max(p.shape) for row in rows.values() for p in row.values())
    wide = min((s.WIDTH - 0.2) / columns - 0.12, 2.2)
    inch = wide / largest
    high = wide + 0.75
    fig = Figure(figsize=(s.WIDTH, high * len(rows) + 0.05))
    margin = (s.WIDTH - columns * (wide + 0.12) + 0.12) / 2
    told = []
    for index, (title, row) in enumerate(rows.items()):
        base = high * (len(rows) - 1 - index) + 0.42
        s.label(fig, s.WIDTH / 2, base + wide + 0.16, title)
        for place, (words, picture) in enumerate(row.items()):
            h, w = (n * inch for n in picture.shape)
            left = margin + place * (wide + 0.12) + (wide - w) / 2
            ax = s.axes(fig, left, base + (wide - h) / 2, w, h, xticks=[], yticks=[])
            ax.imshow(picture, **GREY)
            ax.spines[:].set(visible=True, color="#999999", lw=0.6)
            name = f"{words}: {_by(picture.shape)}"
            s.label(fig, margin + place * (wide + 0.12) + wide / 2, base - 0.17, name)
            edge = np.ones(picture.shape, bool)
            edge[1:-1, 1:-1] = False
            bright = f"mean brightness {picture.mean():.2f}, of its outermost pixels "
            told.append(f"{title}, {name}, {bright}{picture[edge].mean():.2f}")
    return Picture(fig, f"Pictures on one scale. {'; '.join(told)}.")


@s.styled
def pixels_read(photo: ArrayLike, windows: Mapping) -> Picture:
    """Which pixels some layers (padding "valid") read: those never read are hatched over.

    photo: (height, width), uint8 or 0 to 1, at most 20 pixels a side; windows: {title:
    (kernel_size, strides)}, four at most.
    """
    photo = _grey(photo)
    if max(photo.shape) > 20 or not 1 <= len(windows) <= 4:
        raise ValueError(f"photo {photo.shape}: 20 pixels a side, and one to four windows.")
    wide, gap = (s.WIDTH - 0.1) / max(len(windows), 3) - 0.1, 0.1
    tall, cell = wide * photo.shape[0] / photo.shape[1], wide / photo.shape[1]
    fig, ax = s.canvas(s.WIDTH, tall + 0.95)
    margin = (s.WIDTH - len(windows) * (wide + gap) + gap) / 2
    told = []
    for index, (title, (k, step)) in enumerate(windows.items()):
        left, counts = margin + index * (wide + gap), np.zeros(photo.shape, int)
        shape = arithmetic.conv_output(photo.shape, k, strides=step)
        for r, c in np.ndindex(shape):
            counts[r * step : r * step + k, c * step : c * step + k] += 1
        for (r, c), count in np.ndenumerate(counts):
            style = {"fc": str(photo[r, c]), "ec": str(photo[r, c]), "lw": 0.3}
            if not count:
                style = {"fc": "white", "ec": s.VERMILION, "hatch": "xxx", "lw": 0.3}
            corner = (left + c * cell, 0.6 + tall - (r + 1) * cell)
            ax.add_patch(Rectangle(corner, cell, cell, **style))
        read, low, high = np.count_nonzero(counts), counts[counts > 0].min(), counts.max()
        s.text(ax, left + wide / 2, tall + 0.78, title)
        words = f"{read} of {photo.size} read"
        once = "once each" if high == 1 else f"{high} times each"
        times = once if low == high else f"{low} to {high} times each"
        s.text(ax, left + wide / 2, 0.42, words, fontsize=s.SMALL)
        s.text(ax, left + wide / 2, 0.18, times, fontsize=s.SMALL)
        told.append(f"{title} (window {k}, stride {step}): {words}, {times}")
    return Picture(
        fig, f"Pixels that a layer reads, on {_by(photo.shape)} pixels of a photograph; those that "
        f"it never reads are hatched. {'; '.join(told)}."
    )  # fmt: skip


@s.styled
def fields_on(photo: ArrayLike, stacks: Mapping, *, at: tuple[int, int]) -> Picture:
    """What one output pixel sees of a photograph after each layer of a stack, as frames.

    photo: (height, width), uint8 or 0 to 1; stacks: {title: kernel sizes}, stride 1, odd, three
    stacks at most; at: row and column of the pixel in the middle.
    """
    photo = _grey(photo)
    fields = {t: [arithmetic.receptive_field([(k, 1) for k in sizes[: i + 1]])
                  for i in range(len(sizes))] for t, sizes in stacks.items()}  # fmt: skip
    if not 1 <= len(stacks) <= 3 or any(k % 2 == 0 for sizes in stacks.values() for k in sizes):
        raise ValueError("One to three stacks of odd kernels, please.")
    half = max(f[-1] for f in fields.values()) // 2 + 2
    row, column = at
    piece = photo[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
    if piece.shape != (2 * half + 1, 2 * half + 1):
        raise ValueError(f"at={at}: {half} pixels around it must fit into the photo {photo.shape}.")
    wide = min((s.WIDTH - 0.2) / len(fields) - 0.3, 2.9)
    fig = Figure(figsize=(s.WIDTH, wide + 0.85))
    told = []
    for index, (title, sizes) in enumerate(fields.items()):
        left = s.WIDTH / 2 + (index - len(fields) / 2) * (wide + 0.3) + 0.15
        ax = s.axes(fig, left, 0.45, wide, wide, xticks=[], yticks=[])
        ax.imshow(piece, **GREY)
        ax.set_title(title, pad=5)
        ax.add_patch(Rectangle((half - 0.5, half - 0.5), 1, 1, fc=s.WRITTEN, ec=s.BLUE, lw=2))
        for line, field in enumerate(sizes):
            corner = (half - field // 2 - 0.5,) * 2
            style = {"ec": s.CATEGORIES[(line + 1) % 6], "ls": s.DASHES[line % 6], "lw": 3}
            ax.add_patch(Rectangle(corner, field, field, fill=False, **style))
        words = "sees " + ", then ".join(f"{f}x{f}" for f in sizes)
        s.label(fig, left + wide / 2, 0.2, words)
        told.append(f"{title}: {words}")
    return Picture(
        fig, f"What one output pixel sees on a photograph, {_by(piece.shape)} pixels of it drawn, "
        f"a frame for each layer. {'; '.join(told)}."
    )  # fmt: skip
