"""Drawings of convolution, all in one grammar.

Every function returns a matplotlib Figure that belongs to nobody: no pyplot, no global state.
`show` puts it into a notebook together with the words a blind reader gets instead.

The grammar: what is read is orange, what is written is blue, zeros of the padding are hatched
grey, counts run through cividis, signed numbers through a map whose middle is 0. A number, a
hatch or a marker stands beside every colour. All arithmetic in a picture is computed from the
arguments.
"""

import base64
import io
import textwrap
from collections.abc import Mapping

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.ticker import LogLocator, NullLocator
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike
from PIL import Image

from helpers import arithmetic

# Okabe and Ito's colours, told apart by colour-blind readers too.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
CATEGORIES = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY)
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1)))
READ, WRITTEN, PADDING, LINE = "#F9DFA6", "#A6D3EE", "#E8E8E8", "#555555"
COUNTS, SIGNED = "cividis", "PuOr_r"

DPI, WIDTH, LARGEST_WIDTH = 100, 7.0, 9.0  # inches; 9 in at 100 dpi = 900 pixels
TEXT, SMALL = 11, 9.5  # points; nothing is set below 9
CELL = 0.44  # inches, the side of a table's cell
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": BLACK,
    "axes.labelcolor": BLACK,
    "figure.facecolor": "white",
    "figure.dpi": DPI,
    "hatch.linewidth": 0.6,
}
_styled = matplotlib.rc_context(STYLE)


# ---------------------------------------------------------------- showing


def png(fig: Figure) -> bytes:
    """The figure as PNG bytes, in at most 256 colours (a third of the size)."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI)
    full = Image.open(buffer).convert("RGB")
    image = full.quantize(256, kmeans=1)
    if full.getcolors(10_000) is None:  # photographs: dither, or smooth colours show steps
        dithered = full.quantize(palette=image, dither=Image.Dither.FLOYDSTEINBERG)
        dithered.paste(image, mask=full.convert("L").point(lambda grey: 255 * (grey == 255)))
        image = dithered
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def show(fig: Figure, *, alt: str, caption: str | None = None) -> None:
    """Display `fig` in a notebook; `alt` is read aloud to those who do not see it.

    `caption` is Markdown and appears below. Outside a notebook only a line of text is printed.
    ValueError without an alt text.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            f"show() got alt={alt!r}. Say in one sentence what the picture shows, for readers "
            'who cannot see it: show(fig, alt="A 3x3 window over ...").'
        )
    if not _in_ipython():
        print(f'<Figure: {alt}> Pictures need a notebook; here use fig.savefig("figure.png").')
        return
    from IPython.display import display

    picture = {
        "image/png": base64.b64encode(png(fig)).decode(),
        "text/plain": f"<Figure: {alt}>",
    }
    display(picture, raw=True, metadata={"image/png": {"alt": alt}})
    if caption:
        display({"text/markdown": caption, "text/plain": caption}, raw=True)


def _in_ipython():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return get_ipython() is not None


# ---------------------------------------------------------------- small tools


def _number(value):
    """3 -> '3', -0.5 -> '−0.5', 14336 -> '14,336': as short as it can be read."""
    value = float(value) + 0.0  # -0.0 becomes 0.0
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "\u2212")


def _factor(value):
    return f"({_number(value)})" if value < 0 else _number(value)


