"""Windows over an input, channels and how often cells are read."""

import numpy as np
from matplotlib.patches import Circle, Polygon, Rectangle
from numpy.typing import ArrayLike

from helpers import arithmetic
from helpers.figures import _style as s

# ---------------------------------------------------------------- a window over an input


def _table(ax, values, left, top, *, cell, fill=s.READ, read=None, zeros=None, frame=None):
    """A table of numbers, its `read` cells filled and its `zeros` hatched (both masks).

    frame: (row, column, height, width) of a thick outline.
    """
    nothing = np.zeros(values.shape, bool)
    read, zeros = [nothing if mask is None else mask for mask in (read, zeros)]
    for (row, column), value in np.ndenumerate(values):
        colour = fill if read[row, column] else s.PADDING if zeros[row, column] else "white"
        style = {"fc": colour, "ec": "#999999", "hatch": "///" if zeros[row, column] else None}
        x, y = left + column * cell, top - (row + 1) * cell
        ax.add_patch(Rectangle((x, y), cell, cell, lw=0.8, **style))
        box = {"fc": colour, "ec": "none", "pad": 1} if zeros[row, column] else None
        size = s.TEXT if cell == s.CELL else s.SMALL
        s.text(ax, x + cell / 2, y + cell / 2, s.number(value), bbox=box, fontsize=size)
    if frame:
        row, column, height, width = frame
        corner, edge = (left + column * cell, top - (row + height) * cell), {"fill": False, "lw": 3}
        edge["ec"] = s.VERMILION if fill == s.READ else s.BLUE
        ax.add_patch(Rectangle(corner, width * cell, height * cell, **edge))


def _cell(*tables):
    """The side of a cell that holds the longest number of the tables."""
    longest = max(len(s.number(value)) for table in tables for value in table.flat)
    return s.CELL if longest <= 4 else s.wide("0" * longest, s.SMALL) + 0.06


@s.styled
def window(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    position: tuple[int, int] = (0, 0),
    strides: int = 1,
    padding: str | int = "valid",
    dilation_rate: int = 1,
) -> s.Picture:
    """One step of a 2-D convolution (cross-correlation, as Keras does it) with its arithmetic.

    image: (height, width); kernel: (rows, columns); position: (row, column) of the output cell.
    padding: "valid", "same" (as Keras pads) or the number of zeros on every side.
    ValueError where the kernel does not fit, the position lies outside the output, or the
    tables are too large to be read.
    """
    image, kernel = s.array(image, 2, "image"), s.array(kernel, 2, "kernel")
    rules = {"strides": strides, "dilation_rate": dilation_rate}
    shape = arithmetic.conv_output(image.shape, kernel.shape, padding=padding, **rules)
    position = tuple(position)
    if not all(0 <= p < n for p, n in zip(position, shape, strict=True)):
        raise ValueError(f"position={position} lies outside the output of shape {shape}.")
    sides = {"valid": 0, "same": None}.get(padding, padding)
    if sides is None:
        sides = arithmetic.same_padding(image.shape, kernel.shape, **rules)
    padded, zeros = np.pad(image, sides), np.pad(image * 0, sides, constant_values=1) == 1
    reach = [(k - 1) * dilation_rate + 1 for k in kernel.shape]

    def under(*place):
        """The cells of the padded input that the kernel reads."""
        starts = [p * strides for p in place]
        return tuple(slice(s, s + r, dilation_rate) for s, r in zip(starts, reach, strict=True))

    output = np.array([(padded[under(*p)] * kernel).sum() for p in np.ndindex(shape)])
    output, read = output.reshape(shape), np.zeros(padded.shape, bool)
    read[under(*position)] = True

    tables = {"input": padded, "kernel": kernel, "output": output}
    cell, gap = _cell(*tables.values()), 0.55
    width = max(sum(t.shape[1] for t in tables.values()) * cell + 2 * gap + 0.3, 4.5)
    worked = s.worked_sum(padded[under(*position)], kernel)[0]
    words = s.wrap(worked, int(width * 10.5))
    tall = max(t.shape[0] for t in tables.values()) * cell
    below = 0.25 + 0.22 * (words.count("\n") + 1)
    fig, ax = s.canvas(width, tall + 0.55 + below)
    marks = {
        "input": {"read": read, "zeros": zeros, "frame": [p * strides for p in position] + reach},
        "kernel": {"read": np.ones(kernel.shape, bool)},
        "output": {"fill": s.WRITTEN, "frame": (*position, 1, 1), "read": np.zeros(shape, bool)},
    }
    marks["output"]["read"][position] = True
    left = (width - sum(t.shape[1] for t in tables.values()) * cell - 2 * gap) / 2
    for name, table in tables.items():
        middle, size = below + 0.1 + tall / 2, table.shape[1] * cell
        top = middle + table.shape[0] * cell / 2
        _table(ax, table, left, top, cell=cell, **marks[name])
        s.text(ax, left + size / 2, top + 0.17, name)
        left += size + gap
        if name != "output":
            sign = {"input": "*", "kernel": "="}[name]
            s.text(ax, left - gap / 2, middle, sign, fontsize=18)
    s.text(ax, width / 2, below / 2, words)
    added = f" and {s.number(zeros.sum())} zeros of padding around it" if zeros.any() else ""
    steps = f" in steps of {strides}" if strides > 1 else ""
    steps += f", its cells {dilation_rate} apart" if dilation_rate > 1 else ""
    return s.Picture(
        fig,
        f"A {_size(kernel)} kernel moves over an input of {_size(image)}{steps}; the output is "
        f"{_size(output)}. Input: {s.rows(image)}{added}. Kernel: {s.rows(kernel)}. "
        f"Output: {s.rows(output)}. At row {position[0]}, column {position[1]} of the output: "
        f"{worked}.",
    )


