"""The transposed convolution: its matrix, how often it writes, and what that does to pictures.

All numbers that are drawn are in the alt text.
"""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._style import Picture
from helpers.figures.maps import _coverage, _readable
from helpers.figures.results import _log_ticks, _nested

# ---------------------------------------------------------------- the matrix of a layer


@s.styled
def layer_matrices(matrix: ArrayLike) -> Picture:
    """The matrix C of a convolution and its transpose, cell by cell; zeros are left white.

    matrix: (outputs, inputs), at most 16 x 36, such as reference.convolution_matrix makes.
    """
    matrix = s.array(matrix, 2, "matrix").astype(float)
    outputs, inputs = matrix.shape
    if outputs > 16 or inputs > 36:
        raise ValueError(f"matrix {matrix.shape}: 16 rows and 36 columns can be read at most.")
    side = min(0.25, (s.WIDTH - 2.1) / (inputs + outputs))
    high = inputs * side + 0.95
    fig, ax = s.canvas(s.WIDTH, high)
    top = high - 0.72
    filled = int(np.count_nonzero(matrix))
    told = f"{filled} of {matrix.size} cells filled"
    scale = abs(matrix).max() or 1.0
    colours = matplotlib.colormaps[s.COUNTS if matrix.min() >= 0 else s.SIGNED]
    low = 0.0 if matrix.min() >= 0 else -scale
    left = (s.WIDTH - (inputs + outputs) * side - 1.2) / 2 + 0.1
    places = {"C": (matrix, left), "C, transposed": (matrix.T, left + inputs * side + 1.2)}
    for name, (table, x) in places.items():
        rows, columns = table.shape
        middle = x + columns * side / 2
        s.text(ax, middle, top + 0.56, name, weight="bold")
        s.text(ax, middle, top + 0.36, f"{rows} rows, {columns} columns", fontsize=s.SMALL)
        for (r, c), value in np.ndenumerate(table):
            colour = colours((value - low) / (scale - low)) if value else "white"
            corner = (x + c * side, top - (r + 1) * side)
            ax.add_patch(Rectangle(corner, side, side, fc=colour, ec="#BBBBBB", lw=0.5))
            words = s.number(round(value, 2))
            if value and max(s.wide(words, s.SMALL), 0.16) <= side:
                style = {"fontsize": s.SMALL, "color": _readable(colour)}
                s.text(ax, corner[0] + side / 2, corner[1] + side / 2, words, **style)
        frame = {"fill": False, "ec": s.BLACK, "lw": 1.2}
        ax.add_patch(Rectangle((x, top - rows * side), columns * side, rows * side, **frame))
        for count, what, at, turn in (
            (columns, "reads", (middle, top + 0.14), 0),
            (rows, "writes", (x - 0.14, top - rows * side / 2), 90),
        ):
            words = f"{what} {count} pixels"
            s.text(ax, *at, words, fontsize=s.SMALL, rotation=turn)
    foot = top - outputs * side
    s.text(ax, left + inputs * side / 2, foot - 0.3, told)
    lines = [f"row {r}: {s.counted(np.count_nonzero(row), 'number')} at {s.listed(at)}"
             for r, row in enumerate(matrix[:4]) if (at := list(np.flatnonzero(row)))]  # fmt: skip
    first = [v for v in matrix[0] if v]
    return Picture(
        fig,
        f"A matrix C of {outputs} rows and {inputs} columns, which reads {inputs} pixels and "
        f"writes {outputs} pixels, and its transpose of {inputs} rows and {outputs} columns, "
        f"which reads {outputs} pixels and writes {inputs} pixels. {told}; numbers "
        f"{s.span(matrix)}. "
        f"Row 0 holds {s.listed(first)}. The first rows of C: {'; '.join(lines)}. "
        f"All different numbers: {s.listed(np.unique(matrix.round(2)))}.",
    )


# ---------------------------------------------------------------- how often it writes