def _short(value):
    """12443648 -> '12.4 M'."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g} {letter}" if value < 999.5 * size else _number(value)
    return _number(value)


def _arithmetic(inputs, weights, bias=0.0):
    """('2×0.5 + 1×1 + (−1)×(−0.5) = 2.5', 2.5) for two arrays of one shape."""
    inputs, weights = np.ravel(inputs).astype(float), np.ravel(weights).astype(float)
    terms = [f"{_factor(a)}\u00d7{_factor(b)}" for a, b in zip(inputs, weights, strict=True)]
    if bias:
        terms.append(f"{_factor(bias)} (bias)")
    total = float(inputs @ weights + bias)
    return " + ".join(terms) + f" = {_number(total)}", total


def _wide(text, size=TEXT):
    """Inches that a line of text takes, rounded up."""
    return len(text) * size * 0.0088


def _wrap(text, length):
    """Break a sum before its plus and equal signs."""
    lines = [""]
    for part in text.replace(" + ", "\n+ ").replace(" = ", "\n= ").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > length:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return "\n".join(lines)


def _canvas(width, height):
    """A figure and one axes that covers it; one unit of the axes is one inch."""
    if width > LARGEST_WIDTH:
        raise ValueError(
            f"The picture would be {width:.1f} inches wide, {LARGEST_WIDTH:.0f} can be read: "
            "draw a smaller example, or shorten its words."
        )
    fig = Figure(figsize=(width, height))
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def _array(value, ndim, what):
    value = np.asarray(value)
    if value.ndim != ndim or not value.size:
        raise ValueError(f"{what} needs {ndim} dimensions, none of them empty; got {value.shape}.")
    if not np.isfinite(value).all():
        raise ValueError(f"{what} {value.shape} holds NaN or infinite numbers.")
    return value


def _panels(value):
    """{title: content} as it is; anything else as one panel without a title."""
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("Nothing to draw: the dictionary is empty.")
        return dict(value)
    return {"": value}


def _text(ax, x, y, text, **options):
    return ax.text(x, y, text, **({"ha": "center", "va": "center"} | options))


def _arrow(ax, start, end, **options):
    style = {"arrowstyle": "-|>", "mutation_scale": 11, "color": LINE, "lw": 1.2}
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **(style | options)))


# ---------------------------------------------------------------- a window over an input


def _table(ax, values, left, top, *, cell, fill=READ, read=None, zeros=None, frame=None):
    """A table of numbers, its `read` cells filled and its `zeros` hatched (both masks).

    frame: (row, column, height, width) of a thick outline.
    """
    nothing = np.zeros(values.shape, bool)
    read, zeros = [nothing if mask is None else mask for mask in (read, zeros)]
    for (row, column), value in np.ndenumerate(values):
        colour = fill if read[row, column] else PADDING if zeros[row, column] else "white"
        style = {"fc": colour, "ec": "#999999", "hatch": "///" if zeros[row, column] else None}
        x, y = left + column * cell, top - (row + 1) * cell
        ax.add_patch(Rectangle((x, y), cell, cell, lw=0.8, **style))
        box = {"fc": colour, "ec": "none", "pad": 1} if zeros[row, column] else None
        size = TEXT if cell == CELL else SMALL
        _text(ax, x + cell / 2, y + cell / 2, _number(value), bbox=box, fontsize=size)
    if frame:
        row, column, height, width = frame
        corner, edge = (left + column * cell, top - (row + height) * cell), {"fill": False, "lw": 3}
        edge["ec"] = VERMILION if fill == READ else BLUE
        ax.add_patch(Rectangle(corner, width * cell, height * cell, **edge))


def _cell(*tables):
    """The side of a cell that holds the longest number of the tables."""
    longest = max(len(_number(value)) for table in tables for value in table.flat)
    return CELL if longest <= 4 else _wide("0" * longest, SMALL) + 0.06


@_styled
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
    image, kernel = _array(image, 2, "image"), _array(kernel, 2, "kernel")
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
    words = _wrap(_arithmetic(padded[under(*position)], kernel)[0], int(width * 10.5))
    tall = max(t.shape[0] for t in tables.values()) * cell
    below = 0.25 + 0.22 * (words.count("\n") + 1)
    fig, ax = _canvas(width, tall + 0.55 + below)
    marks = {
        "input": {"read": read, "zeros": zeros, "frame": [p * strides for p in position] + reach},
        "kernel": {"read": np.ones(kernel.shape, bool)},
        "output": {"fill": WRITTEN, "frame": (*position, 1, 1), "read": np.zeros(shape, bool)},
    }
    marks["output"]["read"][position] = True
    left = (width - sum(t.shape[1] for t in tables.values()) * cell - 2 * gap) / 2
    for name, table in tables.items():
        middle, size = below + 0.1 + tall / 2, table.shape[1] * cell
        top = middle + table.shape[0] * cell / 2
        _table(ax, table, left, top, cell=cell, **marks[name])
        _text(ax, left + size / 2, top + 0.17, name)
        left += size + gap
        if name != "output":
            sign = {"input": "*", "kernel": "="}[name]
            _text(ax, left - gap / 2, middle, sign, fontsize=18)
    _text(ax, width / 2, below / 2, words)
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

    tile(0, 0, rows, columns, fc="white", ec=LINE, lw=1.2)
    for row in range(1, rows):
        ax.plot(*zip(point(row, 0), point(row, columns), strict=True), color="#BBBBBB", lw=0.7)
    for column in range(1, columns):
        ax.plot(*zip(point(0, column), point(rows, column), strict=True), color="#BBBBBB", lw=0.7)
    row, column = lit
    tile(row, column, 1, 1, fc=colour, ec=BLACK, lw=1.6)
    centre = point(row + 0.5, column + 0.5)
    if value is not None:
        _text(ax, *centre, _number(value), weight="bold")
    return centre


@_styled
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
    x, weights = _array(x, 1, "x"), np.asarray(weights, float)
    weights = weights[:, None] if weights.ndim == 1 else _array(weights, 2, "weights")
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
    sums = [_arithmetic(x, weights[:, f], bias[f]) for f in range(filters)]
    names = ["filter"] if filters == 1 else [f"filter {f}" for f in range(filters)]
    words = [text for text, _ in sums]
    if filters > 1:
        words = [f"{name}: {text}" for name, text in zip(names, words, strict=True)]
    words = "\n".join(_wrap(text, 70) for text in words)
    body, below = max(channels, filters) * step, 0.3 + 0.23 * (words.count("\n") + 1)
    left = 0.85
    room = max(slab, 1.6)  # for a map and the words above it
    first = left + room + 0.55  # the first filter
    left_out = first + (filters - 1) * spread + 0.8
    width = left_out + room + 0.15
    fig, ax = _canvas(width, body + 0.5 + below)
    top = below + body + 0.24

    def height(index, count):
        return below + (body + gap + count * step) / 2 - (index + 1) * step

    centres = []
    for channel, value in enumerate(x):
        base = height(channel, channels)
        style = {"colour": READ, "value": value, "cell": cell}
        centre = _sheet(ax, left + (room - slab) / 2, base, rows, columns, position, **style)
        if centres:
            ends = (centres[-1][1] - 0.31 * cell, centre[1] + 0.31 * cell)
            ax.plot([centre[0]] * 2, ends, color=VERMILION, lw=2.2, zorder=3)
        centres.append(centre)
        _text(ax, 0.1, centre[1], f"channel {channel}", fontsize=SMALL, ha="left")
        _text(ax, first - 0.43, centre[1], "\u00d7", fontsize=14)
    _text(ax, left + room / 2, top, f"input, {channels} channel" + "s" * (channels > 1))
    _text(ax, left_out + room / 2, top, f"output, {filters} channel" + "s" * (filters > 1))
    for f in range(filters):
        for channel, (_, y) in enumerate(centres):
            corner = (first + f * spread - 0.3, y - 0.15)
            style = {"fc": "white", "ec": CATEGORIES[f], "lw": 2.2, "ls": DASHES[f]}
            ax.add_patch(Rectangle(corner, 0.6, 0.3, **style))
            _text(ax, first + f * spread, y, _number(weights[channel, f]))
        _text(ax, first + f * spread, top, names[f], fontsize=SMALL + 0.5)
        centre = _sheet(
            ax, left_out + (room - slab) / 2, height(f, filters), rows, columns, position,
            colour=WRITTEN, value=sums[f][1], cell=cell,
        )  # fmt: skip
        start = (left_out - 0.42, centre[1])
        _arrow(ax, start, (left_out + 0.2, centre[1]), color=CATEGORIES[f], lw=2, ls=DASHES[f])
    _text(ax, width / 2, below / 2, words, linespacing=1.35)
    return fig


@_styled
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
    image, kernels = _array(image, 3, "image"), _array(kernels, 3, "kernels")
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
    parts = [_arithmetic(image[inside][..., c], kernels[..., c]) for c in range(channels)]
    texts, totals = [_wrap(text, 24) for text, _ in parts], [total for _, total in parts]
    cell, gap, left = _cell(image, kernels), 0.5, 0.95
    left_kernel = left + image.shape[1] * cell + gap
    left_text = left_kernel + reach[1] * cell + 0.25
    width = left_text + max(_wide(line) for text in texts for line in text.split("\n")) + 0.15
    row = max(image.shape[0] * cell, max(t.count("\n") + 1 for t in texts) * 0.23) + 0.25
    fig, ax = _canvas(width, channels * row + 0.95)
    for c, text in enumerate(texts):
        top = channels * row + 0.6 - c * row
        middle = top - image.shape[0] * cell / 2
        _text(ax, 0.1, middle, f"channel {c}", fontsize=SMALL, ha="left")
        _table(ax, image[..., c], left, top, cell=cell, read=read, frame=[*first, *reach])
        _text(ax, left_kernel - gap / 2, middle, "*", fontsize=18)
        top, every = middle + reach[0] * cell / 2, np.ones(reach, bool)
        _table(ax, kernels[..., c], left_kernel, top, cell=cell, read=every)
        _text(ax, left_text, middle, text, ha="left")
    _text(ax, (left + left_kernel - gap) / 2, channels * row + 0.77, "input")
    _text(ax, left_kernel + reach[1] * cell / 2, channels * row + 0.77, "one filter")
    terms = [_factor(t) for t in totals] + ([f"{_factor(bias)} (bias)"] if bias else [])
    words = f"output: {' + '.join(terms)} = {_number(sum(totals) + bias)}"
    _text(ax, width / 2, 0.3, words, bbox={"fc": WRITTEN, "ec": BLUE, "lw": 2, "pad": 5})
    return fig


@_styled
def channel_chain(steps, *, title: str = "") -> Figure:
    """Feature maps as bars as wide as they have channels, from top to bottom.

    steps: a list of (label, channels) or (label, channels, parameters), the input first;
    or a Keras model whose layers follow one another. Channels and parameters are written out.
    """
    steps = _steps_of(steps)
    if not steps or any(step[1] < 1 for step in steps):
        raise ValueError(f"Expected (label, channels[, parameters]) with channels >= 1: {steps}.")
    row, width = 0.86, WIDTH
    fig, ax = _canvas(width, row * len(steps) + 0.1 + 0.35 * bool(title))
    scale = (width - 0.3) / max(step[1] for step in steps)
    top = row * len(steps)
    for index, (label, channels, *parameters) in enumerate(steps):
        y = top - index * row
        note = f"{label}" + (f":  {_number(parameters[0])} parameters" if any(parameters) else "")
        if index:
            _arrow(ax, (0.35, y + 0.07), (0.35, y - 0.26))
        _text(ax, 0.55 if index else 0.15, y - 0.1, note, ha="left")
        bar = channels * scale
        ax.add_patch(Rectangle((0.15, y - 0.62), bar, 0.3, fc=WRITTEN, ec=BLUE, lw=1.4))
        inside = bar > 1.5
        x = 0.15 + (bar / 2 if inside else bar + 0.1)
        words = f"{_number(channels)} channel" + "s" * (channels > 1)
        _text(ax, x, y - 0.47, words, ha="center" if inside else "left", weight="bold")
    if title:
        _text(ax, width / 2, top + 0.25, title, weight="bold")
    return fig


def _steps_of(steps):
    """A list as it is; a Keras model as one step per layer, with the size of its map."""
    if not hasattr(steps, "layers"):
        return [tuple(step) for step in steps]
    rows = []
    for layer in steps.layers:
        *size, channels = layer.output.shape[1:]
        label = " ".join([layer.name, "x".join(str(n) for n in size)]).strip()
        rows.append((label, channels, layer.count_params()))
    return rows


# ---------------------------------------------------------------- blocks


def _layer_of(item):
    """(label, channels, macs) from (label, channels[, macs]), a cost table's row, (label, row)."""
    label, *rest = (item.name, item) if hasattr(item, "output_shape") else item
    if rest and hasattr(rest[0], "output_shape"):
        rest = [rest[0].output_shape[-1], rest[0].macs]
    if len(rest) not in (1, 2) or not rest[0] or rest[0] < 1:
        raise ValueError(
            "A layer is (label, channels), (label, channels, macs), a row of cost_table() or "
            f"(label, row), with at least one channel; got {item!r}."
        )
    return str(label), int(rest[0]), rest[1] if len(rest) == 2 else 0