def _size(table):
    return "x".join(str(n) for n in table.shape)


# ---------------------------------------------------------------- channels


def _sheet(ax, left, base, rows, columns, lit, *, colour, value=None, cell=0.44):
    """One channel as a sheet seen from above, its cell `lit` filled; returns that cell's centre."""
    slant, tall = 0.5 * cell, 0.62 * cell

    def point(row, column):
        return left + column * cell + (rows - row) * slant, base + (rows - row) * tall

    def tile(row, column, height, width, **options):
        corners = ((0, 0), (0, width), (height, width), (height, 0))
        points = [point(row + a, column + b) for a, b in corners]
        ax.add_patch(Polygon(points, closed=True, **options))

    tile(0, 0, rows, columns, fc="white", ec=s.LINE, lw=1.2)
    for row in range(1, rows):
        ax.plot(*zip(point(row, 0), point(row, columns), strict=True), color="#BBBBBB", lw=0.7)
    for column in range(1, columns):
        ax.plot(*zip(point(0, column), point(rows, column), strict=True), color="#BBBBBB", lw=0.7)
    row, column = lit
    tile(row, column, 1, 1, fc=colour, ec=s.BLACK, lw=1.6)
    centre = point(row + 0.5, column + 0.5)
    if value is not None:
        words = s.number(value)
        s.text(ax, *centre, words, weight="bold", fontsize=s.TEXT if len(words) < 5 else s.SMALL)
    return centre