@s.styled
def coverage_sheet(
    kernel_sizes: Sequence[int] = (2, 3, 4, 5, 6), strides: Sequence[int] = (1, 2, 3)
) -> Picture:
    """How often a transposed layer writes each cell: a row for each stride, a column for each
    kernel size. 12x12 cells from the middle, each panel with its own colours.

    Under each panel: how often the cells of one row are written, in turn. At most 6 x 4 panels.
    """
    if not 0 < len(kernel_sizes) <= 6 or not 0 < len(strides) <= 4:
        raise ValueError("One to six kernel sizes and one to four strides, please.")
    gap, left = 0.18, 0.2
    side = min((s.WIDTH - 2 * left + gap) / len(kernel_sizes) - gap, 1.4)
    tall = side + 0.58
    fig, ax = s.canvas(s.WIDTH, tall * len(strides) + 0.3)
    start = (s.WIDTH - len(kernel_sizes) * (side + gap) + gap) / 2
    told = []
    for row, step in enumerate(strides):
        for column, k in enumerate(kernel_sizes):
            size = 2 * k + 12  # enough for a middle that no end disturbs
            counts, _ = _coverage(size, k, step)
            counts = counts[k * step : k * step + 12]
            turn = counts[:step]
            table = np.outer(counts, counts)
            x = start + column * (side + gap)
            y = 0.3 + tall * (len(strides) - 1 - row) + 0.24
            cell = side / 12
            colours = matplotlib.colormaps[s.COUNTS](table / max(table.max(), 1))
            colours[table == 0] = (1, 1, 1, 1)
            ax.imshow(colours, extent=(x, x + side, y, y + side), aspect="auto",
                      interpolation="nearest", zorder=0)  # fmt: skip
            for r, c in np.argwhere(table == 0):
                corner = (x + c * cell, y + side - (r + 1) * cell)
                style = {"fc": "white", "ec": s.VERMILION, "hatch": "xxxx", "lw": 0.2}
                ax.add_patch(Rectangle(corner, cell, cell, **style))
            ax.add_patch(Rectangle((x, y), side, side, fill=False, ec="#777777", lw=0.8))
            even = len(set(turn)) == 1
            words = f"even: {turn[0]}" if even else ", ".join(map(str, turn))
            s.text(ax, x + side / 2, y + side + 0.14, f"k={k}, s={step}")
            s.text(ax, x + side / 2, y - 0.13, words, fontsize=s.SMALL,
                   weight="bold" if even else "normal")  # fmt: skip
            told.append(f"k={k}, s={step}: {words}")
    ax.set(xlim=(0, s.WIDTH), ylim=(0, tall * len(strides) + 0.3))
    note = "below each: times written, along one row; in 2-D they multiply; hatched: never"
    s.text(ax, s.WIDTH / 2, 0.13, note, fontsize=s.SMALL)
    return Picture(
        fig, "How often a transposed convolution writes each cell, in the middle of its output, by "
        f"kernel size k and stride s; along one row, in turn ({note}). {'; '.join(told)}."
    )  # fmt: skip


# ---------------------------------------------------------------- what comes out


@s.styled
def own_scales(rows: Mapping, *, columns: int = 4) -> Picture:
    """Pictures or maps of one channel in rows, each on its own grey scale, written beneath.

    rows: {title: (height, width) or (height, width, 1)}, set in rows of `columns`, or
    {row title: {title: ...}}, four in a row at most. Black is the smallest number of a panel, white
    its largest; a panel of one number is grey.
    """
    lines = []
    for title, row in _nested(rows).items():
        row = [(name, _plane(picture, name)) for name, picture in row.items()]
        lines += [(title, row[k : k + columns]) for k in range(0, len(row), columns)]
    most = max(len(row) for _, row in lines)
    if most > 4 or columns > 4:
        raise ValueError(f"{max(most, columns)} panels in a row: four can be seen.")
    gap = 0.12
    side = min((s.WIDTH - 0.2 + gap) / most - gap, 2.6)
    names = [[s.fold(name, side + 0.1) for name, _ in row] for _, row in lines]
    heads = [0.21 * (1 + max(name.count("\n") for name in row)) + 0.04 for row in names]
    over = [0.26 if title else 0.0 for title, _ in lines]
    high = sum(heads) + sum(over) + (side + 0.42) * len(lines)
    fig = Figure(figsize=(s.WIDTH, high))
    told, top = [], high
    for (title, row), head, space, titles in zip(lines, heads, over, names, strict=True):
        if title:
            fig.text(0.5, (top - 0.15) / high, title, ha="center", va="center", weight="bold")
        top -= head + space + side + 0.42
        start = (s.WIDTH - len(row) * (side + gap) + gap) / 2
        for index, (name, picture) in enumerate(row):
            low, most_ = float(picture.min()), float(picture.max())
            flat = most_ - low < 1e-5 * max(abs(low), abs(most_), 1e-9)
            limits = {"vmin": low - 1, "vmax": most_ + 1} if flat else {"vmin": low, "vmax": most_}
            x = start + index * (side + gap)
            ax = s.axes(fig, x, top + 0.38, side, side, xticks=[], yticks=[])
            fine = max(picture.shape) <= 130
            ax.imshow(picture, cmap="gray", interpolation="nearest" if fine else "auto", **limits)
            ax.spines[:].set(visible=True, color="#999999", lw=0.6)
            ax.set_title(titles[index], pad=4)
            span = s.span(np.round([(low + most_) / 2] if flat else picture, 2))
            s.label(fig, x + side / 2, top + 0.2, span)
            size = "x".join(map(str, picture.shape))
            told.append(f"{title}: {name}, {size}, {span}" if title else f"{name}, {size}, {span}")
    return Picture(fig, f"Pictures, each on its own grey scale. {'; '.join(told)}.")