def _checked(branches, input_channels, merge):
    """Branches of (label, channels, macs), the channels each ends with, and those after merging."""
    branches = [[_layer_of(layer) for layer in branch] for branch in branches]
    ends = [branch[-1][1] if branch else int(input_channels) for branch in branches]
    if merge not in ("concatenate", "add", None) or not branches:
        raise ValueError(
            f'Expected at least one branch and merge="concatenate", "add" or None; got '
            f"{len(branches)} branches and merge={merge!r}."
        )
    if merge == "add" and len(set(ends)) > 1:
        raise ValueError(f"Branches of {ends} channels cannot be added: they must all be equal.")
    if merge is None and len(branches) > 1:
        raise ValueError(f'{len(branches)} branches need merge="concatenate" or merge="add".')
    return branches, ends, sum(ends) if merge == "concatenate" else ends[0]


def _box(ax, x, y, size, fill, edge, words):
    """A box `size` inches wide, centred on x, with its words inside or, if narrow, beside it."""
    size = max(size, 0.04)
    ax.add_patch(Rectangle((x - size / 2, y - 0.14), size, 0.28, fc=fill, ec=edge, lw=1.4))
    inside = size > 0.6
    place = {"ha": "center"} if inside else {"ha": "left"}
    _text(ax, x if inside else x + size / 2 + 0.07, y, words, weight="bold", **place)


