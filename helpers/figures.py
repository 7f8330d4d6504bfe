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
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from PIL import Image

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


def png(fig):
    """The figure as PNG bytes, in at most 256 colours (a third of the size)."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI)
    image = Image.open(buffer).convert("RGB").quantize(256)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def show(fig, *, alt: str, caption: str | None = None) -> None:
    """Display `fig` in a notebook; `alt` is read aloud to those who do not see it.

    `caption` is Markdown and appears below. Outside a notebook only a line of text is printed.
    ValueError without an alt text.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            f"show() got alt={alt!r}. Say in one sentence what the picture shows, for readers "
            'who cannot see it: show(fig, alt="A 3x3 window over ...").'
        )
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = lambda: None  # noqa: E731
    if get_ipython() is None:
        print(f'<Figure: {alt}> Pictures need a notebook; here use fig.savefig("figure.png").')
        return
    picture = {
        "image/png": base64.b64encode(png(fig)).decode(),
        "text/plain": f"<Figure: {alt}>",
    }
    display(picture, raw=True, metadata={"image/png": {"alt": alt}})
    if caption:
        display({"text/markdown": caption, "text/plain": caption}, raw=True)


# ---------------------------------------------------------------- small tools


def _number(value):
    """3 -> '3', -0.5 -> '−0.5', 14336 -> '14,336': as short as it can be read."""
    value = float(value)
    text = f"{value:,.0f}" if value == int(value) else f"{value:.3g}"
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
        terms.append(f"{_factor(bias)}")
    total = float(inputs @ weights + bias)
    return " + ".join(terms) + f" = {_number(total)}", total


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
    fig = Figure(figsize=(width, height))
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return fig, ax


def _array(value, ndim, what):
    value = np.asarray(value)
    if value.ndim != ndim or not value.size:
        raise ValueError(f"{what} needs {ndim} dimensions, none of them empty; got {value.shape}.")
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


def _cells(ax, values, left, top, cell, *, colour=None, hatch=None):
    """A table of numbers; `colour(row, column)` and `hatch(row, column)` decorate its cells."""
    for (row, column), value in np.ndenumerate(values):
        fill = (colour and colour(row, column)) or "white"
        mark = hatch and hatch(row, column)
        corner = (left + column * cell, top - (row + 1) * cell)
        ax.add_patch(Rectangle(corner, cell, cell, fc=fill, ec="#999999", lw=0.8, hatch=mark))
        if value is not None:
            centre = (corner[0] + cell / 2, corner[1] + cell / 2)
            box = {"fc": fill, "ec": "none", "pad": 1} if mark else None
            _text(ax, *centre, _number(value), fontsize=TEXT, bbox=box)