def _plane(value, what):
    value = np.asarray(value)
    if value.ndim == 3 and value.shape[-1] == 1:
        value = value[..., 0]
    return s.array(value, 2, what).astype(float)


@s.styled
def row_spectrum(pictures: Mapping, *, periods: Sequence[int] = (4, 2)) -> Picture:
    """How strongly stripes of each width are in some pictures: the mean spectrum of their rows.

    pictures: {name: (height, width)}, one size for all, four at most. Each row is faded out at its
    ends (Hann window), so that its borders make no stripes. periods: in pixels, marked; the words
    tell how many times each stands out above what lies around it.
    """
    pictures = {name: _plane(picture, name) for name, picture in s.panels(pictures).items()}
    sizes = {picture.shape for picture in pictures.values()}
    if len(sizes) > 1 or len(pictures) > 4:
        raise ValueError(f"At most four pictures of one size; got {sorted(sizes)}.")
    width = sizes.pop()[1]
    spectra = {name: _spectrum(picture) for name, picture in pictures.items()}
    fig = Figure(figsize=(s.WIDTH, 3.9))
    ax = s.axes(fig, 0.85, 0.85, 4.25, 2.8, yscale="log")
    cycles = np.arange(width // 2 + 1) / width
    told, ends = [], []
    for line, (name, strength) in enumerate(spectra.items()):
        style = {"color": s.CATEGORIES[line], "ls": s.DASHES[line], "lw": 1.6}
        ax.plot(cycles[2:], strength[2:], **style)
        ends.append(strength[-1])
        peaks = [f"{s.number(float(f'{_peak(strength, width / p):.2g}'))} times at {p} pixels"
                 for p in periods]  # fmt: skip
        told.append(f"{name}: above what lies around it {s.listed(peaks)}")
    ax.set(xlabel="width of a pair of stripes, in pixels", ylabel="strength", xlim=(0, 0.5))
    ticks = [16, 8, *sorted(set(periods) | {4, 2}, reverse=True)]
    ax.set_xticks([1 / p for p in ticks], [str(p) for p in ticks])
    ax.grid(color="#DDDDDD", lw=0.6)
    _log_ticks(ax.yaxis, *ax.get_ylim())
    frame = ax.get_window_extent().transformed(fig.dpi_scale_trans.inverted())
    low, high = np.log(ax.get_ylim())
    places = [frame.y0 + (np.log(end) - low) / (high - low) * frame.height for end in ends]
    order = np.argsort(places)
    floor = frame.y0
    for index in order:  # from the lowest to the highest: no two names on each other
        places[index] = max(places[index], floor)
        floor = places[index] + 0.4
    w, h = fig.get_size_inches()
    for line, name in enumerate(spectra):
        y = frame.y0 + (np.log(ends[line]) - low) / (high - low) * frame.height
        fig.add_artist(matplotlib.lines.Line2D(
            [(frame.x1 + 0.03) / w, (frame.x1 + 0.2) / w], [y / h, places[line] / h],
            color=s.LINE, lw=0.8))  # fmt: skip
        fig.text((frame.x1 + 0.25) / w, places[line] / h, s.fold(name, 1.5), va="center",
                 fontsize=s.SMALL, color=s.CATEGORIES[line])  # fmt: skip
    note = "mean over all rows, each faded out at its ends; fine stripes are on the right"
    s.label(fig, s.WIDTH / 2, 0.15, note)
    return Picture(
        fig, f"Spectra of the rows of pictures {width} pixels wide: how strong stripes are by "
        f"their width, from 16 and 8 pixels down to 2. {'; '.join(told)}."
    )  # fmt: skip


def _spectrum(picture):
    """Mean strength of each frequency, 0 to half the width, over the rows of a picture."""
    window = np.hanning(picture.shape[1] + 1)[:-1]
    rows = (picture - picture.mean(1, keepdims=True)) * window
    return abs(np.fft.rfft(rows, axis=1)).mean(0) / picture.shape[1] + 1e-9


def _peak(strength, place):
    """How many times the strength at `place` is the median around it, its neighbours left out."""
    place = round(place)
    around = [i for i in range(place - 8, place + 9) if abs(i - place) > 2]
    around = [i for i in around if 0 < i < len(strength)]
    return float(strength[place] / np.median(strength[around]))