@_styled
def block(
    branches: list, *, input_channels: int, merge: str | None = "concatenate", title: str = ""
) -> Figure:
    """A block as boxes: width = channels, hatched bar = MACs, both with their numbers.

    branches: a list of branches from left to right, each a list of layers from top to bottom;
    a layer is (label, channels), (label, channels, macs), a row of cost_table() or (label, row).
    An empty branch is an identity shortcut. merge: "concatenate" (channels add up), "add"
    (channels must agree) or None (one branch). ValueError says which numbers do not fit.
    """
    branches, ends, total = _checked(branches, input_channels, merge)
    layers = [layer for branch in branches for layer in branch]
    lane = max([1.7, *(_wide(label) + 0.2 for label, *_ in layers)])
    width = max(lane * len(branches) + 0.2, 4.2)
    lane = (width - 0.2) / len(branches)
    widest = max([channels for _, channels, _ in layers], default=1)
    scale = min((lane - 0.3) / widest, (width - 0.6) / max(total, input_channels))
    dearest = max([macs or 0 for *_, macs in layers], default=0)
    row, room = 1.1 if dearest else 0.9, lane - (1.4 if lane > 2 else 0.95)  # beside a bar
    top = max(len(branch) for branch in branches) * row + 2.25
    fig, ax = _canvas(width, top + 0.3 * bool(title))
    centre, start, join = width / 2, top - 0.59, 1.1
    white = {"fc": "white", "ec": "none", "pad": 1.5}
    _text(ax, centre, top + 0.1, title, weight="bold")
    _text(ax, centre, top - 0.18, "input")
    size = input_channels * scale
    _box(ax, centre, top - 0.45, size, READ, ORANGE, _number(input_channels))
    for index, branch in enumerate(branches):
        x, y = 0.1 + lane * (index + 0.5), start - 0.3
        path = [(centre, start), (x, y), (x, join + 0.25), (centre, join)]
        ax.plot(*zip(*path, strict=True), color=LINE, lw=1.2, zorder=0)
        if not branch:
            _text(ax, x, (y + join) / 2, "identity", bbox=white)
        for label, channels, macs in branch:
            _text(ax, x, y - 0.14, label, bbox=white)
            _box(ax, x, y - 0.42, channels * scale, WRITTEN, BLUE, _number(channels))
            if dearest:
                left, size = x - (lane - 0.25) / 2, (macs or 0) / dearest * room
                style = {"fc": "white", "ec": VERMILION, "hatch": "/////", "lw": 1}
                ax.add_patch(Rectangle((left, y - 0.79), size, 0.13, visible=size > 0, **style))
                words = "unknown" if macs is None else _short(macs)
                words += " MACs" if lane > 2 or not macs else ""
                style = {"fontsize": SMALL, "ha": "left", "bbox": white}
                _text(ax, left + size + 0.06, y - 0.725, words, **style)
            y -= row
    _text(ax, centre, join - 0.12, merge or "output", bbox=white)
    sums = " + ".join(_number(end) for end in ends) + " = " if merge == "concatenate" else ""
    _box(ax, centre, join - 0.4, total * scale, WRITTEN, BLUE, "" if sums else _number(total))
    if sums:
        for cut in centre + (np.cumsum(ends)[:-1] - total / 2) * scale:
            ax.plot([cut, cut], [join - 0.54, join - 0.26], color=BLUE, lw=1.4)
        _text(ax, centre, join - 0.67, sums + _number(total), weight="bold")
    if dearest:
        words = "at least " * any(macs is None for *_, macs in layers)
        words += _number(sum(macs or 0 for *_, macs in layers))
        _text(ax, centre, 0.2, f"box: channels; bar: MACs, {words} together", fontsize=SMALL)
    return fig


# ---------------------------------------------------------------- arrays as colours


