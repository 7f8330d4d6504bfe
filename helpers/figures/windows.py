"""Windows over an input, channels and how often cells are read."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
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
) -> Figure:
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
    words = s.wrap(s.worked_sum(padded[under(*position)], kernel)[0], int(width * 10.5))
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
    return fig


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
        s.text(ax, *centre, s.number(value), weight="bold")
    return centre


@s.styled
def pixel_column(
    x: ArrayLike,
    weights: ArrayLike,
    *,
    bias: ArrayLike = 0.0,
    size: tuple[int, int] = (3, 4),
    position: tuple[int, int] = (1, 1),
) -> Figure:
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
    cell, gap, spread = 0.44, 0.28, 0.75
    rows, columns = size
    if not (0 <= position[0] < rows and 0 <= position[1] < columns):
        raise ValueError(f"position={position} lies outside maps of size={size}.")
    slab, tall = (columns + rows * 0.5) * cell, rows * 0.62 * cell
    step = tall + gap
    sums = [s.worked_sum(x, weights[:, f], bias[f]) for f in range(filters)]
    names = ["filter"] if filters == 1 else [f"filter {f}" for f in range(filters)]
    words = [text for text, _ in sums]
    if filters > 1:
        words = [f"{name}: {text}" for name, text in zip(names, words, strict=True)]
    words = "\n".join(s.wrap(text, 70) for text in words)
    body, below = max(channels, filters) * step, 0.3 + 0.23 * (words.count("\n") + 1)
    left = 0.85
    room = max(slab, 1.6)  # for a map and the words above it
    first = left + room + 0.55  # the first filter
    left_out = first + (filters - 1) * spread + 0.8
    width = left_out + room + 0.15
    fig, ax = s.canvas(width, body + 0.5 + below)
    top = below + body + 0.24

    def height(index, count):
        return below + (body + gap + count * step) / 2 - (index + 1) * step

    centres = []
    for channel, value in enumerate(x):
        base = height(channel, channels)
        style = {"colour": s.READ, "value": value, "cell": cell}
        centre = _sheet(ax, left + (room - slab) / 2, base, rows, columns, position, **style)
        if centres:
            ends = (centres[-1][1] - 0.31 * cell, centre[1] + 0.31 * cell)
            ax.plot([centre[0]] * 2, ends, color=s.VERMILION, lw=2.2, zorder=3)
        centres.append(centre)
        s.text(ax, 0.1, centre[1], f"channel {channel}", fontsize=s.SMALL, ha="left")
        s.text(ax, first - 0.43, centre[1], "\u00d7", fontsize=14)
    s.text(ax, left + room / 2, top, f"input, {channels} channel" + "s" * (channels > 1))
    s.text(ax, left_out + room / 2, top, f"output, {filters} channel" + "s" * (filters > 1))
    for f in range(filters):
        for channel, (_, y) in enumerate(centres):
            corner = (first + f * spread - 0.3, y - 0.15)
            style = {"fc": "white", "ec": s.CATEGORIES[f], "lw": 2.2, "ls": s.DASHES[f]}
            ax.add_patch(Rectangle(corner, 0.6, 0.3, **style))
            s.text(ax, first + f * spread, y, s.number(weights[channel, f]))
        s.text(ax, first + f * spread, top, names[f], fontsize=s.SMALL + 0.5)
        centre = _sheet(
            ax, left_out + (room - slab) / 2, height(f, filters), rows, columns, position,
            colour=s.WRITTEN, value=sums[f][1], cell=cell,
        )  # fmt: skip
        start = (left_out - 0.42, centre[1])
        s.arrow(ax, start, (left_out + 0.2, centre[1]), color=s.CATEGORIES[f], lw=2, ls=s.DASHES[f])
    s.text(ax, width / 2, below / 2, words, linespacing=1.35)
    return fig


@s.styled
def channel_sum(
    image: ArrayLike,
    kernels: ArrayLike,
    *,
    bias: float = 0.0,
    position: tuple[int, int] = (0, 0),
    strides: int = 1,
) -> Figure:
    """One output value of a k x k convolution over several channels, with its arithmetic.

    image: (height, width, channels); kernels, the slices of one filter: (rows, columns, channels).
    Every channel has a row of its own; the last line adds up what they give, and the bias.
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
    texts, totals = [s.wrap(text, 24) for text, _ in parts], [total for _, total in parts]
    cell, gap, left = _cell(image, kernels), 0.5, 0.95
    left_kernel = left + image.shape[1] * cell + gap
    left_text = left_kernel + reach[1] * cell + 0.25
    width = left_text + max(s.wide(line) for text in texts for line in text.split("\n")) + 0.15
    row = max(image.shape[0] * cell, max(t.count("\n") + 1 for t in texts) * 0.23) + 0.25
    fig, ax = s.canvas(width, channels * row + 0.95)
    for c, text in enumerate(texts):
        top = channels * row + 0.6 - c * row
        middle = top - image.shape[0] * cell / 2
        s.text(ax, 0.1, middle, f"channel {c}", fontsize=s.SMALL, ha="left")
        _table(ax, image[..., c], left, top, cell=cell, read=read, frame=[*first, *reach])
        s.text(ax, left_kernel - gap / 2, middle, "*", fontsize=18)
        top, every = middle + reach[0] * cell / 2, np.ones(reach, bool)
        _table(ax, kernels[..., c], left_kernel, top, cell=cell, read=every)
        s.text(ax, left_text, middle, text, ha="left")
    s.text(ax, (left + left_kernel - gap) / 2, channels * row + 0.77, "input")
    s.text(ax, left_kernel + reach[1] * cell / 2, channels * row + 0.77, "one filter")
    terms = [s.factor(t) for t in totals] + ([f"{s.factor(bias)} (bias)"] if bias else [])
    words = f"output: {' + '.join(terms)} = {s.number(sum(totals) + bias)}"
    s.text(ax, width / 2, 0.3, words, bbox={"fc": s.WRITTEN, "ec": s.BLUE, "lw": 2, "pad": 5})
    return fig