@_styled
def window(image, kernel, *, position=(0, 0), strides=1, padding="valid", dilation_rate=1):
    """One step of a 2-D convolution (cross-correlation, as Keras does it) with its arithmetic.

    image: (height, width); kernel: (rows, columns); position: (row, column) of the output cell.
    padding: "valid", "same" (as Keras pads) or the number of zeros on every side.
    ValueError where the kernel does not fit, the position lies outside the output, or the
    tables are too large to be read.
    """
    image, kernel = _array(image, 2, "image"), _array(kernel, 2, "kernel")
    rows, columns = [(k - 1) * dilation_rate + 1 for k in kernel.shape]
    sides = [
        _zeros(n, k, strides, padding) for n, k in zip(image.shape, (rows, columns), strict=True)
    ]
    padded = np.pad(image.astype(float), sides)
    steps = np.lib.stride_tricks.sliding_window_view
    if padded.shape[0] < rows or padded.shape[1] < columns:
        raise ValueError(
            f"A kernel of shape {kernel.shape} (dilation_rate={dilation_rate}) does not fit into "
            f"an image of shape {image.shape} with padding={padding!r}."
        )
    views = steps(padded, (rows, columns))[::strides, ::strides, ::dilation_rate, ::dilation_rate]
    output = np.einsum("abij,ij->ab", views, kernel)
    if not all(0 <= p < n for p, n in zip(position, output.shape, strict=True)):
        raise ValueError(f"position={position} lies outside the output of shape {output.shape}.")

    cell, gap = 0.45, 0.55
    tables = (padded, kernel, output)
    widths = [table.shape[1] * cell for table in tables]
    width = max(sum(widths) + 2 * gap + 0.3, 4.5)
    if width > LARGEST_WIDTH:
        raise ValueError(
            f"An input of {padded.shape} (with its padding) and an output of {output.shape} are "
            "too wide to be read; draw a smaller example."
        )
    sum_text = _wrap(_arithmetic(views[position], kernel)[0], int(width * 10.5))
    tall = max(table.shape[0] for table in tables) * cell
    below = 0.25 + 0.22 * (sum_text.count("\n") + 1)
    fig, ax = _canvas(width, tall + 0.55 + below)
    middle = below + 0.1 + tall / 2
    first = [p * strides for p in position]

    def read(row, column):
        steps = [(i - f) for i, f in zip((row, column), first, strict=True)]
        inside = 0 <= steps[0] < rows and 0 <= steps[1] < columns
        return inside and not any(s % dilation_rate for s in steps)

    def is_padding(row, column):
        return any(
            not before <= i < before + n
            for i, (before, _), n in zip((row, column), sides, image.shape, strict=True)
        )

    left = (width - sum(widths) - 2 * gap) / 2
    tops = [middle + table.shape[0] * cell / 2 for table in tables]
    lefts = [left, left + widths[0] + gap, left + widths[0] + widths[1] + 2 * gap]
    _cells(
        ax, padded, lefts[0], tops[0], cell,
        colour=lambda r, c: READ if read(r, c) else PADDING if is_padding(r, c) else None,
        hatch=lambda r, c: "///" if is_padding(r, c) else None,
    )  # fmt: skip
    corner = (lefts[0] + first[1] * cell, tops[0] - (first[0] + rows) * cell)
    ax.add_patch(Rectangle(corner, columns * cell, rows * cell, fill=False, ec=VERMILION, lw=3))
    _cells(ax, kernel, lefts[1], tops[1], cell, colour=lambda r, c: READ)
    _cells(
        ax, output, lefts[2], tops[2], cell,
        colour=lambda r, c: WRITTEN if (r, c) == tuple(position) else None,
    )  # fmt: skip
    corner = (lefts[2] + position[1] * cell, tops[2] - (position[0] + 1) * cell)
    ax.add_patch(Rectangle(corner, cell, cell, fill=False, ec=BLUE, lw=3))
    for name, x, top, size in zip(("input", "kernel", "output"), lefts, tops, widths, strict=True):
        _text(ax, x + size / 2, top + 0.17, name)
    _text(ax, lefts[1] - gap / 2, middle, "*", fontsize=18)
    _text(ax, lefts[2] - gap / 2, middle, "=", fontsize=18)
    _text(ax, width / 2, below / 2, sum_text)
    return fig