def _tiles(arrays, titles, *, columns, cell, left=0.1, gap=0.1, below=0.0, bar=None, **scale):
    """Arrays in rows of `columns`, each `cell` inches wide under its title, on one colour scale.

    `bar` names a colour bar below. Returns the figure and its axes, in the order of the arrays.
    """
    if len(titles) != len(arrays) or not arrays:
        raise ValueError(f"{len(arrays)} pictures and {len(titles)} titles: one title each.")
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    titles = [_fold(str(title), cell) for title in titles]
    tall = cell * max(a.shape[0] / a.shape[1] for a in arrays)
    heads = [titles[row * columns : (row + 1) * columns] for row in range(rows)]
    heads = [0.21 * max(t.count("\n") + 1 for t in h) + 0.06 if any(h) else 0.0 for h in heads]
    foot = below + (0.62 if bar is not None else 0.0)
    used = left + columns * (cell + gap) - gap + 0.1
    width = max(used, 2.6)
    height = rows * (tall + below + 0.1) - below + sum(heads) + foot + 0.05
    fig = Figure(figsize=(width, height))
    axes = []
    for index, (array, title) in enumerate(zip(arrays, titles, strict=True)):
        x = (width - used) / 2 + left + index % columns * (cell + gap)
        row = index // columns + 1  # counted from the top
        y = height - row * (tall + 0.1) - (row - 1) * below - sum(heads[:row]) + 0.03
        ax = _axes(fig, x, y, cell, tall, xticks=[], yticks=[])
        picture = ax.imshow(array, interpolation="nearest", **scale)
        ax.spines[:].set(visible=True, color="#999999", lw=0.6)
        ax.set_title(title, pad=4)
        axes.append(ax)
    if bar is not None:
        low, high = picture.get_clim()
        ticks = sorted({low, (low + high) / 2, high})
        ax = _axes(fig, width / 2 - 0.9, 0.42, 1.8, 0.13)
        fig.colorbar(picture, cax=ax, orientation="horizontal", ticks=ticks)
        ax.set_xticklabels([_number(float(f"{t:.3g}")) for t in ticks])
        if bar:
            _label(fig, width / 2, 0.12, bar)
    return fig, axes


def _fold(title, width):
    """Break a title so that no line is wider than `width` inches."""
    letters = max(int(width / _wide("x")), 1)
    return "\n".join(textwrap.fill(line, letters) for line in title.split("\n"))


def _axes(fig, left, bottom, width, height, **options):
    """Axes placed in inches."""
    w, h = fig.get_size_inches()
    return fig.add_axes((left / w, bottom / h, width / w, height / h), **options)


def _label(fig, x, y, text):
    """A small line of text placed in inches."""
    w, h = fig.get_size_inches()
    fig.text(x / w, y / h, text, ha="center", va="center", fontsize=SMALL)


def _scale(arrays, signed=None):
    """The colours for numbers: cividis, or with negative ones a map centred on 0."""
    low, high = min(a.min() for a in arrays), max(a.max() for a in arrays)
    if low < 0 if signed is None else signed:
        high = max(abs(low), abs(high)) or 1.0
        return {"cmap": SIGNED, "vmin": -high, "vmax": high}
    return {"cmap": COUNTS, "vmin": min(low, 0.0), "vmax": high if high > min(low, 0.0) else 1.0}


def _write(ax, array, cell):
    """Write every number into its cell if all of them fit."""
    numbers = [_number(round(float(value), 2)) for value in array.flat]
    if cell / array.shape[1] < max(0.18, 0.04 + max(_wide(n, SMALL) for n in numbers)):
        return
    picture = ax.images[0]
    for (row, column), value in np.ndenumerate(array):
        dark = np.dot(picture.to_rgba(float(value))[:3], (0.3, 0.59, 0.11)) < 0.5
        text = numbers[row * array.shape[1] + column]
        _text(ax, column, row, text, fontsize=SMALL, color="white" if dark else BLACK)


def _number_axes(ax, array, xlabel, ylabel):
    """Count the cells along both axes, at most nine numbers each."""
    for axis, count in ((ax.xaxis, array.shape[1]), (ax.yaxis, array.shape[0])):
        axis.set_ticks(np.arange(0, count, -(-count // 9)))
        axis.set_tick_params(length=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)


@_styled
def heat_map(
    values: ArrayLike | Mapping,
    *,
    xlabel: str = "",
    ylabel: str = "",
    signed: bool | None = None,
    bar: str = "",
) -> Figure:
    """Arrays (rows, columns) as colours, with the numbers written in where they fit.

    values: one array or {title: array}, all on one scale. signed: centre the colours on 0
    (default: where a value is negative). bar: the name of what is shown.
    """
    panels = {title: _array(value, 2, "values") for title, value in _panels(values).items()}
    arrays, columns = list(panels.values()), min(len(panels), 3)
    axis = 0.55 if xlabel or ylabel else 0.0
    cell = min((WIDTH - 0.2) / columns - axis - 0.1, 4.2 if len(arrays) == 1 else 3.6)
    cell = min(cell, max(1.8, 0.6 * arrays[0].shape[1]))
    space = {"left": axis + 0.1, "gap": axis + 0.1, "below": axis}
    style = space | _scale(arrays, signed)
    fig, axes = _tiles(arrays, panels, columns=columns, cell=cell, bar=bar, **style)
    for ax, array in zip(axes, arrays, strict=True):
        _write(ax, array, cell)
        if axis:
            _number_axes(ax, array, xlabel, ylabel)
    return fig


@_styled
def who_reads_whom(
    reads: ArrayLike | Mapping,
    *,
    xlabel: str = "input channel",
    ylabel: str = "output channel",
) -> Figure:
    """Which output reads which input: one row per output, a dot where it reads.

    reads: array (outputs, inputs), zero where nothing is read, or {title: array}. The title
    says how many of all pairs are read.
    """
    panels = {title: _array(value, 2, "reads") != 0 for title, value in _panels(reads).items()}
    arrays, columns = list(panels.values()), min(len(panels), 3)
    cell = min((WIDTH - 0.1) / columns - 0.65, 2.6)
    counts = [f"{_number(a.sum())} of {_number(a.size)}" for a in arrays]
    titles = [f"{title}\n{count}".strip() for title, count in zip(panels, counts, strict=True)]
    style = {"left": 0.65, "gap": 0.65, "below": 0.5, "cmap": "Blues", "vmin": 0, "vmax": 1.6}
    fig, axes = _tiles(arrays, titles, columns=columns, cell=cell, **style)
    for ax, array in zip(axes, arrays, strict=True):
        if max(array.shape) <= 20:
            rows, places = np.nonzero(array)
            ax.plot(places, rows, "o", color=BLACK, ms=min(cell / max(array.shape) * 30, 7))
        _number_axes(ax, array, xlabel, ylabel)
    return fig


@_styled
def receptive_field(gradients: ArrayLike | Mapping) -> Figure:
    """What one output reads of its input, measured: |gradient|, its extent framed.

    gradients: the gradient of one output cell with respect to the input, (height, width) or
    (height, width, channels), or {title: array}. White cells are not read (less than a millionth
    of the largest gradient).
    ValueError where a gradient is zero everywhere.
    """
    arrays, titles, frames = [], [], []
    for title, value in _panels(gradients).items():
        value = np.abs(np.asarray(value, float))
        value = _array(value.sum(-1) if value.ndim == 3 else value, 2, "gradient")
        value[value < 1e-6 * value.max()] = 0  # rounding errors are no readers
        if not value.any():
            raise ValueError(f"The gradient {title} {value.shape} is zero everywhere: no reader.")
        rows, columns = [np.flatnonzero(value.any(axis)) for axis in (1, 0)]
        frames.append((columns[0], rows[0], np.ptp(columns) + 1, np.ptp(rows) + 1))
        size = f"{frames[-1][3]}x{frames[-1][2]}"
        read, area = np.count_nonzero(value), frames[-1][2] * frames[-1][3]
        size += f", {_number(read)} of {_number(area)} read" if read < area else ""
        titles.append(f"{title}: {size}" if title else size)
        arrays.append(np.where(value, value / value.max(), np.nan))
    cell = min((WIDTH - 0.1) / min(len(arrays), 3) - 0.1, 3.0)
    style = {"bar": "|gradient|, largest = 1", "cmap": COUNTS, "vmin": 0, "vmax": 1}
    fig, axes = _tiles(arrays, titles, columns=3, cell=cell, **style)
    for ax, (x, y, width, height) in zip(axes, frames, strict=True):
        style = {"fill": False, "ec": VERMILION, "lw": 2.5, "ls": "--"}
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), width, height, **style))
    return fig


