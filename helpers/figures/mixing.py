"""Channels mixed at every pixel: 1x1 filters on numbers, on photographs, and what they weigh."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture
from helpers.figures.windows import _sheet

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
        words.append(
            f"{name}, weights {p.numbers(weights)}, from {s.number(round(values.min(), 2))} to "
            f"{s.number(round(values.max(), 2))}"
        )
    p.colour_bar(
        fig, start + wide + gap, 0.46, n * (wide + gap) - gap, ax.images[0], "value on the map"
    )
    alt = "A photograph and what 1x1 filters make of it, one map each: " + "; ".join(words) + "."
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
    return Picture(
        fig,
        "16 pixels of a photograph, each a tower of three bars; at every one the same 3x2 matrix, "
        f"columns {columns}, makes two numbers: {'; '.join(alt)}. Two maps of 4x4, {names[0]} and "
        f"{names[1]}, hold the numbers of all pixels.",
    )


# ---------------------------------------------------------------- one pixel


@s.styled
def pixel_column(
    x: ArrayLike,
    weights: ArrayLike,
    *,
    bias: ArrayLike = 0.0,
    size: tuple[int, int] = (3, 3),
    position: tuple[int, int] = (1, 1),
) -> Picture:
    """A 1x1 convolution at one pixel, product by product.

    x: the pixel's values, (channels,), six at most; weights: (channels,) for one filter or
    (channels, filters) as in Keras, three filters at most; bias: a number or one per filter; size
    and position: of the drawn maps and of the pixel in them, which the result does not depend on.
    ValueError where x and weights differ in channels, or where there is no room.
    """
    x, weights = s.array(x, 1, "x").astype(float), np.asarray(weights, float)
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
    (rows, columns), cell = size, min(0.4, 1.8 / (size[1] + size[0] / 2))
    if not (0 <= position[0] < rows and 0 <= position[1] < columns):
        raise ValueError(f"position={position} lies outside maps of size={size}.")
    tall, slab = rows * 0.62 * cell, (columns + rows / 2) * cell
    step = max(tall + 0.2, 0.5)
    below = 0.1 if filters == 1 else 1.62
    height = below + channels * step + 0.42
    fig, ax = s.canvas(s.WIDTH, height)
    s.text(ax, 0.82 + slab / 2, height - 0.2, s.counted(channels, "channel"))
    centres = []
    for channel, value in enumerate(x):
        base = below + (channels - 1 - channel) * step + (step - tall) / 2
        centre = _sheet(
            ax, 0.82, base, rows, columns, position, colour=s.READ, value=value, cell=cell
        )
        s.text(ax, 0.05, centre[1], f"channel {channel}", ha="left", fontsize=s.SMALL)
        if centres:
            ends = centres[-1][1] - 0.31 * cell, centre[1] + 0.31 * cell
            ax.plot([centre[0]] * 2, ends, color=s.VERMILION, lw=2.4, zorder=3)
        centres.append(centre)
        s.text(ax, 2.78, centre[1], "\u00d7", fontsize=14)
    draw = _one_sum if filters == 1 else _sums
    totals = x @ weights + bias
    sheet = {"rows": rows, "columns": columns, "lit": position, "colour": s.WRITTEN}
    draw(ax, x, weights, bias, totals, [y for _, y in centres], height, sheet, cell)
    words = []
    for f in range(filters):
        name = "The filter" if filters == 1 else f"Filter {f}"
        added = f" and the bias {s.number(bias[f])}" if bias[f] else ""
        verb = "add up to" if channels > 1 or added else "is"
        products = f"the product{'s' * (channels > 1)} {p.numbers(x * weights[:, f])}"
        words.append(
            f"{name} multiplies by {p.numbers(weights[:, f])}; {products}{added} {verb} "
            f"{p.numbers(totals[f : f + 1])}"
        )
    return Picture(
        fig,
        f"One pixel of {s.counted(channels, 'channel')} holds {p.numbers(x)}. {'. '.join(words)}, "
        f"at the same place of {s.counted(filters, 'map')}.",
    )


def _weight(ax, x, y, weight, colour, dashes="-"):
    box = Rectangle((x - 0.27, y - 0.15), 0.54, 0.3, fc="white", ec=colour, lw=2.2, ls=dashes)
    ax.add_patch(box)
    s.text(ax, x, y, s.number(weight), fontsize=s.SMALL)


def _one_sum(ax, x, weights, bias, totals, heights, height, sheet, cell):
    """Products that run into one plus, and one map at the right."""
    middle = (heights[0] + heights[-1]) / 2
    plus = 5.0, middle
    for at, words in ((3.2, "weight"), (3.98, "product"), (6.06, "one map")):
        s.text(ax, at, height - 0.2, words)
    for value, weight, y in zip(x, weights[:, 0], heights, strict=True):
        _weight(ax, 3.2, y, weight, s.BLUE)
        s.text(ax, 3.6, y, "=", fontsize=14)
        s.text(ax, 3.98, y, p.numbers([value * weight]), weight="bold")
        angle = np.arctan2(y - middle, 0.62)
        end = plus[0] - 0.17 * np.cos(angle), middle + 0.17 * np.sin(angle)
        s.arrow(ax, (4.32, y), end, color=s.BLUE, lw=1.8)
    if bias[0]:
        s.arrow(ax, (5.0, middle - 0.55), (5.0, middle - 0.18), color=s.BLUE, lw=1.8)
        s.text(ax, 5.0, middle - 0.68, f"bias {s.number(bias[0])}", fontsize=s.SMALL)
    ax.add_patch(Circle(plus, 0.17, fc="white", ec=s.BLUE, lw=2))
    s.text(ax, *plus, "+", fontsize=15, color=s.BLUE)
    tall, slab = sheet["rows"] * 0.62 * cell, (sheet["columns"] + sheet["rows"] / 2) * cell
    left, row = 6.06 - slab / 2, sheet["lit"][0]
    base = middle - (sheet["rows"] - row - 0.5) * 0.62 * cell  # the lit cell lies on the line
    base = max(base, 0.05) if base + tall < height - 0.4 else middle - tall / 2
    centre = _sheet(ax, left, base, **sheet, value=float(f"{totals[0]:.3g}"), cell=cell)
    s.arrow(ax, (5.18, middle), (centre[0] - 0.62 * cell, centre[1]), color=s.BLUE, lw=2)


def _sums(ax, x, weights, bias, totals, heights, height, sheet, cell):
    """A column of products for each filter, its sum below and its map below that."""
    step = 1.36 if len(totals) == 3 else 1.95
    small = min(cell, 1.0 / (sheet["columns"] + sheet["rows"] / 2))
    for f, total in enumerate(totals):
        left = 3.0 + (len(totals) == 2) * 0.25 + f * step
        style = s.CATEGORIES[f], s.DASHES[f]
        s.text(ax, left + 0.55, height - 0.2, f"filter {f}")
        for value, weight, y in zip(x, weights[:, f], heights, strict=True):
            _weight(ax, left + 0.27, y, weight, *style)
            s.text(ax, left + 0.68, y, "=", fontsize=12)
            product = s.number(round(value * weight, 2))
            s.text(ax, left + 1.0, y, product, weight="bold", fontsize=s.SMALL)
        ax.plot([left, left + 1.25], [1.58, 1.58], color=s.BLACK, lw=1)
        words = f"+ {s.factor(bias[f])} bias" if bias[f] else "sum"
        s.text(ax, left + 0.02, 1.4, words, ha="left", fontsize=s.SMALL)
        s.arrow(ax, (left + 0.98, 1.5), (left + 0.98, 1.24), color=s.CATEGORIES[f], lw=1.8)
        s.text(ax, left + 0.98, 1.1, p.numbers([total]), weight="bold")
        (row, column), base = sheet["lit"], 0.06
        lit = (column + 0.5 + (sheet["rows"] - row - 0.5) / 2) * small  # from the sheet's left
        x0, y0 = _sheet(ax, left + 0.98 - lit, base, **sheet, cell=small)
        s.arrow(ax, (x0, 0.98), (x0, y0 + 0.31 * small), color=s.CATEGORIES[f], lw=1.8, zorder=5)
    s.text(ax, 0.82, 0.42, "one map for each filter", ha="left")


# ---------------------------------------------------------------- areas


@s.styled
def weights_to_scale(plans: Mapping) -> Picture:
    """Layers as areas, all on one scale: each plan a square as large as its weights.

    plans: {title: {layer: weights}}, two or three plans of up to four layers each. A plan's square
    is cut into its layers and lies on the outline of the largest one. Layers whose names agree up to
    the first comma look alike.
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
