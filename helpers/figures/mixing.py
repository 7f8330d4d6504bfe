"""Channels mixed at every pixel: 1x1 filters on photographs, and what layers weigh."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture

RGB = (s.VERMILION, s.GREEN, s.BLUE)
MARKS = (s.BLACK, s.PURPLE)


def fixed(values):
    return s.listed([p.two(value) for value in values])


# ---------------------------------------------------------------- 1x1 filters on colours


@s.styled
def filters_on(photo: ArrayLike, filters: Mapping) -> Picture:
    """What 1x1 filters without bias make of a photograph: weights above, maps below, one scale.

    photo: (height, width, 3), uint8 or 0 to 1. filters: {name: weights of red, green, blue},
    three at most. ValueError for another number of weights or filters.
    """
    photo, n = p.colour(photo), len(filters)
    filters = {name: np.asarray(weights, float) for name, weights in filters.items()}
    if not 1 <= n <= 3 or any(weights.shape != (3,) for weights in filters.values()):
        shapes = [weights.shape for weights in filters.values()]
        raise ValueError(
            f"Expected one to three filters of 3 weights (red, green, blue); got {shapes}."
        )
    maps = {name: photo @ weights for name, weights in filters.items()}
    high = max(abs(values).max() for values in maps.values()) or 1.0  # one scale, 0 is white
    reach = max(1.0, max(abs(weights).max() for weights in filters.values()))
    gap, margin = 0.12, 0.06
    wide = min((s.WIDTH - 2 * margin - n * gap) / (n + 1), 3.0)
    tall = wide * photo.shape[0] / photo.shape[1]
    start = (s.WIDTH - (n + 1) * wide - n * gap) / 2
    fig = Figure(figsize=(s.WIDTH, tall + 1.92))
    p.panel(fig, start, 0.68, wide, photo, "photograph", "{}x{}x{}".format(*photo.shape))
    words = []
    for place, (name, weights) in enumerate(filters.items(), start=1):
        left, values = start + place * (wide + gap), maps[name]
        bars = s.axes(fig, left, tall + 0.98, wide, 0.92, xlim=(-0.6, 2.6), xticks=[])
        bars.set_ylim(-1.75 * reach, 1.75 * reach)
        bars.spines[["left", "bottom"]].set_visible(False)
        bars.axhline(0, color=s.LINE, lw=1)
        bars.set_yticks([-reach, 0, reach] if place == 1 else [])
        if place == 1:
            bars.set_yticklabels([s.number(t) for t in (-reach, 0, reach)])
            bars.set_ylabel("weight")
            bars.spines["left"].set(visible=True, bounds=(-reach, reach))
        style = {"ec": s.BLACK, "lw": 0.7}
        for at, (weight, colour, letter) in enumerate(zip(weights, RGB, "RGB", strict=True)):
            bars.add_patch(Rectangle((at - 0.3, 0), 0.6, weight, fc=colour, **style))
            up = 1 if weight >= 0 else -1
            text = s.number(round(float(weight), 2))
            s.text(bars, at, weight + 0.33 * reach * up, text, fontsize=s.SMALL)
            s.text(bars, at, -0.33 * reach * up, letter, fontsize=s.SMALL)
        scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
        ax = p.panel(fig, left, 0.68, wide, values, name, **scale)
        span = s.span(values.round(2))
        words.append(f"{name}, weights {p.numbers(weights.round(2))}, {span}")
    p.colour_bar(
        fig, start + wide + gap, 0.46, n * (wide + gap) - gap, ax.images[0], "value on the map"
    )
    alt = "A photograph, {}x{}x{}, and what 1x1 filters make of it, ".format(*photo.shape)
    alt += f"one map each: {'; '.join(words)}."
    return Picture(fig, alt)


def signed_colours(high):
    """A function from a signed number to its colour, 0 is white."""
    return lambda value: matplotlib.colormaps[s.SIGNED](0.5 + 0.5 * value / high)


def _table(ax, values, left, top, cell, colours, frames=()):
    """Numbers with two digits in filled cells; frames: {(row, column): colour}."""
    for (row, column), value in np.ndenumerate(values):
        corner, fill = (left + column * cell, top - (row + 1) * cell), colours(value)
        ax.add_patch(Rectangle(corner, cell, cell, fc=fill, ec="#999999", lw=0.6))
        dark = np.dot(fill[:3], (0.3, 0.59, 0.11)) < 0.5
        s.text(ax, corner[0] + cell / 2, corner[1] + cell / 2, p.two(value),
               fontsize=9, color="white" if dark else s.BLACK)  # fmt: skip
    for (row, column), colour in dict(frames).items():
        corner = (left + column * cell, top - (row + 1) * cell)
        ax.add_patch(Rectangle(corner, cell, cell, fill=False, ec=colour, lw=2.6, zorder=4))


@s.styled
def mixer(
    photo: ArrayLike,
    weights: ArrayLike,
    *,
    corner: tuple[int, int],
    rows: tuple[int, int] = (0, 3),
    names: Sequence[str] = ("filter 0", "filter 1"),
) -> Picture:
    """One small matrix at every pixel: 4x4 pixels as towers, two of them worked out, two maps.

    photo: (height, width, 3), uint8 or 0 to 1; weights: (3, 2), channels x filters as in Keras;
    corner: row and column of the 4x4 piece; rows: the two rows of the piece whose last pixels,
    A and B, are worked out. ValueError for other shapes or a piece outside the photograph.
    """
    photo, weights = p.colour(photo), s.array(weights, 2, "weights").astype(float)
    piece = photo[corner[0] : corner[0] + 4, corner[1] : corner[1] + 4]
    if weights.shape != (3, 2) or piece.shape != (4, 4, 3) or min(corner) < 0:
        raise ValueError(
            f"Expected weights (3, 2) and a 4x4 piece inside the photograph; got {weights.shape} "
            f"and corner={tuple(corner)} in {photo.shape[:2]}."
        )
    if len(set(rows)) != 2 or not set(rows) <= {0, 1, 2, 3}:
        raise ValueError(f"rows={rows}: expected two different rows of the piece, 0 to 3.")
    maps, side, left, block = piece @ weights, 0.56, 0.06, 2.16
    fig, ax = s.canvas(s.WIDTH, 2 * block + 0.02)
    scale, small = signed_colours(abs(maps).max() or 1.0), {"fontsize": s.SMALL}
    marks = {(row, 3): colour for row, colour in zip(sorted(rows), MARKS, strict=True)}
    top = block + 2 * side
    s.text(ax, left + 2 * side, top + 0.2, "4x4 pixels of 3 channels")
    s.text(ax, left + 2 * side, top - 4 * side - 0.2, "bars: red, green, blue, 0 to 1", **small)
    for row, column in np.ndindex(4, 4):
        x, y = left + column * side, top - (row + 1) * side
        ax.add_patch(Rectangle((x, y), side, side, fc=piece[row, column], ec="white", lw=1.2))
        ax.add_patch(Rectangle((x + 0.08, y + 0.06), side - 0.16, side - 0.12, fc="white"))
        for c, colour in enumerate(RGB):
            tall = piece[row, column, c] * (side - 0.16)
            bar = Rectangle((x + 0.11 + c * 0.12, y + 0.08), 0.1, tall, fc=colour, ec=s.BLACK)
            bar.set_linewidth(0.4)
            ax.add_patch(bar)
    alt, mid = [], 2.74  # mid: the left edge of the two sums
    for which, (pixel, colour) in enumerate(marks.items()):
        letter, y, x, answer = "AB"[which], (2 - which) * block - 0.32, piece[pixel], maps[pixel]
        corner = (left + 3 * side, top - (pixel[0] + 1) * side)
        ax.add_patch(Rectangle(corner, side, side, fill=False, ec=colour, lw=2.6, zorder=4))
        s.text(ax, mid + 1.02, y + 0.16, f"pixel {letter} \u00d7 the same matrix")
        start = (corner[0] + side + 0.02, corner[1] + side / 2)
        s.arrow(ax, start, (mid - 0.04, y - 0.56), color=colour, lw=1.8)
        up = 0.17 if y - 0.56 < start[1] - 0.15 else -0.17  # beside the arrow, not on it
        s.text(ax, start[0] + 0.13, start[1] + up, letter, weight="bold")
        for c, name in enumerate("RGB"):
            base = y - 0.36 * (c + 1)
            ax.add_patch(Rectangle((mid, base), 0.62, 0.32, fc=s.READ, ec=RGB[c], lw=1.6))
            s.text(ax, mid + 0.31, base + 0.16, f"{name} {p.two(x[c])}", **small)
            s.text(ax, mid + 0.74, base + 0.16, "\u00d7", fontsize=12)
            for f in range(2):
                box = (mid + 0.86 + f * 0.62, base)
                ax.add_patch(Rectangle(box, 0.56, 0.32, fc="white", ec=s.BLUE, lw=1.6))
                s.text(ax, box[0] + 0.28, base + 0.16, s.number(weights[c, f]), **small)
        for f in range(2):
            at = mid + 1.14 + f * 0.62
            s.arrow(ax, (at, y - 1.09), (at, y - 1.24), color=s.BLUE)
            box = Rectangle((at - 0.28, y - 1.57), 0.56, 0.32, fc=s.WRITTEN, ec=s.BLUE, lw=1.6)
            ax.add_patch(box)
            s.text(ax, at, y - 1.41, p.two(answer[f]), weight="bold", **small)
        s.text(ax, mid + 0.74, y - 1.41, "=", fontsize=12)
        alt.append(f"pixel {letter} holds {fixed(x)} and becomes {fixed(answer)}")
    for f, name in enumerate(names):
        y = (2 - f) * block - 0.32
        s.text(ax, 6.06, y + 0.16, name)
        _table(ax, maps[..., f], 5.18, y, 0.44, scale, marks)
    columns = " and ".join(f"({p.numbers(column)})" for column in weights.T)
    tables = [
        f"{name}, row by row: " + "; ".join(", ".join(map(p.two, row)) for row in maps[..., f])
        for f, name in enumerate(names)
    ]
    return Picture(
        fig,
        "4x4 pixels of a photograph, each a tower of 3 bars from 0 to 1; at every one the same 3x2 "
        f"matrix, columns {columns}, makes two numbers: {'; '.join(alt)}. Two maps hold the "
        f"numbers of all pixels. {'. '.join(tables)}.",
    )


# ---------------------------------------------------------------- areas


@s.styled
def weights_to_scale(plans: Mapping) -> Picture:
    """Layers as areas, all on one scale: each plan a square as large as its weights.

    plans: {title: {layer: weights}}, two or three plans of up to four layers each. A plan's square
    is cut into its layers and lies on the outline of the largest one. Layers whose names agree up
    to the first comma look alike.
    """
    if not 2 <= len(plans) <= 3 or not all(1 <= len(layers) <= 4 for layers in plans.values()):
        raise ValueError("Expected two or three plans {title: {layer: weights}} of 1 to 4 layers.")
    if min(count for layers in plans.values() for count in layers.values()) <= 0:
        raise ValueError(f"Weights must be positive numbers; got {plans}.")
    totals = {title: sum(layers.values()) for title, layers in plans.items()}
    largest, n = max(totals.values()), len(plans)
    kinds = list(dict.fromkeys(name.split(",")[0] for ls in plans.values() for name in ls))
    if len(kinds) > 5:
        raise ValueError(f"{len(kinds)} kinds of layers, {kinds}; five can be told apart.")
    gap = 0.24
    side = min((s.WIDTH - 0.1 - (n - 1) * gap) / n, 2.9)
    below = 0.02 + 0.25 * max(len(layers) + (len(layers) > 1) for layers in plans.values())
    fig, ax = s.canvas(s.WIDTH, side + below + 0.62)
    start, words = (s.WIDTH - n * side - (n - 1) * gap) / 2, []
    for place, (title, layers) in enumerate(plans.items()):
        left, base = start + place * (side + gap), below + 0.24
        whole = side * (totals[title] / largest) ** 0.5
        times = largest / totals[title]
        outline = {"fill": False, "ec": s.LINE, "lw": 1, "ls": (0, (4, 3))}
        ax.add_patch(Rectangle((left, base), side, side, **outline))
        s.text(ax, left + side / 2, base + side + 0.18, title)
        x, y = left, below
        for name, count in layers.items():
            wide = whole * count / totals[title]
            kind = kinds.index(name.split(",")[0])
            style = {"fc": s.CATEGORIES[kind], "hatch": s.HATCHES[kind + 1], "alpha": 0.6}
            ax.add_patch(Rectangle((x, base), wide, whole, ec=s.BLACK, lw=1, **style))
            ax.add_patch(Rectangle((left, y - 0.02), 0.26, 0.17, ec=s.BLACK, lw=0.8, **style))
            s.text(ax, left + 0.34, y + 0.06, f"{name}: {s.number(count)}", ha="left")
            x, y = x + wide, y - 0.25
        if len(layers) > 1:
            words_ = f"together {s.number(totals[title])}"
            s.text(ax, left + 0.34, y + 0.06, words_, ha="left", weight="bold")
        fewer = f"{p.numbers([times])} times fewer"
        if times > 1.5:
            s.text(ax, left + side / 2, base + side * 0.92, fewer)
        parts = s.listed([f"{name}: {s.number(count)}" for name, count in layers.items()])
        parts += f", together {s.number(totals[title])}" * (len(layers) > 1)
        words.append(f"{title} ({parts}{', ' + fewer if times > 1 else ''})")
    return Picture(fig, f"Weights as areas on one scale. {s.listed(words)}.")