@_styled
def coverage_strip(size: int, kernel_size: int, *, strides: int = 1) -> Figure:
    """A 1-D transposed convolution (padding "valid"): where every input cell writes.

    One bar per input cell over the outputs it adds to; below, how often each output is written.
    """
    counts, starts = _coverage(size, kernel_size, strides)
    cell, row = min(0.5, (WIDTH - 1.2) / len(counts)), 0.3
    if cell < 0.24:
        raise ValueError(f"{len(counts)} output cells are too many to be read; make size smaller.")
    width = max(len(counts) * cell + 1.3, 4.0)
    fig, ax = _canvas(width, size * row + 1.25)
    left = 1.1
    for index, start in enumerate(starts):
        y, colour = 1.2 + (size - 1 - index) * row, CATEGORIES[index % 6]
        corner, hatch = (left + start * cell, y - 0.11), HATCHES[index % 6]
        style = {"fc": colour, "alpha": 0.45, "hatch": hatch, "ec": BLACK, "lw": 0.8}
        ax.add_patch(Rectangle(corner, kernel_size * cell, 0.22, **style))
        _text(ax, left - 0.1, y, f"input {index}", ha="right", fontsize=SMALL)
    colours = matplotlib.colormaps[COUNTS](counts / counts.max())
    for index, count in enumerate(counts):
        corner = (left + index * cell, 0.5)
        ax.add_patch(Rectangle(corner, cell, 0.4, fc=colours[index], ec="white"))
        dark = np.dot(colours[index][:3], (0.3, 0.59, 0.11)) < 0.5
        _text(ax, corner[0] + cell / 2, 0.7, _number(count), color="white" if dark else BLACK)
    _text(ax, left - 0.1, 0.7, "times written", ha="right", fontsize=SMALL)
    words = f"kernel_size={kernel_size}, strides={strides}: {size} cells become {len(counts)}"
    _text(ax, width / 2, 0.22, words)
    return fig


def coverage_map(size: int, kernel_size: int, *, strides: int = 1) -> Figure:
    """How often a 2-D transposed convolution (padding "valid") writes each output cell."""
    counts, _ = _coverage(size, kernel_size, strides)
    return heat_map(np.outer(counts, counts), bar="times written", signed=False)


def _coverage(size, kernel_size, strides):
    if min(size, kernel_size, strides) < 1:
        raise ValueError(f"Expected numbers >= 1: {size=}, {kernel_size=}, {strides=}.")
    starts = np.arange(size) * strides
    counts = np.zeros(arithmetic.transposed_output(size, kernel_size, strides=strides), int)
    for start in starts:
        counts[start : start + kernel_size] += 1
    return counts, starts


# ---------------------------------------------------------------- pictures, maps, kernels


@_styled
def images(pictures, *, titles: list | None = None, columns: int = 4) -> Figure:
    """Pictures side by side, each under its title.

    pictures: {title: array}, or a sequence of arrays (titles optional). An array is
    (height, width), (height, width, 1) or (height, width, 3), uint8 or floats from 0 to 1.
    """
    if isinstance(pictures, Mapping):
        titles, pictures = list(pictures), list(pictures.values())
    pictures = [_picture(picture) for picture in pictures]
    titles = [""] * len(pictures) if titles is None else list(titles)
    columns = max(min(columns, len(pictures)), 1)
    cell = min((WIDTH - 0.1) / columns - 0.1, 2.0 if len(pictures) < 3 else 1.7)
    return _tiles(pictures, titles, columns=columns, cell=cell, cmap="gray", vmin=0, vmax=1)[0]