def _zeros(size, kernel_size, strides, padding):
    """Zeros before and after one axis."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        total = max((-(-size // strides) - 1) * strides + kernel_size - size, 0)
        return total // 2, total - total // 2
    if isinstance(padding, int) and padding >= 0:
        return padding, padding
    raise ValueError(f'padding={padding!r}: expected "valid", "same" or a number of zeros.')


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
def pixel_column(x, weights, *, bias=0.0, size=(3, 4), position=(1, 1)):
    """A 1x1 convolution at one pixel: its column of channels, the filters, the output values.

    x: the pixel's values, (channels,); weights: (channels,) for one filter or
    (channels, filters) as Keras keeps them; bias: a number or one per filter; size and position:
    height and width of the drawn maps and the pixel in them, which the result does not depend on.
    ValueError where x and weights differ in channels, or for over 6 channels or 4 filters.
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
    if channels > 6 or filters > 4:
        raise ValueError(
            f"{channels} channels and {filters} filters cannot be read in one picture; at most 6 "
            "and 4 can. Draw a small example, or the widths with channel_chain()."
        )
    cell, gap = 0.46, 0.3
    rows, columns = size
    slab = (columns + rows * 0.5) * cell
    tall = rows * 0.62 * cell
    step = tall + gap
    height_in = channels * step
    height_out = filters * step
    sums = [_arithmetic(x, weights[:, f], bias[f]) for f in range(filters)]
    tables = 0.95 + filters * 0.75
    width = max(0.9 + 2 * slab + tables + 1.2, 0.3 + 0.095 * max(len(t) for t, _ in sums) + 1.0)
    body = max(height_in, height_out)
    below = 0.25 + 0.26 * filters
    fig, ax = _canvas(width, body + 0.5 + below)
    base_in = below + (body - height_in) / 2 + gap / 2
    base_out = below + (body - height_out) / 2 + gap / 2
    top = below + body + 0.24

    left = 0.85
    centres = []
    for channel in range(channels):
        base = base_in + (channels - 1 - channel) * step
        centres.append(
            _sheet(ax, left, base, rows, columns, position, colour=READ, value=x[channel], cell=cell)
        )
        _text(ax, 0.1, centres[-1][1], f"channel {channel}", fontsize=SMALL, ha="left")
    for upper, lower in zip(centres, centres[1:], strict=False):
        ends = (upper[1] - 0.31 * cell, lower[1] + 0.31 * cell)
        ax.plot([upper[0], lower[0]], ends, color=VERMILION, lw=2.2, zorder=3)
    _text(ax, left + slab / 2, top, f"input, {channels} channels")
    right = left + slab
    for f in range(filters):
        x_filter = right + 0.6 + f * 0.75
        for channel, (_, y) in enumerate(centres):
            box = (x_filter - 0.3, y - 0.15)
            ax.add_patch(Rectangle(box, 0.6, 0.3, fc="white", ec=CATEGORIES[f], lw=2))
            _text(ax, x_filter, y, _number(weights[channel, f]))
        _text(ax, x_filter, top, "filter" if filters == 1 else f"filter {f}", fontsize=SMALL + 0.5)
    for y in [y for _, y in centres]:
        _text(ax, right + 0.13, y, "\u00d7", fontsize=14)
    start = right + 0.6 + (filters - 1) * 0.75 + 0.4
    left_out = start + 0.55
    for f in range(filters):
        base = base_out + (filters - 1 - f) * step
        centre = _sheet(
            ax, left_out, base, rows, columns, position, colour=WRITTEN, value=sums[f][1], cell=cell
        )
        _arrow(ax, (start, centre[1]), (left_out + 0.1, centre[1]))
        _text(ax, width / 2, below - 0.2 - f * 0.26, sums[f][0])
    _text(ax, left_out + slab / 2, top, f"output, {filters} channel" + "s" * (filters > 1))
    return fig


@_styled
def channel_chain(steps, *, title=None):
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
    if not hasattr(steps, "layers"):
        return [tuple(step) for step in steps]
    shapes = [(layer, layer.output.shape) for layer in steps.layers]
    return [(layer.name, int(shape[-1]), layer.count_params()) for layer, shape in shapes]


# ---------------------------------------------------------------- blocks


def _layer_of(item):
    """(label, channels, macs) from a tuple or from a row of a cost table."""
    if isinstance(item, Sequence) and not isinstance(item, str):
        label, channels, *macs = item
        return str(label), int(channels), int(macs[0]) if macs else 0
    row = item if isinstance(item, Mapping) else vars(item) if hasattr(item, "__dict__") else {}
    names = ("name", "output_shape", "macs")
    values = [row.get(n, getattr(item, n, None)) for n in names]
    if values[0] is None or values[1] is None:
        raise ValueError(
            f"A layer is (label, channels), (label, channels, macs) or a row with {names}; "
            f"got {item!r}."
        )
    return str(values[0]), int(values[1][-1]), int(values[2] or 0)


