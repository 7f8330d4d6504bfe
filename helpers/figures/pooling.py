"""Pooling, and a first whole net: winners of a window, maps to scale, filters, wrong answers.

All numbers that are drawn are in the alt text.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._style import Picture
from helpers.figures.pictures import grey_map

GREY = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "nearest"}


def _windows(x, size):
    """The windows of `size` side by side, from the top left: (rows, columns, size, size)."""
    rows, columns = (n // size for n in x.shape)
    x = x[: rows * size, : columns * size]
    return x.reshape(rows, size, columns, size).swapaxes(1, 2)


def _table(ax, left, top, values, cell, fill, titles=()):
    """Numbers in cells, the upper left corner at (left, top)."""
    for (r, c), value in np.ndenumerate(values):
        corner = (left + c * cell, top - (r + 1) * cell)
        style = {"fc": fill(r, c), "ec": "#999999", "lw": 0.6}
        ax.add_patch(Rectangle(corner, cell, cell, **style))
        size = 13 if cell > 0.5 else s.SMALL
        s.text(ax, corner[0] + cell / 2, corner[1] + cell / 2, s.number(value), fontsize=size)


# ---------------------------------------------------------------- pooling by hand


@s.styled
def pool_winners(x: ArrayLike, pool_size: int = 2) -> Picture:
    """Max and average pooling of the same numbers, the largest of each window circled.

    x: (rows, columns), 8 a side at most, multiples of pool_size; the stride is pool_size. Of equal
    largest numbers the first is circled. ValueError for other sizes.
    """
    x = s.array(x, 2, "x").astype(float)
    if max(x.shape) > 8 or x.shape[0] % pool_size or x.shape[1] % pool_size:
        raise ValueError(f"x {x.shape}: sides up to 8 that pool_size={pool_size} divides, please.")
    windows = _windows(x, pool_size)
    largest, mean = windows.max((2, 3)), windows.mean((2, 3))
    cell = min(0.6, 2.6 / x.shape[1])
    tall, small = x.shape[0] * cell, min(0.66, 1.55 / largest.shape[1])
    high = max(tall + 0.45, largest.shape[0] * small + 0.9)
    fig, ax = s.canvas(s.WIDTH, high)
    middle = 0.08 + tall / 2
    left, top = 0.25, middle + tall / 2
    light = ("white", s.READ)
    _table(ax, left, top, x, cell, lambda r, c: light[(r // pool_size + c // pool_size) % 2])
    wins = []
    for r, c in np.ndindex(largest.shape):
        i, j = np.unravel_index(windows[r, c].argmax(), windows[r, c].shape)
        row, column = r * pool_size + i, c * pool_size + j
        centre = (left + (column + 0.5) * cell, top - (row + 0.5) * cell)
        ax.add_patch(Circle(centre, 0.42 * cell, fill=False, ec=s.VERMILION, lw=2.4))
        corner = (left + c * pool_size * cell, top - (r + 1) * pool_size * cell)
        side = pool_size * cell
        ax.add_patch(Rectangle(corner, side, side, fill=False, ec=s.BLACK, lw=1.8))
        wins.append(f"row {row}, column {column}")
    s.text(ax, left + x.shape[1] * cell / 2, top + 0.2, "read")
    wide = largest.shape[1] * small
    free = (s.WIDTH - left - x.shape[1] * cell - 2 * wide) / 3
    names = "max pooling:\nthe largest", "average pooling:\nthe mean"
    for place, (name, values) in enumerate(zip(names, (largest, mean), strict=True)):
        at = left + x.shape[1] * cell + free + place * (wide + free)
        start = middle + largest.shape[0] * small / 2
        _table(ax, at, start, values, small, lambda r, c: s.WRITTEN)
        s.text(ax, at + wide / 2, start + 0.3, name)
    s.arrow(
        ax, (left + x.shape[1] * cell + 0.12, middle), (left + x.shape[1] * cell + 0.55, middle)
    )
    return Picture(
        fig,
        f"Numbers in windows of {pool_size}x{pool_size}, side by side: {s.rows(x, 64)}. The "
        f"largest of each window is circled: {'; '.join(wins)}. Max pooling writes "
        f"{s.rows(largest)}. Average pooling writes {s.rows(mean)}.",
    )


@s.styled
def pool_rows(rows: Mapping, pool_size: int = 2) -> Picture:
    """Max pooling along some rows of numbers; each row's output is compared with the first's.

    rows: {title: (n,)}, all of one length up to 16 that pool_size divides; five rows at most.
    Bright cells are large numbers. The stride is pool_size. ValueError for other rows.
    """
    rows = {title: s.array(row, 1, title).astype(float) for title, row in s.panels(rows).items()}
    lengths = {len(row) for row in rows.values()}
    n = max(lengths)
    if len(lengths) > 1 or n > 16 or n % pool_size or len(rows) > 5:
        raise ValueError(f"Up to five rows of one length, 16 at most, in windows of {pool_size}.")
    most = max(row.max() for row in rows.values()) or 1.0
    left = max(s.wide(title) for title in rows) + 0.15
    cell = min(0.5, (s.WIDTH - left - 1.1) / n)
    fig, ax = s.canvas(s.WIDTH, 1.12 * len(rows) + 0.05)
    first, told = None, []
    for index, (title, row) in enumerate(rows.items()):
        top = 1.12 * (len(rows) - index)
        out = row.reshape(-1, pool_size).max(1)
        first = out if first is None else first
        s.text(ax, left - 0.15, top - 0.29, title, ha="right")
        for place, value in enumerate(row):
            corner = (left + place * cell, top - 0.5)
            shade = 0.25 + 0.75 * value / most
            ax.add_patch(Rectangle(corner, cell, 0.42, fc=str(shade), ec="#999999", lw=0.5))
            colour = s.BLACK if shade > 0.55 else "white"
            s.text(ax, corner[0] + cell / 2, top - 0.29, s.number(value), color=colour)
        for place, value in enumerate(out):
            corner = (left + place * pool_size * cell, top - 0.5)
            wide = pool_size * cell
            ax.add_patch(Rectangle(corner, wide, 0.42, fill=False, ec=s.ORANGE, lw=2.6))
            corner = (corner[0] + 0.06, top - 0.94)
            style = {"fc": s.WRITTEN, "ec": s.BLUE, "lw": 1.0}
            ax.add_patch(Rectangle(corner, wide - 0.12, 0.34, **style))
            s.text(ax, corner[0] + wide / 2 - 0.06, top - 0.77, s.number(value))
        same = np.array_equal(first, out)
        words = "" if not index else "as above" if same and index == 1 else (
            "as at the top" if same else "changed")  # fmt: skip
        colour = s.BLACK if same else s.VERMILION
        s.text(ax, left + n * cell + 0.12, top - 0.77, words, ha="left", color=colour)
        told.append(f"{title}: {s.listed(row)} give {s.listed(out)}{', ' * bool(words)}{words}")
    return Picture(
        fig, f"Max pooling along rows of {n} numbers, windows of {pool_size}. {'; '.join(told)}."
    )


# ---------------------------------------------------------------- a whole net


@s.styled
def net_slabs(stages: Mapping) -> Picture:
    """What every layer of a net writes for one picture, to scale: maps as stacks, vectors as rods.

    stages: {name: (height, width, channels) or (units,)}, at most nine. A pixel, and a unit, have
    one size in the whole drawing; the colours of a map run from 0 to its largest value.
    """
    stages = {name: np.asarray(value, float) for name, value in stages.items()}
    if not 1 <= len(stages) <= 9 or any(v.ndim not in (1, 3) for v in stages.values()):
        raise ValueError("One to nine stages, (height, width, channels) or (units,), please.")
    pixel, right, up, rod, least = 0.037, 0.042, 0.03, 0.14, 0.74

    def extent(value):
        if value.ndim == 1:
            return rod, 0.0125 * len(value)
        deep = value.shape[-1] - 1
        return value.shape[1] * pixel + deep * right, value.shape[0] * pixel + deep * up

    sizes = [extent(value) for value in stages.values()]
    lanes = [max(wide, least if v.ndim == 3 else 0.62)
             for (wide, _), v in zip(sizes, stages.values(), strict=True)]  # fmt: skip
    gap = (s.WIDTH - sum(lanes)) / (len(lanes) + 1)
    if gap < 0.01:
        raise ValueError("These stages are too wide together to be drawn to scale.")
    tall = max(high for _, high in sizes)
    fig, ax = s.canvas(s.WIDTH, tall + 0.85)
    limits, base, left, told = (ax.get_xlim(), ax.get_ylim()), 0.65, gap, []
    for (name, value), (wide, _), lane in zip(stages.items(), sizes, lanes, strict=True):
        start = left + (lane - wide) / 2
        style = {"cmap": s.COUNTS, "interpolation": "nearest", "aspect": "auto", "vmin": 0}
        maps = [value[:, None]] if value.ndim == 1 else list(np.moveaxis(value, -1, 0))
        for index in reversed(range(len(maps))):
            x, y = start + index * right, base + index * up
            width, height = (rod, 0.0125 * len(value)) if value.ndim == 1 else (
                maps[0].shape[1] * pixel, maps[0].shape[0] * pixel)  # fmt: skip
            ax.imshow(maps[index], extent=(x, x + width, y, y + height), zorder=2,
                      vmax=maps[index].max() or 1.0, **style)  # fmt: skip
            frame = {"fill": False, "ec": "white" if len(maps) > 1 else s.LINE, "lw": 0.5}
            ax.add_patch(Rectangle((x, y), width, height, zorder=2, **frame))
        size = "x".join(str(n) for n in value.shape)
        s.text(ax, left + lane / 2, 0.45, name, fontsize=s.SMALL)
        s.text(ax, left + lane / 2, 0.2, size, fontsize=s.SMALL, weight="bold")
        told.append(f"{name} {size}")
        left += lane + gap
    ax.set(xlim=limits[0], ylim=limits[1])
    return Picture(
        fig, "What each layer of a net writes for one picture, to scale, each map drawn as it is: "
        f"{', '.join(told)}."
    )  # fmt: skip


@s.styled
def trained_filters(rows: Mapping) -> Picture:
    """The filters of a first layer on one scale, and under each the map it writes.

    rows: {title: (kernels (rows, columns, 1, filters), maps (height, width, filters))}, three at
    most, such as before and after a training; eight filters at most.
    """
    rows = {
        title: (
            s.array(k, 4, "kernels").astype(float)[:, :, 0],
            s.array(m, 3, "maps").astype(float),
        )
        for title, (k, m) in rows.items()
    }
    counts = {array.shape[-1] for pair in rows.values() for array in pair}
    filters = max(counts)
    if len(counts) > 1 or filters > 8 or not 1 <= len(rows) <= 3:
        raise ValueError(f"One to three rows of up to 8 filters with a map each; got {counts}.")
    left, gap = 0.35, 0.08
    tile = min((s.WIDTH - left - 0.05) / filters - gap, 1.1)
    row = 2 * (tile + gap) + 0.22
    fig = Figure(figsize=(s.WIDTH, row * len(rows) + 0.75))
    w, h = fig.get_size_inches()
    high = float(f"{max(abs(k).max() for k, _ in rows.values()):.2g}")
    bright = max(m.max() for _, m in rows.values()) or 1.0
    signed = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
    counts = {"cmap": "gray", "vmin": 0, "vmax": bright}
    told = []
    for index, (title, (kernels, maps)) in enumerate(rows.items()):
        top = h - index * row - 0.2
        fig.text(0.15 / w, (top - tile - gap / 2) / h, title, rotation=90, ha="center", va="center")
        for f in range(filters):
            at = left + f * (tile + gap)
            for line, (array, scale) in enumerate(((kernels, signed), (maps, counts))):
                bottom = top - (line + 1) * tile - line * gap
                ax = s.axes(fig, at, bottom, tile, tile, xticks=[], yticks=[])
                image = ax.imshow(array[..., f], interpolation="nearest", **scale)
                ax.spines[:].set(visible=True, color="#999999", lw=0.6)
                if not line and not index:
                    ax.set_title(f"{f}", pad=3)
                if not line:
                    bar = image
        told.append(f"{title}: weights {s.span(kernels.round(2))}, the means of the maps "
                    f"{s.listed(maps.mean((0, 1)).round(2))}")  # fmt: skip
    ax = s.axes(fig, s.WIDTH / 2 - 0.9, 0.36, 1.8, 0.12)
    fig.colorbar(bar, cax=ax, orientation="horizontal", ticks=[-high, 0, high])
    ax.set_xticklabels([s.number(t) for t in (-high, 0, high)])
    s.label(fig, s.WIDTH / 2 - 1.3, 0.42, "weight")
    filters, high = s.counted(filters, "filter"), s.number(high)
    return Picture(
        fig, f"{filters} of a first layer, numbered from 0, colours from \u2212{high} over 0 to "
        f"{high}, and under each the map it writes of one picture. {'; '.join(told)}."
    )  # fmt: skip


@s.styled
def confusion(labels: ArrayLike, said: ArrayLike, names: Sequence[str], pictures=None) -> Picture:
    """What a classifier calls the pictures of each class: counts, a row for every true class.

    labels, said: (n,) whole numbers from 0; names: of the classes, up to 12; pictures: one of each
    class, (classes, height, width), drawn beside its row and above its column.
    """
    labels, said, count = np.asarray(labels), np.asarray(said), len(names)
    if labels.shape != said.shape or count > 12 or max(labels.max(), said.max()) >= count:
        raise ValueError(f"{labels.shape} labels, {said.shape} answers, {count} names: no fit.")
    table = np.zeros((count, count), int)
    np.add.at(table, (labels, said), 1)
    left, tile, cell = 1.7, 0.42, 0.45
    size = count * cell
    fig = Figure(figsize=(s.WIDTH, size + tile + 0.55))
    bottom = 0.12
    ax = s.axes(fig, left, bottom, size, size, xticks=[], yticks=[])
    wrong = table - np.diag(np.diag(table))
    shown = np.ma.masked_equal(wrong, 0)
    ax.imshow(shown, cmap="Oranges", vmin=0, vmax=1.5 * max(wrong.max(), 1))
    for (r, c), value in np.ndenumerate(table):
        if r == c:
            ax.add_patch(Rectangle((c - 0.5, r - 0.5), 1, 1, fc=s.WRITTEN, ec="none"))
        if value:
            bold = "bold" if r == c else "normal"
            s.text(ax, c, r, s.number(value), fontsize=s.SMALL, weight=bold)
    ax.set_xticks(np.arange(0.5, count - 1), minor=True)
    ax.set_yticks(np.arange(0.5, count - 1), minor=True)
    ax.grid(which="minor", color="#CCCCCC", lw=0.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[:].set(visible=True, color="#999999", lw=0.6)
    w, h = fig.get_size_inches()
    for k, name in enumerate(names):
        y, x = bottom + size - (k + 0.5) * cell, left + (k + 0.5) * cell
        room = tile + 0.1 if pictures is not None else 0.08
        fig.text((left - room) / w, y / h, name, ha="right", va="center", fontsize=s.SMALL)
        if pictures is not None:
            picture = grey_map(pictures[k], name)
            for at in ((left - tile - 0.03, y - tile / 2), (x - tile / 2, bottom + size + 0.04)):
                small = s.axes(fig, *at, tile, tile, xticks=[], yticks=[])
                small.imshow(picture, interpolation="nearest", cmap="gray")
                small.axis("off")
    s.label(fig, left + size / 2, h - 0.13, "what the net says")
    s.label(fig, 0.62, h - 0.13, "what it is")
    told = []
    for k, name in enumerate(names):
        order = [c for c in np.argsort(-wrong[k], kind="stable") if wrong[k, c]]
        others = "".join(f", {table[k, c]} called {names[c]}" for c in order)
        told.append(f"{name}: {table[k, k]} right{others}")
    return Picture(
        fig, f"What a net calls the pictures of {s.counted(count, 'class', 'classes')}, in counts. "
        f"{'; '.join(told)}."
    )  # fmt: skip