def _picture(value):
    value = np.asarray(value)
    if value.ndim == 3 and value.shape[-1] == 1:
        value = value[..., 0]
    if value.ndim not in (2, 3) or (value.ndim == 3 and value.shape[-1] != 3) or not value.size:
        raise ValueError(
            f"A picture is (height, width), (height, width, 1) or (height, width, 3); got an "
            f"array of shape {value.shape}. For maps of many channels use feature_maps()."
        )
    value = value / 255.0 if value.dtype == np.uint8 else value.astype(float)
    return np.clip(value, 0.0, 1.0)


@_styled
def feature_maps(
    maps: ArrayLike, *, titles: list | None = None, columns: int = 8, bar: str = "activation"
) -> Figure:
    """The channels of one feature map (height, width, channels), all on one colour scale."""
    maps = _array(maps, 3, "maps")
    channels = maps.shape[-1]
    if channels > 64:
        raise ValueError(f"maps {maps.shape}: choose 64 channels at most, such as maps[..., :16].")
    titles = range(channels) if titles is None else titles
    arrays = list(np.moveaxis(maps, -1, 0).astype(float))
    columns = min(columns, channels)
    cell = min((WIDTH - 0.1) / columns - 0.1, 1.6)
    return _tiles(arrays, titles, columns=columns, cell=cell, bar=bar, **_scale(arrays))[0]


