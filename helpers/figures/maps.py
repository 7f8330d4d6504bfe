"""Arrays as colours: maps, kernels, receptive fields, pictures."""

from collections.abc import Mapping

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers import arithmetic
from helpers.figures import _style as s

# ---------------------------------------------------------------- arrays as colours


def _tiles(
    arrays, titles, *, columns, cell, left=0.1, gap=0.1, below=0.0, bar=None, key=False, **scale
):
    """Arrays in rows of `columns`, each `cell` inches wide under its title, on one colour scale.

    `bar` names a colour bar below, or stands alone with `key`. Returns the figure and its axes,
    in the order of the arrays.
    """
    if len(titles) != len(arrays) or not arrays:
        raise ValueError(f"{len(arrays)} pictures and {len(titles)} titles: one title each.")
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    titles = [s.fold(str(title), cell) for title in titles]
    tall = cell * max(a.shape[0] / a.shape[1] for a in arrays)
    heads = [titles[row * columns : (row + 1) * columns] for row in range(rows)]
    heads = [0.21 * max(t.count("\n") + 1 for t in h) + 0.06 if any(h) else 0.0 for h in heads]
    foot = below + (0.0 if bar is None else 0.25 if key else 0.62)
    used = left + columns * (cell + gap) - gap + 0.1
    width = max(used, 2.6)
    height = rows * (tall + below + 0.1) - below + sum(heads) + foot + 0.05
    fig = Figure(figsize=(width, height))
    axes = []
    for index, (array, title) in enumerate(zip(arrays, titles, strict=True)):
        x = (width - used) / 2 + left + index % columns * (cell + gap)
        row = index // columns + 1  # counted from the top
        y = height - row * (tall + 0.1) - (row - 1) * below - sum(heads[:row]) + 0.03
        ax = s.axes(fig, x, y, cell, tall, xticks=[], yticks=[])
        picture = ax.imshow(array, **({"interpolation": "nearest"} | scale))
        ax.spines[:].set(visible=True, color="#999999", lw=0.6)
        ax.set_title(title, pad=4)
        axes.append(ax)
    if bar is not None and not key:
        low, high = picture.get_clim()
        ticks = sorted({low, (low + high) / 2, high})
        ax = s.axes(fig, width / 2 - 0.9, 0.42, 1.8, 0.13)
        fig.colorbar(picture, cax=ax, orientation="horizontal", ticks=ticks)
        ax.set_xticklabels([s.number(float(f"{t:.3g}")) for t in ticks])
    if bar:
        s.label(fig, width / 2, 0.12, bar)
    return fig, axes