@_styled
def block(branches, *, input_channels, merge="concatenate", title=None):
    """A block as boxes: width = channels, hatched bar = MACs, both with their numbers.

    branches: a list of branches from left to right, each a list of layers from top to bottom;
    a layer is (label, channels), (label, channels, macs) or a row of cost_table(). An empty
    branch is an identity shortcut. merge: "concatenate" (channels add up) or "add" (channels
    must agree) or None (one branch only). ValueError says which numbers do not fit.
    """
    branches = [[_layer_of(layer) for layer in branch] for branch in branches]
    ends = [branch[-1][1] if branch else int(input_channels) for branch in branches]
    if merge not in ("concatenate", "add", None) or not branches:
        raise ValueError(f"Expected branches and a merge 'concatenate', 'add' or None; {merge!r}.")
    if merge == "add" and len(set(ends)) > 1:
        raise ValueError(f"Branches of {ends} channels cannot be added; their channels must agree.")
    if merge is None and len(branches) > 1:
        raise ValueError(f"{len(branches)} branches need merge='concatenate' or merge='add'.")
    layers = [layer for branch in branches for layer in branch]
    total = sum(ends) if merge == "concatenate" else ends[0]
    width = min(max(1.72 * len(branches), 4.2), LARGEST_WIDTH)
    lane = (width - 0.2) / len(branches)
    widest = max([channels for _, channels, _ in layers], default=1)
    scale = min((lane - 0.3) / widest, (width - 0.6) / max(total, input_channels))
    dearest = max([macs for *_, macs in layers], default=0)
    depth, row = max(len(branch) for branch in branches), 1.1 if dearest else 0.9
    height = depth * row + 2.25 + 0.3 * bool(title)
    fig, ax = _canvas(width, height)
    top, centre = height - 0.3 * bool(title), width / 2
    if title:
        _text(ax, centre, height - 0.2, title, weight="bold")

    def box(x, y, channels, colour, edge, parts=()):
        """A box as wide as its channels; `parts` cuts it into the branches it came from."""
        size = max(channels * scale, 0.04)
        corner = (x - size / 2, y - 0.14)
        ax.add_patch(Rectangle(corner, size, 0.28, fc=colour, ec=edge, lw=1.4))
        for cut in np.cumsum(parts)[:-1] * scale:
            ax.plot([corner[0] + cut] * 2, [corner[1], corner[1] + 0.28], color=edge, lw=1.4)
        inside = size > 0.6 and not len(parts)
        place = {"ha": "center"} if inside else {"ha": "left"}
        x = x if inside else x + size / 2 + 0.07
        sums = " + ".join(_number(part) for part in parts) + " = " if len(parts) else ""
        if sums:
            _text(ax, centre, y - 0.27, sums + _number(channels), weight="bold")
        else:
            _text(ax, x, y, _number(channels), weight="bold", **place)

    _text(ax, centre, top - 0.18, "input")
    box(centre, top - 0.45, input_channels, READ, ORANGE)
    start, join = top - 0.59, 1.1
    white = {"fc": "white", "ec": "none", "pad": 1.5}
    for index, branch in enumerate(branches):
        x, y = 0.1 + lane * (index + 0.5), start - 0.3
        path = [(centre, start), (x, y), (x, join + 0.25), (centre, join)]
        ax.plot(*zip(*path, strict=True), color=LINE, lw=1.2, zorder=0)
        if not branch:
            _text(ax, x, (y + join) / 2, "identity", bbox=white)
        for label, channels, macs in branch:
            _text(ax, x, y - 0.14, label, bbox=white)
            box(x, y - 0.42, channels, WRITTEN, BLUE)
            if dearest:
                size, left = macs / dearest * (lane - 0.95), x - (lane - 0.25) / 2
                _bar(ax, left, y - 0.79, size, 0.13, VERMILION, "/////")
                words = f"{_short(macs)} MACs" if lane > 2 or not macs else _short(macs)
                _text(ax, left + size + 0.06, y - 0.725, words, fontsize=SMALL, ha="left", bbox=white)
            y -= row
    words = {"concatenate": "concatenate", "add": "add", None: "output"}[merge]
    _text(ax, centre, join - 0.12, words, bbox=white)
    box(centre, join - 0.4, total, WRITTEN, BLUE, parts=ends if merge == "concatenate" else ())
    if dearest:
        macs = sum(macs for *_, macs in layers)
        note = f"box: channels; bar: MACs, {_number(macs)} together"
        _text(ax, centre, 0.2, note, fontsize=SMALL)
    return fig


def _bar(ax, left, bottom, width, height, colour, hatch):
    if width:
        style = {"fc": "white", "ec": colour, "hatch": hatch, "lw": 1}
        ax.add_patch(Rectangle((left, bottom), max(width, 0.02), height, **style))


# ---------------------------------------------------------------- pictures