@_styled
def kernels(weights: ArrayLike) -> Figure:
    """The kernels of a layer: a column per filter, a row per input channel, colours around 0.

    weights: (rows, columns, channels, filters) as Keras keeps them. A 1x1 layer's weights are
    drawn as what they are, a matrix (channels, filters).
    """
    weights = _array(weights, 4, "weights").astype(float)
    rows, columns, channels, filters = weights.shape
    if max(channels, filters) > 16:
        raise ValueError(f"weights {weights.shape}: draw 16 channels and 16 filters at most.")
    if rows == columns == 1:
        names = {"xlabel": "filter", "ylabel": "channel"}
        return heat_map(weights[0, 0], signed=True, bar="weight", **names)
    arrays = [weights[..., c, f] for c in range(channels) for f in range(filters)]
    cell = min((WIDTH - 0.9) / filters - 0.1, 1.5)
    titles = [f"filter {f}" if cell > 0.6 else f for f in range(filters)]
    titles += [""] * (len(arrays) - filters)
    style = {"left": 0.4, "bar": "weight"} | _scale(arrays, signed=True)
    fig, axes = _tiles(arrays, titles, columns=filters, cell=cell, **style)
    for index, (ax, array) in enumerate(zip(axes, arrays, strict=True)):
        _write(ax, array, cell)
        if index % filters == 0 and channels > 1:
            ax.set_ylabel(f"channel {index // filters}" if cell > 0.9 else index // filters)
    return fig


# ---------------------------------------------------------------- results


@_styled
def learning_curves(
    curves: Mapping,
    *,
    xlabel: str = "epoch",
    ylabel: str = "training loss",
    ylim: tuple | None = None,
    log: bool = False,
) -> Figure:
    """Curves over epochs: each seed thin, their range as a band, their median bold.

    curves: {name: array (seeds, epochs) or (epochs,)}, or {panel: {name: array}} for panels
    side by side on one scale.
    """
    panels = _nested(curves)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    if not 0 < len(names) <= len(CATEGORIES):
        raise ValueError(f"{len(names)} lines: one to {len(CATEGORIES)} can be told apart.")
    fig = Figure(figsize=(WIDTH if len(panels) > 1 else 6.2, 4.2), layout="constrained")
    axes = fig.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    seeds, handles = set(), {}
    for ax, (title, lines) in zip(axes, panels.items(), strict=True):
        for name, values in lines.items():
            values = _array(np.atleast_2d(np.asarray(values, float)), 2, f"{name}: (seeds, epochs)")
            seeds.add(len(values))
            which, epochs = names.index(name), np.arange(1, values.shape[1] + 1)
            colour = CATEGORIES[which]
            if len(values) > 1:
                band = {"color": colour, "alpha": 0.15, "lw": 0}
                ax.fill_between(epochs, values.min(0), values.max(0), **band)
                ax.plot(epochs, values.T, color=colour, lw=0.7, alpha=0.7)
            style = {"marker": MARKERS[which], "ms": 6, "markevery": max(1, len(epochs) // 10)}
            style |= {"color": colour, "lw": 2.2, "ls": DASHES[which]}
            (handles[name],) = ax.plot(epochs, np.median(values, 0), **style)
        ax.set(title=title, xlabel=xlabel)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(alpha=0.3)
    axes[0].set(ylabel=ylabel, yscale="log" if log else "linear", ylim=ylim)
    if log:
        _log_ticks(axes[0].yaxis, *axes[0].get_ylim())
    one_row = sum(0.85 * _wide(name) + 0.8 for name in names) < fig.get_figwidth()
    columns = len(names) if one_row else 2
    place = {"loc": "outside upper center", "ncols": columns, "frameon": False}
    fig.legend(handles.values(), handles, handlelength=3.2, **place)
    if max(seeds) > 1:
        many = " or ".join(str(s) for s in sorted(seeds))
        fig.supxlabel(f"thin: each of {many} seeds; bold: their median", fontsize=SMALL)
    return fig


def _nested(values):
    """{panel: {name: ...}}; a plain {name: ...} becomes one panel without a title."""
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"Expected {{name: numbers}} with at least one name; got {values!r}.")
    panels = [isinstance(value, Mapping) for value in values.values()]
    if any(panels) and not all(panels):
        raise ValueError("Some values are dictionaries (panels) and some are numbers; mix neither.")
    return values if all(panels) else {"": values}


@_styled
def bars(values: Mapping, *, unit: str = "") -> Figure:
    """Bars with their numbers, one under the other.

    values: {name: number} or {panel: {name: number}}, each panel with its own scale. A list of
    numbers is one per seed: the bar is their median, the dots are the seeds.
    """
    panels = _nested(values)
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    left, right = max(_wide(name) for name in names) + 0.2, 1.7 + _wide(unit)
    room, row = WIDTH - left - right, 0.34
    if room < 1.5:
        raise ValueError(f"The names and the unit leave no room for bars; shorten {names}.")
    heights = [len(panel) * row + (0.4 if title else 0.1) for title, panel in panels.items()]
    fig, ax = _canvas(WIDTH, sum(heights) + 0.1)
    top = sum(heights) + 0.05
    for (title, panel), height in zip(panels.items(), heights, strict=True):
        seeds = {name: _array(np.atleast_1d(v), 1, name) for name, v in panel.items()}
        low = min(0.0, *(v.min() for v in seeds.values()))
        high = max(0.0, *(v.max() for v in seeds.values()))
        scale = room / ((high - low) or 1.0)
        _text(ax, left, top - 0.22, title, ha="left", weight="bold")
        y, zero = top - height + len(panel) * row, left + 0.1 * (low < 0) - low * scale
        ax.plot([zero, zero], [y + 0.02, y - len(panel) * row + 0.02], color=LINE, lw=1)
        for name, numbers in seeds.items():
            which, middle = names.index(name) * (len(names) <= 6), float(np.median(numbers))
            corner = (zero + min(middle, 0) * scale, y - 0.27)
            style = {"fc": CATEGORIES[which], "alpha": 0.55, "hatch": HATCHES[which], "ec": BLACK}
            ax.add_patch(Rectangle(corner, abs(middle) * scale, 0.22, **style))
            _text(ax, left - 0.1, y - 0.16, name, ha="right")
            words = f"{_number(middle)} {unit}".strip()
            if len(numbers) > 1:
                ax.plot(zero + numbers * scale, [y - 0.16] * len(numbers), "o", color=BLACK, ms=4)
                words += f" ({_number(numbers.min())} to {_number(numbers.max())})"
            _text(ax, zero + max(numbers.max(), 0) * scale + 0.1, y - 0.16, words, ha="left")
            y -= row
        top -= height
    return fig


@_styled
def accuracy_against_cost(
    points: Mapping,
    *,
    xlabel: str = "MACs",
    ylabel: str = "test accuracy",
    log: bool | None = None,
) -> Figure:
    """Accuracy over cost, every point labelled; a vertical line is the range over seeds.

    points: {name: (cost, accuracy)} or {name: (cost, [accuracy of each seed])}.
    log: a logarithmic cost axis (default: where the costs span more than a factor of 20).
    """
    if not isinstance(points, Mapping) or not points:
        raise ValueError(f"Expected {{name: (cost, accuracy)}}; got {points!r}.")
    costs = np.array([float(cost) for cost, _ in points.values()])
    seeds = [_array(np.atleast_1d(accuracy), 1, "accuracy") for _, accuracy in points.values()]
    if costs.min() <= 0:
        raise ValueError(f"Costs must be positive; got {costs.tolist()}.")
    log = costs.max() > 20 * costs.min() if log is None else log
    fig = Figure(figsize=(WIDTH, 4.4))
    ax = _axes(fig, 0.85, 0.8, WIDTH - 1.1, 3.4, xscale="log" if log else "linear")
    for index, (cost, values) in enumerate(zip(costs, seeds, strict=True)):
        which = index % len(CATEGORIES)
        ax.plot([cost] * 2, [values.min(), values.max()], color=CATEGORIES[which], lw=2, alpha=0.6)
        style = {"color": CATEGORIES[which], "mec": BLACK, "ms": 9}
        ax.plot(cost, np.median(values), MARKERS[which], **style)
    ax.margins(0.14)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    low, high = ax.get_xlim()
    if log:
        _log_ticks(ax.xaxis, low, high)
    ax.xaxis.set_major_formatter(lambda cost, _: _short(cost))
    if max(len(values) for values in seeds) > 1:
        _label(fig, WIDTH / 2, 0.14, "marker: median of the seeds; line: their range")
    _label_points(fig, ax, list(points), costs, [np.median(values) for values in seeds])
    return fig


def _log_ticks(axis, low, high):
    """Ticks at 1, 2, 5, 10 ... in plain digits (matplotlib's small exponents cannot be read)."""
    subs = range(1, 10) if high < 10 * low else (1, 2, 5) if high < 500 * low else (1,)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\u2212"))


def _label_points(fig, ax, names, xs, ys):
    """Write each name beside its point, where it covers neither a point nor another name."""
    renderer = FigureCanvasAgg(fig).get_renderer()
    taken = [Bbox.from_extents(x - 6, y - 6, x + 6, y + 6)
             for x, y in ax.transData.transform(np.column_stack([xs, ys]))]  # fmt: skip
    frame = ax.get_window_extent(renderer)
    places = [(9, 0, "left", "center"), (-9, 0, "right", "center"), (0, 9, "center", "bottom"),
              (0, -9, "center", "top"), (8, 12, "left", "bottom"), (8, -12, "left", "top"),
              (-8, 12, "right", "bottom"), (-8, -12, "right", "top"), (0, 24, "center", "bottom"),
              (0, -24, "center", "top")]  # fmt: skip
    for name, x, y in zip(names, xs, ys, strict=True):
        for dx, dy, ha, va in places:
            options = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va}
            label = ax.annotate(name, (x, y), **options)
            box = label.get_window_extent(renderer)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 + 20 and frame.y0 <= box.y0
            if inside and box.y1 <= frame.y1 and not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        else:
            label = ax.annotate(name, (x, y), xytext=(9, 0), textcoords="offset points")
            box = label.get_window_extent(renderer)
        taken.append(box)