@s.styled
def pixel_column(
    x: ArrayLike,
    weights: ArrayLike,
    *,
    bias: ArrayLike = 0.0,
    size: tuple[int, int] = (3, 4),
    position: tuple[int, int] = (1, 1),
) -> s.Picture:
    """A 1x1 convolution at one pixel: its column of channels, the filters, the output values.

    x: the pixel's values, (channels,); weights: (channels,) for one filter or
    (channels, filters) as Keras keeps them; bias: a number or one per filter; size and position:
    height and width of the drawn maps and the pixel in them, which the result does not depend on.
    ValueError where x and weights differ in channels, or for over 6 channels or 3 filters.
    """
    x, weights = s.array(x, 1, "x"), np.asarray(weights, float)
    weights = weights[:, None] if weights.ndim == 1 else s.array(weights, 2, "weights")
    channels, filters = weights.shape
    bias = np.broadcast_to(np.asarray(bias, float), (filters,))
    if len(x) != channels:
        raise ValueError(
            f"The pixel has {len(x)} channels, the weights of shape {weights.shape} read "
            f"{channels}: a 1x1 filter holds one number for every channel of its input."
        )
    if channels > 6 or filters > 3:
        raise ValueError(
            f"{channels} channels and {filters} filters cannot be read in one picture; at most 6 "
            "and 3 can. Draw a small example, or the widths with channel_chain()."
        )
    rows, columns = size
    if not (0 <= position[0] < rows and 0 <= position[1] < columns):
        raise ValueError(f"position={position} lies outside maps of size={size}.")
    cell = min(0.44, 1.95 / (columns + rows / 2))
    steps = {count: rows * 0.62 * cell + (0.28 if count < 5 else 0.12)
             for count in (channels, filters)}  # fmt: skip
    sums = [s.worked_sum(x, weights[:, f], bias[f]) for f in range(filters)]
    names = ["filter"] if filters == 1 else [f"filter {f}" for f in range(filters)]
    lines = [s.wrap(f"{name}: {text}" if filters > 1 else text, 74)
             for name, (text, _) in zip(names, sums, strict=True)]  # fmt: skip
    below = 0.25 + 0.23 * sum(line.count("\n") + 1 for line in lines)
    body = max(count * step for count, step in steps.items())
    fig, ax = s.canvas(s.WIDTH, body + 0.45 + below)

    def sheet(left, index, count, colour, value):
        """Sheet `index` of `count`, centred 1 inch right of `left`."""
        base = below + (body + count * steps[count]) / 2 - (index + 1) * steps[count] + 0.1
        left += 1.0 - (columns + rows / 2) * cell / 2
        place = {"colour": colour, "value": value, "cell": cell}
        return _sheet(ax, left, base, rows, columns, position, **place)

    top = below + body + 0.25
    s.text(ax, 1.85, top, f"input, {s.counted(channels, 'channel')}")
    s.text(ax, 5.95, top, f"output, {s.counted(filters, 'channel')}")
    centres = [sheet(0.84, c, channels, s.READ, x[c]) for c in range(channels)]
    for (across, high), (_, low) in zip(centres, centres[1:], strict=False):
        ends = (high - 0.31 * cell, low + 0.31 * cell)
        ax.plot([across] * 2, ends, color=s.VERMILION, lw=2.2, zorder=3)
    for channel, (_, y) in enumerate(centres):
        s.text(ax, 0.08, y, f"channel {channel}", fontsize=s.SMALL, ha="left")
        s.text(ax, 2.91, y, "\u00d7", fontsize=14)
    results = [sheet(4.95, f, filters, s.WRITTEN, sums[f][1]) for f in range(filters)]
    if filters == 1:  # room for every product, and for the plus that joins them
        for heading, place in (("weight", 3.35), ("product", 4.17)):
            s.text(ax, place, top, heading)
        _weights(ax, 3.35, centres, weights[:, 0], 0)
        plus = (4.78, results[0][1])
        for (_, y), value in zip(centres, x * weights[:, 0], strict=True):
            s.text(ax, 3.78, y, "=", fontsize=14)
            s.text(ax, 4.17, y, s.number(value), weight="bold")
            towards = np.arctan2(plus[1] - y, 0.35)
            end = (plus[0] - 0.16 * np.cos(towards), plus[1] - 0.16 * np.sin(towards))
            s.arrow(ax, (4.44, y), end, color=s.BLUE, lw=1.8)
        ax.add_patch(Circle(plus, 0.16, fc="white", ec=s.BLUE, lw=2, zorder=4))
        s.text(ax, *plus, "+", fontsize=15, color=s.BLUE, zorder=5)
        edge = (results[0][0] - (position[1] + 0.5) * cell, plus[1])  # of the sheet
        s.arrow(ax, (plus[0] + 0.17, plus[1]), edge, color=s.BLUE, lw=2)
    else:
        for f, (name, (_, y)) in enumerate(zip(names, results, strict=True)):
            place, high = 3.32 + 0.66 * f, y + (position[0] + 0.5) * 0.62 * cell
            s.text(ax, place, top, name, fontsize=s.SMALL)
            _weights(ax, place, centres, weights[:, f], f)
            s.text(ax, 6.2, high + 0.11, name, fontsize=s.SMALL)
    s.text(ax, s.WIDTH / 2, below / 2, "\n".join(lines), linespacing=1.35)
    told = f"One pixel of {s.counted(channels, 'channel')} holds {s.listed(x)}. "
    if filters == 1:
        told += f"Weights of a 1x1 filter: {s.listed(weights[:, 0])}; products: "
        told += (
            f"{s.listed(x * weights[:, 0])}. Together one number at the same place: {sums[0][0]}."
        )
    else:
        for f, name in enumerate(names):
            told += f"{name.capitalize()}, weights {s.listed(weights[:, f])}: {sums[f][0]}. "
        told += f"{filters} filters write {filters} channels of the output, at the same place."
    return s.Picture(fig, told)