def _scale(arrays, signed=None):
    """The colours for numbers: cividis, or with negative ones a map centred on 0."""
    low, high = min(a.min() for a in arrays), max(a.max() for a in arrays)
    if low < 0 if signed is None else signed:
        high = max(abs(low), abs(high)) or 1.0
        return {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
    return {"cmap": s.COUNTS, "vmin": min(low, 0.0), "vmax": high if high > min(low, 0.0) else 1.0}


def _fit(array, cell):
    """Whether every number can be written into its cell."""
    numbers = [s.number(round(float(value), 2)) for value in array.flat]
    return cell / array.shape[1] >= max(0.18, 0.04 + max(s.wide(n, s.SMALL) for n in numbers))


def _write(ax, array, cell):
    """Write every number into its cell if all of them fit."""
    if not _fit(array, cell):
        return
    numbers = [s.number(round(float(value), 2)) for value in array.flat]
    picture = ax.images[0]
    for (row, column), value in np.ndenumerate(array):
        text, colour = numbers[row * array.shape[1] + column], picture.to_rgba(float(value))
        s.text(ax, column, row, text, fontsize=s.SMALL, color=_readable(colour))


def _readable(colour):
    """Black or white, whichever has more contrast on `colour` (WCAG 2.2, relative luminance)."""
    channels = np.asarray(colour[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "white" if linear @ (0.2126, 0.7152, 0.0722) < 0.179 else s.BLACK


def _number_axes(ax, array, xlabel, ylabel):
    """Count the cells along both axes, at most nine numbers each."""
    for axis, count in ((ax.xaxis, array.shape[1]), (ax.yaxis, array.shape[0])):
        axis.set_ticks(np.arange(0, count, -(-count // 9)))
        axis.set_tick_params(length=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)


@s.styled
def heat_map(
    values: ArrayLike | Mapping,
    *,
    xlabel: str = "",
    ylabel: str = "",
    signed: bool | None = None,
    bar: str = "",
) -> s.Picture:
    """Arrays (rows, columns) as colours, with the numbers written in where they fit.

    values: one array or {title: array}, all on one scale. signed: centre the colours on 0
    (default: where a value is negative). bar: the name of what is shown. A table of nothing but
    0 and 1 has no colour bar: its numbers are written in, or a line says which colour is 1.
    """
    panels = {title: s.array(value, 2, "values") for title, value in s.panels(values).items()}
    arrays, columns = list(panels.values()), min(len(panels), 3)
    axis = 0.55 if xlabel or ylabel else 0.0
    cell = min((s.WIDTH - 0.2) / columns - axis - 0.1, 4.2 if len(arrays) == 1 else 3.6)
    cell = min(cell, max(1.8, 0.6 * arrays[0].shape[1]))
    space = {"left": axis + 0.1, "gap": axis + 0.1, "below": axis}
    style = space | _scale(arrays, signed)
    binary = all(np.isin(array, (0, 1)).all() for array in arrays) and not signed
    name = bar
    if binary and not all(_fit(array, cell) for array in arrays):
        name = f"{bar}: dark 0, bright 1".removeprefix(": ")
    fig, axes = _tiles(arrays, panels, columns=columns, cell=cell, bar=name, key=binary, **style)
    for ax, array in zip(axes, arrays, strict=True):
        _write(ax, array, cell)
        if axis:
            _number_axes(ax, array, xlabel, ylabel)
    told = f"Numbers as colours ({bar or 'values'}"
    told += f"; rows: {ylabel}, columns: {xlabel}). " if axis else "). "
    return s.Picture(fig, told + _described(panels))


def _described(panels):
    """Every array in words: its size and its numbers, or of many their span and their middle."""
    words = []
    for title, array in panels.items():
        size = f"{s.counted(array.shape[0], 'row')}, {s.counted(array.shape[1], 'column')}: "
        if array.size <= 30:
            told = s.rows(np.round(array.astype(float), 2))
        elif np.isin(array, (0, 1)).all():
            told = f"{s.number((array == 1).sum())} of {s.number(array.size)} are 1, the others 0"
        else:
            row, column = np.unravel_index(np.argmax(array), array.shape)
            mean = s.number(round(float(array.mean()), 2))
            told = f"{s.span(np.round(array.astype(float), 2))}, mean {mean}, "
            told += f"the largest at row {row}, column {column}"
        words.append((f"{title}, " if title else "") + size + told)
    return ". ".join(words) + "."


@s.styled
def who_reads_whom(
    reads: ArrayLike | Mapping,
    *,
    xlabel: str = "input channel",
    ylabel: str = "output channel",
) -> s.Picture:
    """Which output reads which input: one row per output, a dot where it reads.

    reads: array (outputs, inputs), zero where nothing is read, or {title: array}. The title
    says how many of all pairs are read.
    """
    panels = {title: s.array(value, 2, "reads") != 0 for title, value in s.panels(reads).items()}
    arrays, columns = list(panels.values()), min(len(panels), 3)
    cell = min((s.WIDTH - 0.1) / columns - 0.65, 2.6)
    counts = [f"{s.number(a.sum())} of {s.number(a.size)}" for a in arrays]
    titles = [f"{title}\n{count}".strip() for title, count in zip(panels, counts, strict=True)]
    style = {"left": 0.65, "gap": 0.65, "below": 0.5, "cmap": "Blues", "vmin": 0, "vmax": 1.6}
    fig, axes = _tiles(arrays, titles, columns=columns, cell=cell, **style)
    for ax, array in zip(axes, arrays, strict=True):
        if max(array.shape) <= 20:
            rows, places = np.nonzero(array)
            ax.plot(places, rows, "o", color=s.BLACK, ms=min(cell / max(array.shape) * 30, 7))
        _number_axes(ax, array, xlabel, ylabel)
    told = [
        f"{title or 'One table'}: {count} pairs are read, {_pattern(array)}"
        for title, count, array in zip(panels, counts, arrays, strict=True)
    ]
    rows = f"A row for every {ylabel}, a column for every {xlabel}, a dot where it reads. "
    return s.Picture(fig, rows + ". ".join(told) + ".")


def _pattern(reads):
    """What a table of who reads whom looks like, in words."""
    height, width = reads.shape
    if reads.all() or not reads.any():
        return f"{'every one' if reads.any() else 'none'} of {height} by {width}"
    if height == width and (reads == np.eye(height)).all():
        return f"the diagonal alone of {height} by {width}"
    per_row = sorted({int(n) for n in reads.sum(1)})
    return f"{height} by {width}, {s.listed(per_row)} in a row"


# ---------------------------------------------------------------- pictures, maps, kernels


@s.styled
def images(pictures, *, titles: list | None = None, columns: int = 4) -> s.Picture:
    """Pictures side by side, each under its title.

    pictures: {title: array}, or a sequence of arrays (titles optional). An array is
    (height, width), (height, width, 1) or (height, width, 3), uint8 or floats from 0 to 1.
    """
    if isinstance(pictures, Mapping):
        titles, pictures = list(pictures), list(pictures.values())
    pictures = [_picture(picture) for picture in pictures]
    titles = [""] * len(pictures) if titles is None else [str(title) for title in titles]
    columns = max(min(columns, len(pictures)), 1)
    cell = min((s.WIDTH - 0.1) / columns - 0.1, 3.4)
    style = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "auto"}
    fig, _ = _tiles(pictures, titles, columns=columns, cell=cell, **style)
    told = [f"{title.replace(chr(10), ' ') or f'number {n}'}: {picture.shape[0]}x"
            f"{picture.shape[1]} pixels, {'grey' if picture.ndim == 2 else 'in colour'}, "
            f"mean brightness {picture.mean():.2f}"
            for n, (title, picture) in enumerate(zip(titles, pictures, strict=True))]  # fmt: skip
    return s.Picture(fig, f"{s.counted(len(told), 'picture')}. " + "; ".join(told) + ".")


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


@s.styled
def feature_maps(
    maps: ArrayLike, *, titles: list | None = None, columns: int = 8, bar: str = "activation"
) -> s.Picture:
    """The channels of one feature map (height, width, channels), all on one colour scale."""
    maps = s.array(maps, 3, "maps")
    channels = maps.shape[-1]
    if channels > 64:
        raise ValueError(f"maps {maps.shape}: choose 64 channels at most, such as maps[..., :16].")
    titles = range(channels) if titles is None else titles
    arrays = list(np.moveaxis(maps, -1, 0).astype(float))
    columns = min(columns, channels)
    cell = min((s.WIDTH - 0.1) / columns - 0.1, 1.6)
    fig, _ = _tiles(arrays, titles, columns=columns, cell=cell, bar=bar, **_scale(arrays))
    size = f"{maps.shape[0]}x{maps.shape[1]}"
    told = (
        f"{s.counted(channels, 'feature map')} of {size} on one scale ({bar}), {s.span(arrays)}. "
    )
    means = [f"{title}: {s.number(a.mean())}" for title, a in zip(titles, arrays, strict=True)]
    if channels <= 16:
        told += "Mean of each: " + ", ".join(means) + ". "
    most = int(np.argmax([a.max() for a in arrays]))
    return s.Picture(fig, told + f"The largest value is in map {titles[most]}.")


@s.styled
def kernels(weights: ArrayLike) -> s.Picture:
    """The kernels of a layer: a column per filter, a row per input channel, colours around 0.

    weights: (rows, columns, channels, filters) as Keras keeps them. A 1x1 layer's weights are
    drawn as what they are, a matrix (channels, filters).
    """
    weights = s.array(weights, 4, "weights").astype(float)
    rows, columns, channels, filters = weights.shape
    if max(channels, filters) > 16:
        raise ValueError(f"weights {weights.shape}: draw 16 channels and 16 filters at most.")
    if rows == columns == 1:
        names = {"xlabel": "filter", "ylabel": "channel"}
        return heat_map(weights[0, 0], signed=True, bar="weight", **names)
    arrays = [weights[..., c, f] for c in range(channels) for f in range(filters)]
    cell = min((s.WIDTH - 0.9) / filters - 0.1, 1.5)
    titles = [f"filter {f}" if cell > 0.6 else f for f in range(filters)]
    titles += [""] * (len(arrays) - filters)
    style = {"left": 0.4, "bar": "weight"} | _scale(arrays, signed=True)
    fig, axes = _tiles(arrays, titles, columns=filters, cell=cell, **style)
    for index, (ax, array) in enumerate(zip(axes, arrays, strict=True)):
        _write(ax, array, cell)
        if index % filters == 0 and channels > 1:
            ax.set_ylabel(f"channel {index // filters}" if cell > 0.9 else index // filters)
    told = (
        f"{s.counted(filters, 'filter')} of {s.counted(channels, 'kernel')} of {rows}x{columns}; "
    )
    told += f"weights {s.span(weights.round(2))}"
    if weights.size <= 60:  # more cannot be listened to
        told += "".join(
            f". Filter {f}, channel {c}: {s.rows(weights[..., c, f].round(2))}"
            for f in range(filters) for c in range(channels)
        )  # fmt: skip
    return s.Picture(fig, told + ".")


@s.styled
def coverage_strip(size: int, kernel_size: int, *, strides: int = 1) -> s.Picture:
    """A 1-D transposed convolution (padding "valid"): where every input cell writes.

    One bar per input cell over the outputs it adds to; below, how often each output is written.
    """
    counts, starts = _coverage(size, kernel_size, strides)
    cell, row = min(0.5, (s.WIDTH - 1.2) / len(counts)), 0.3
    if cell < 0.24:
        raise ValueError(f"{len(counts)} output cells are too many to be read; make size smaller.")
    width = max(len(counts) * cell + 1.3, 4.0)
    fig, ax = s.canvas(width, size * row + 1.25)
    left = 1.1
    for index, start in enumerate(starts):
        y, colour = 1.2 + (size - 1 - index) * row, s.CATEGORIES[index % 6]
        corner, hatch = (left + start * cell, y - 0.11), s.HATCHES[index % 6]
        style = {"fc": colour, "alpha": 0.45, "hatch": hatch, "ec": s.BLACK, "lw": 0.8}
        ax.add_patch(Rectangle(corner, kernel_size * cell, 0.22, **style))
        s.text(ax, left - 0.1, y, f"input {index}", ha="right", fontsize=s.SMALL)
    colours = matplotlib.colormaps[s.COUNTS](counts / counts.max())
    for index, count in enumerate(counts):
        corner = (left + index * cell, 0.5)
        ax.add_patch(Rectangle(corner, cell, 0.4, fc=colours[index], ec="white"))
        style = {"color": _readable(colours[index])}
        s.text(ax, corner[0] + cell / 2, 0.7, s.number(count), **style)
    s.text(ax, left - 0.1, 0.7, "times written", ha="right", fontsize=s.SMALL)
    words = f"kernel_size={kernel_size}, strides={strides}: {size} cells become {len(counts)}"
    s.text(ax, width / 2, 0.22, words)
    told = [f"input {i} writes to {start} to {start + kernel_size - 1}" if kernel_size > 1 else
            f"input {i} writes to {start}" for i, start in enumerate(starts)]  # fmt: skip
    return s.Picture(
        fig, f"A transposed convolution in one dimension, {words}. Of the output cells, "
        f"{', '.join(told)}. Times written, cell by cell: {s.listed(counts)}."
    )  # fmt: skip


def _coverage(size, kernel_size, strides):
    if min(size, kernel_size, strides) < 1:
        raise ValueError(f"Expected numbers >= 1: {size=}, {kernel_size=}, {strides=}.")
    starts = np.arange(size) * strides
    counts = np.zeros(arithmetic.transposed_output(size, kernel_size, strides=strides), int)
    for start in starts:
        counts[start : start + kernel_size] += 1
    return counts, starts