def _grid(count, columns, cell, *, below=0.0, titles=True, height=None):
    """A figure with `count` square axes in rows of `columns`; sizes in inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    tall = (height or cell) + 0.3 * titles
    size = (columns * (cell + 0.1) + 0.1, rows * (tall + 0.08) + 0.08 + below)
    fig = Figure(figsize=size)
    axes = []
    for index in range(count):
        left = 0.1 + (index % columns) * (cell + 0.1)
        bottom = size[1] - (index // columns + 1) * (tall + 0.08)
        place = (left / size[0], bottom / size[1], cell / size[0], (height or cell) / size[1])
        ax = fig.add_axes(place, xticks=[], yticks=[])
        axes.append(ax)
    return fig, axes


@_styled
def images(pictures, *, columns=None, titles=None):
    """Pictures side by side, each under its title.

    pictures: {title: array}, or a sequence of arrays (titles optional). An array is
    (height, width), (height, width, 1) or (height, width, 3), uint8 or floats from 0 to 1.
    """
    if isinstance(pictures, Mapping):
        titles, pictures = list(pictures), list(pictures.values())
    pictures = [_picture(p) for p in pictures]
    titles = [""] * len(pictures) if titles is None else [str(t) for t in titles]
    if len(titles) != len(pictures) or not pictures:
        raise ValueError(f"{len(pictures)} pictures and {len(titles)} titles: one title each.")
    columns = columns or min(len(pictures), 4)
    cell = min((WIDTH - 0.1) / min(columns, len(pictures)) - 0.1, 2.56)
    ratio = max(p.shape[0] / p.shape[1] for p in pictures)
    fig, axes = _grid(len(pictures), columns, cell, titles=any(titles), height=cell * ratio)
    for ax, picture, title in zip(axes, pictures, titles, strict=True):
        ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
        ax.set_title(title, pad=4)
    return fig


def _picture(value):
    value = np.asarray(value)
    if value.ndim == 3 and value.shape[-1] == 1:
        value = value[..., 0]
    if value.ndim not in (2, 3) or (value.ndim == 3 and value.shape[-1] != 3):
        raise ValueError(
            f"A picture is (height, width), (height, width, 1) or (height, width, 3); got an "
            f"array of shape {value.shape}. For maps of many channels use feature_maps()."
        )
    value = value / 255.0 if value.dtype == np.uint8 else value.astype(float)
    return np.clip(value, 0.0, 1.0)


# ---------------------------------------------------------------- results


@_styled
def learning_curves(curves, *, ylabel="training loss", xlabel="epoch", ylim=None, log=False):
    """Curves over epochs: each seed thin, their range as a band, their median bold.

    curves: {name: array (seeds, epochs) or (epochs,)}, or {panel: {name: array}} for panels
    side by side on one scale.
    """
    panels = _panels(curves)
    panels = panels if _nested(panels) else {"": panels}
    names = list(dict.fromkeys(name for panel in panels.values() for name in panel))
    if len(names) > len(CATEGORIES):
        raise ValueError(f"{len(names)} lines in one picture; at most {len(CATEGORIES)} are told.")
    fig = Figure(figsize=(WIDTH if len(panels) > 1 else 6.2, 4.2), layout="constrained")
    axes = fig.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    seeds, handles = set(), {}
    for ax, (title, lines) in zip(axes, panels.items(), strict=True):
        for name, values in lines.items():
            values = np.atleast_2d(np.asarray(values, float))
            if values.ndim != 2 or not values.size:
                raise ValueError(f"{name!r} has shape {values.shape}: expected (seeds, epochs).")
            seeds.add(len(values))
            which = names.index(name)
            colour, epochs = CATEGORIES[which], np.arange(1, values.shape[1] + 1)
            if len(values) > 1:
                ax.fill_between(epochs, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
                ax.plot(epochs, values.T, color=colour, lw=0.7, alpha=0.7)
            (handles[name],) = ax.plot(
                epochs, np.median(values, 0), color=colour, lw=2.4, ls=DASHES[which],
                marker=MARKERS[which], ms=6, markevery=max(1, len(epochs) // 10),
            )  # fmt: skip
        ax.set(title=title, xlabel=xlabel)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(alpha=0.3)
    axes[0].set(ylabel=ylabel, yscale="log" if log else "linear", ylim=ylim)
    fig.legend(handles.values(), handles, loc="outside upper center", ncols=min(len(names), 3),
               frameon=False)  # fmt: skip
    if max(seeds) > 1:
        many = " or ".join(str(s) for s in sorted(seeds))
        fig.supxlabel(f"thin: each of {many} seeds; bold: their median", fontsize=SMALL)
    return fig


def _nested(panels):
    return all(isinstance(lines, Mapping) for lines in panels.values())