def _weights(ax, x, centres, weights, index):
    """The weights of one filter, a box beside each channel, all on one line: they belong together.

    The boxes of filter `index` have its colour and its dashes.
    """
    style = {"ec": s.CATEGORIES[index], "lw": 2.2, "ls": s.DASHES[index]}
    ends = [centres[0][1], centres[-1][1]]
    ax.plot([x, x], ends, color=s.CATEGORIES[index], lw=2.2, zorder=0)
    for (_, y), weight in zip(centres, weights, strict=True):
        ax.add_patch(Rectangle((x - 0.29, y - 0.15), 0.58, 0.3, fc="white", **style))
        words = s.number(weight)
        s.text(ax, x, y, words, fontsize=s.TEXT if len(words) < 6 else s.SMALL)


@s.styled
def channel_sum(
    image: ArrayLike,
    kernels: ArrayLike,
    *,
    bias: float = 0.0,
    position: tuple[int, int] = (0, 0),
    strides: int = 1,
) -> s.Picture:
    """One output value of a k x k convolution over several channels, with its arithmetic.

    image: (height, width, channels); kernels, the slices of one filter: (rows, columns, channels).
    Every channel has a row of its own, from its input over its kernel to one number; these are
    added up, with the bias, into one cell of the output map. Four channels at most.
    """
    image, kernels = s.array(image, 3, "image"), s.array(kernels, 3, "kernels")
    channels, reach = image.shape[-1], kernels.shape[:2]
    if kernels.shape[-1] != channels or channels > 4:
        raise ValueError(
            f"image {image.shape} and kernels {kernels.shape} must have the same number of "
            "channels, four at most."
        )
    first = [p * strides for p in position]
    if any(f < 0 or f + k > n for f, k, n in zip(first, reach, image.shape, strict=False)):
        raise ValueError(
            f"A {reach} window does not fit at position={position} of image {image.shape}."
        )
    inside = tuple(slice(f, f + k) for f, k in zip(first, reach, strict=True))
    read = np.zeros(image.shape[:2], bool)
    read[inside] = True
    parts = [s.worked_sum(image[inside][..., c], kernels[..., c]) for c in range(channels)]
    shape = [(n - k) // strides + 1 for n, k in zip(image.shape, reach, strict=False)]
    output = np.zeros(shape)
    for r, c in np.ndindex(*shape):
        under = (slice(n * strides, n * strides + k) for n, k in zip((r, c), reach, strict=True))
        output[r, c] = (image[tuple(under)] * kernels).sum() + bias
    cell, out, left = _cell(image, kernels), _cell(output), 0.15
    left_kernel = left + image.shape[1] * cell + 0.5
    box = left_kernel + reach[1] * cell + 0.78  # the middle of a channel's number
    plus = box + 1.05
    left_output = plus + 0.72
    width = max(left_output + shape[1] * out + 0.15, 5.6)
    room = int((box + 0.2) / s.wide("0", s.SMALL))  # letters of a sum below its tables
    texts, totals = [s.wrap(text, room) for text, _ in parts], [total for _, total in parts]
    lines = max(text.count("\n") + 1 for text in texts)
    row = image.shape[0] * cell + 0.2 * lines + 0.38
    fig, ax = s.canvas(width, channels * row + 0.85)
    middle = 0.55 + (channels + 1) * row / 2 - 0.25 - image.shape[0] * cell / 2
    for c, text in enumerate(texts):
        top = 0.55 + (channels - c) * row - 0.25
        high = top - image.shape[0] * cell / 2
        name = f"channel {c}"
        s.text(ax, left, top + 0.14, name, fontsize=s.SMALL, ha="left", weight="bold")
        _table(ax, image[..., c], left, top, cell=cell, read=read, frame=[*first, *reach])
        s.text(ax, left_kernel - 0.25, high, "\u00d7", fontsize=16)
        every = np.ones(reach, bool)
        _table(ax, kernels[..., c], left_kernel, high + reach[0] * cell / 2, cell=cell, read=every)
        s.text(ax, left_kernel + reach[1] * cell + 0.22, high, "=", fontsize=16)
        low = top - image.shape[0] * cell - 0.08
        s.text(ax, left, low, text, ha="left", va="top", fontsize=s.SMALL)
        _number(ax, box, high, totals[c])
        s.arrow(ax, (box + 0.33, high), _towards((plus, middle), (box, high)), color=s.BLUE, lw=1.8)
    ax.add_patch(Circle((plus, middle), 0.19, fc="white", ec=s.BLUE, lw=2, zorder=4))
    s.text(ax, plus, middle, "+", fontsize=16, color=s.BLUE, zorder=5)
    if bias:
        at = (left_output + 0.2, middle + shape[0] * out / 2 + 0.95)
        s.text(ax, at[0], at[1] + 0.3, "bias", fontsize=s.SMALL)
        _number(ax, *at, bias)
        s.arrow(ax, (at[0] - 0.2, at[1] - 0.18), _towards((plus, middle), at), color=s.BLUE, lw=1.8)
    frame = (*position, 1, 1)
    place = np.zeros(shape, bool)
    place[tuple(position)] = True
    options = {"cell": out, "fill": s.WRITTEN, "read": place, "frame": frame}
    _table(ax, output, left_output, middle + shape[0] * out / 2, **options)
    s.text(ax, left_output + shape[1] * out / 2, middle + shape[0] * out / 2 + 0.17, "one map")
    end = (left_output - 0.04, middle)
    s.arrow(ax, (plus + 0.2, middle), end, color=s.BLUE, lw=2)
    s.text(ax, left + image.shape[1] * cell / 2, channels * row + 0.7, "input")
    s.text(ax, left_kernel + reach[1] * cell / 2, channels * row + 0.7, "one filter")
    terms = [s.factor(t) for t in totals] + ([f"{s.factor(bias)} (bias)"] if bias else [])
    words = f"output: {' + '.join(terms)} = {s.number(sum(totals) + bias)}"
    s.text(ax, width / 2, 0.28, words, bbox={"fc": s.WRITTEN, "ec": s.BLUE, "lw": 2, "pad": 5})
    told = ". ".join(
        f"Channel {c}, input: {s.rows(image[..., c])}; kernel: {s.rows(kernels[..., c])}; "
        f"under the window {parts[c][0]}"
        for c in range(channels)
    )
    return s.Picture(
        fig,
        f"A filter of {s.counted(channels, 'kernel')} over an input of as many channels, at row "
        f"{position[0]}, column {position[1]} of the output. {told}. The {words}. "
        f"The whole output map: {s.rows(output)}.",
    )


def _number(ax, x, y, value):
    """A number in a box, as something that is passed on."""
    ax.add_patch(Rectangle((x - 0.33, y - 0.17), 0.66, 0.34, fc="white", ec=s.BLUE, lw=1.8))
    s.text(ax, x, y, s.number(value), weight="bold")


def _towards(end, start, short=0.2):
    """A point `short` inches before `end` on the way from `start`."""
    way = np.subtract(end, start)
    return tuple(end - short * way / np.hypot(*way))
