"""A photograph or a real map put through an operation, so that the change can be seen.

All drawings return a Picture, whose alt text holds the numbers that are drawn.
"""

from collections.abc import Mapping, Sequence

import matplotlib
import matplotlib.patheffects as effects
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._picture import Picture

RGB = (s.VERMILION, s.GREEN, s.BLUE)
MARKS = (s.BLACK, s.PURPLE)
CASING = [effects.withStroke(linewidth=3, foreground="white")]


def _photo(value, what="photo"):
    """(height, width, 3) as floats from 0 to 1; uint8 is divided by 255."""
    value = s.array(value, 3, what)
    value = value / 255 if value.dtype == np.uint8 else value.astype(float)
    if value.shape[-1] != 3 or value.min() < 0 or value.max() > 1:
        raise ValueError(
            f"{what} {value.shape} needs three channels with values from 0 to 1 (or uint8); got "
            f"{value.min():g} to {value.max():g}."
        )
    return value


def _grey(value, what):
    """(height, width) as floats; one channel at the end is dropped."""
    value = np.asarray(value, float)
    return s.array(value[..., 0] if value.ndim == 3 and value.shape[-1] == 1 else value, 2, what)


def _and(words):
    """'a, b and c'."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _numbers(values, digits=3):
    return _and([s.number(float(f"{value:.{digits}g}")) for value in values])


def _two(value):
    """A number as it stands in a table: always two decimals."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "\u2212")


def _fixed(values):
    return _and([_two(value) for value in values])


def _show(fig, left, bottom, wide, picture, title="", below="", **scale):
    """A picture `wide` inches wide in a full frame, words above and below; returns its axes."""
    tall = wide * picture.shape[0] / picture.shape[1]
    ax = s.axes(fig, left, bottom, wide, tall, xticks=[], yticks=[])
    ax.imshow(picture, interpolation="nearest", **scale)
    ax.spines[:].set(visible=True, color="#999999", lw=0.6)
    ax.set_title(title, pad=5)
    if below:
        s.label(fig, left + wide / 2, bottom - 0.17, below)
    return ax


def _bar(fig, left, bottom, wide, image, words):
    """A lying colour bar with five ticks and its name below."""
    low, high = image.get_clim()
    ticks = np.linspace(low, high, 5)
    ax = s.axes(fig, left, bottom, wide, 0.13)
    fig.colorbar(image, cax=ax, orientation="horizontal", ticks=ticks)
    ax.set_xticklabels([s.number(float(f"{t:.2g}")) for t in ticks])
    s.label(fig, left + wide / 2, bottom - 0.35, words)


# ---------------------------------------------------------------- 1x1 filters on colours


@s.styled
def filters_on(photo: ArrayLike, filters: Mapping) -> Picture:
    """What 1x1 filters without bias make of a photograph: weights above, maps below, one scale.

    photo: (height, width, 3), uint8 or 0 to 1. filters: {name: weights of red, green, blue},
    three at most. ValueError for another number of weights or filters.
    """
    photo, n = _photo(photo), len(filters)
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
    _show(fig, start, 0.68, wide, photo, "photograph", "{}x{}x{}".format(*photo.shape))
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
        ax = _show(fig, left, 0.68, wide, values, name, **scale)
        words.append(
            f"{name}, weights {_numbers(weights)}, from {s.number(round(values.min(), 2))} to "
            f"{s.number(round(values.max(), 2))}"
        )
    _bar(fig, start + wide + gap, 0.46, n * (wide + gap) - gap, ax.images[0], "value on the map")
    alt = "A photograph and what 1x1 filters make of it, one map each: " + "; ".join(words) + "."
    return Picture(fig, alt)


def _colours(high):
    """A function from a signed number to its colour, 0 is white."""
    return lambda value: matplotlib.colormaps[s.SIGNED](0.5 + 0.5 * value / high)


def _table(ax, values, left, top, cell, colours, frames=()):
    """Numbers with two digits in filled cells; frames: {(row, column): colour}."""
    for (row, column), value in np.ndenumerate(values):
        corner, fill = (left + column * cell, top - (row + 1) * cell), colours(value)
        ax.add_patch(Rectangle(corner, cell, cell, fc=fill, ec="#999999", lw=0.6))
        dark = np.dot(fill[:3], (0.3, 0.59, 0.11)) < 0.5
        s.text(ax, corner[0] + cell / 2, corner[1] + cell / 2, _two(value),
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
    photo, weights = _photo(photo), s.array(weights, 2, "weights").astype(float)
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
    scale, small = _colours(abs(maps).max() or 1.0), {"fontsize": s.SMALL}
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
            s.text(ax, mid + 0.31, base + 0.16, f"{name} {_two(x[c])}", **small)
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
            s.text(ax, at, y - 1.41, _two(answer[f]), weight="bold", **small)
        s.text(ax, mid + 0.74, y - 1.41, "=", fontsize=12)
        alt.append(f"pixel {letter} holds {_fixed(x)} and becomes {_fixed(answer)}")
    for f, name in enumerate(names):
        y = (2 - f) * block - 0.32
        s.text(ax, 6.06, y + 0.16, name)
        _table(ax, maps[..., f], 5.18, y, 0.44, scale, marks)
    columns = " and ".join(f"({_numbers(column)})" for column in weights.T)
    return Picture(
        fig,
        "16 pixels of a photograph, each a tower of three bars; at every one the same 3x2 matrix, "
        f"columns {columns}, makes two numbers: {'; '.join(alt)}. Two maps of 4x4, {names[0]} and "
        f"{names[1]}, hold the numbers of all pixels.",
    )


# ---------------------------------------------------------------- equal or not


def _halves(fig, left, bottom, wide, first, second, title, **scale):
    """Left half of one map, right half of another; without a seam where they are equal."""
    cut = first.shape[1] // 2
    ax = _show(fig, left, bottom, wide, np.hstack([first[:, :cut], second[:, cut:]]), title, **scale)
    rows, mark = first.shape[0], {"color": s.VERMILION, "lw": 2.4, "path_effects": CASING}
    for low, high in ((0, 0.06), (0.94, 1)):
        ax.plot([cut - 0.5] * 2, [low * rows - 0.5, high * rows - 0.5], **mark)
    ax.set_ylim(rows - 0.5, -0.5)
    return ax


def _difference(a, b):
    """The largest difference as words: '0.23', or '0' below a millionth."""
    largest = float(abs(np.subtract(a, b, dtype=float)).max())
    return s.number(float(f"{largest:.2g}")) if largest > 1e-6 else "0"


@s.styled
def lost_in_grey(photo: ArrayLike, changed: ArrayLike, weights: ArrayLike) -> Picture:
    """Two photographs that differ in colour, and what one 1x1 filter makes of both.

    photo, changed: (height, width, 3), uint8 or 0 to 1; weights: the filter's three weights. The
    third panel joins the left half of one map to the right half of the other: what the filter
    loses leaves no seam. ValueError for other shapes.
    """
    photo, changed = _photo(photo), _photo(changed, "changed")
    weights = np.asarray(weights, float).ravel()
    if photo.shape != changed.shape or weights.shape != (3,):
        raise ValueError(
            f"Expected two photographs of one shape and 3 weights; got {photo.shape}, "
            f"{changed.shape} and {weights.shape}."
        )
    maps = [picture @ weights for picture in (photo, changed)]
    before, after = _difference(photo, changed), _difference(*maps)
    wide, gap = 2.24, 0.1
    tall = wide * photo.shape[0] / photo.shape[1]
    fig = Figure(figsize=(s.WIDTH, tall + 0.68))
    _show(fig, 0.04, 0.34, wide, photo, "first", "three channels")
    lefts = [0.04 + place * (wide + gap) for place in range(3)]
    _show(fig, lefts[1], 0.34, wide, changed, "second", f"differs from the first by up to {before}")
    scale = {"cmap": "gray", "vmin": min(0.0, *(m.min() for m in maps)), "vmax": max(m.max() for m in maps)}
    _halves(fig, lefts[2], 0.34, wide, *maps, "their maps, half and half", **scale)
    s.label(fig, lefts[2] + wide / 2, 0.17, f"the maps differ by up to {after}")
    return Picture(
        fig,
        f"Two photographs whose colours differ by up to {before}. A 1x1 filter with the weights "
        f"{_numbers(weights)} makes one map of each; the maps differ by up to {after}. The third "
        f"panel joins the left half of the first map to the right half of the second"
        f"{', without a seam' if after == '0' else ''}.",
    )


@s.styled
def stride_reads(
    photo: ArrayLike, wiped: ArrayLike, before: ArrayLike, after: ArrayLike
) -> Picture:
    """A picture, the same with pixels wiped out, and a layer's output for both.

    photo, wiped: (height, width, 3), uint8 or 0 to 1; before, after: the outputs
    (rows, columns, filters) for them, of which the first filter's maps are drawn as halves and
    all values are compared.
    """
    photo, wiped = _photo(photo), _photo(wiped, "wiped")
    before, after = s.array(before, 3, "before"), s.array(after, 3, "after")
    if photo.shape != wiped.shape or before.shape != after.shape:
        raise ValueError(
            f"Expected two pictures of one shape and two outputs of one shape; got {photo.shape}, "
            f"{wiped.shape}, {before.shape} and {after.shape}."
        )
    share = (photo != wiped).any(-1).mean()
    same = int((before == after).sum())
    equal = f"{s.number(same)} of {s.number(before.size)} values equal"
    wide, gap = 2.24, 0.1
    tall = wide * photo.shape[0] / photo.shape[1]
    fig = Figure(figsize=(s.WIDTH, tall + 0.68))
    lefts = [0.04 + place * (wide + gap) for place in range(3)]
    size = "{}x{} pixels".format(*photo.shape)
    _show(fig, lefts[0], 0.34, wide, photo, "what goes in", size)
    _show(fig, lefts[1], 0.34, wide, wiped, "what the layer reads", f"{share:.0%} of the pixels changed")
    maps = before[..., 0], after[..., 0]
    scale = {"cmap": "gray", "vmin": min(m.min() for m in maps), "vmax": max(m.max() for m in maps)}
    _halves(fig, lefts[2], 0.34, wide, *maps, "outputs, half and half", **scale)
    s.label(fig, lefts[2] + wide / 2, 0.17, equal)
    return Picture(
        fig,
        f"A picture of {size}; the same with {share:.0%} of its pixels changed; and the layer's "
        "first output map of {}x{}, its left half from the first picture, its right half from "
        "the second. Of all outputs {}.".format(*before.shape[:2], equal),
    )


# ---------------------------------------------------------------- maps over a picture


@s.styled
def class_maps_over(pictures: Mapping, maps: Mapping, classes: Mapping) -> Picture:
    """Where a class map is high, as an outline over the picture, and its mean: the score.

    pictures: {title: (height, width)}, one row each, two at most; maps: {title: (rows, columns,
    classes)}, the class maps of the same titles; classes: {name: index}, one column each, two to
    four. The outline of a class lies at half of the highest value its map has in any picture.
    """
    if set(pictures) != set(maps) or not 1 <= len(pictures) <= 2 or not 1 <= len(classes) <= 4:
        raise ValueError(
            f"Expected one or two pictures, maps with the same titles, and up to four classes; got "
            f"{list(pictures)}, {list(maps)} and {list(classes)}."
        )
    pictures = {title: _grey(picture, title) for title, picture in pictures.items()}
    maps = {title: s.array(maps[title], 3, f"maps of {title}").astype(float) for title in pictures}
    n, gap, left = len(classes), 0.1, 0.34
    wide = min((s.WIDTH - left - 0.05 - (n - 1) * gap) / n, 2.6)
    start = (s.WIDTH - left - n * wide - (n - 1) * gap) / 2 + left
    tall = wide * max(p.shape[0] / p.shape[1] for p in pictures.values())
    fig = Figure(figsize=(s.WIDTH, len(pictures) * (tall + 0.34) + 0.62))
    height, words = fig.get_size_inches()[1], []
    for row, (title, picture) in enumerate(pictures.items()):
        bottom, scores = height - 0.34 - tall - row * (tall + 0.34), []
        for column, (name, index) in enumerate(classes.items()):
            class_map = maps[title][..., index]
            high = max(m[..., index].max() for m in maps.values())
            at = start + column * (wide + gap)
            mean = _two(class_map.mean())
            scores.append(f"{name} {mean}")
            ax = _show(
                fig, at, bottom, wide, picture, "" if row else name,
                cmap="gray_r", vmax=1.5 * picture.max() or 1.0,
            )  # fmt: skip
            place = (at + wide / 2) / s.WIDTH, (bottom - 0.16) / height
            fig.text(*place, f"mean {mean}", ha="center", va="center", weight="bold")
            if high > 0:
                _outline(ax, class_map, high / 2, picture.shape)
        fig.text(
            (start - 0.17) / s.WIDTH, (bottom + tall / 2) / height, title,
            rotation=90, ha="center", va="center",
        )  # fmt: skip
        words.append(f"{title}: {_and(scores)}")
    text = "outline: where the map is over half of its highest value; mean of the whole map: the score"
    s.label(fig, s.WIDTH / 2, 0.15, text)
    return Picture(
        fig,
        f"The class maps of {_and(list(classes))} as outlines over {len(pictures)} "
        f"picture{'s' * (len(pictures) > 1)}, drawn where a map is over half of its highest value. "
        f"The means, which are the scores. {'; '.join(words)}.",
    )


def _outline(ax, values, level, shape):
    """The contour of `values` at `level`, stretched over a picture of `shape`, filled lightly."""
    rows, columns = values.shape
    padded = np.pad(values, 1, constant_values=level - abs(level) - 1)  # closed at the border
    down, along = shape[0] / rows, shape[1] / columns
    y = np.clip((np.arange(rows + 2) - 0.5) * down - 0.5, -0.4, shape[0] - 0.6)
    x = np.clip((np.arange(columns + 2) - 0.5) * along - 0.5, -0.4, shape[1] - 0.6)
    ax.contourf(x, y, padded, levels=[level, padded.max() + 1], colors=[s.ORANGE], alpha=0.3)
    lines = ax.contour(x, y, padded, levels=[level], colors=[s.VERMILION], linewidths=2)
    lines.set_path_effects(CASING)


BRANCHES = (
    ("1x1", 1, "reads 1 pixel"), ("3x3", 3, "reads 9 pixels"),
    ("5x5", 5, "reads 25 pixels"), ("3x3 pool", 3, "keeps the largest of 9"),
)  # fmt: skip
LEADERS = (0, -1, 1, 0.6)  # where a window's line leaves: -1 its upper, 1 its lower corner


@s.styled
def parallel_scales(
    photo: ArrayLike, *, at: tuple[int, int], size: int = 12, maps: Mapping | None = None
) -> Picture:
    """What the four branches of an Inception module read at one place, and what they write.

    photo: (height, width, 3), uint8 or 0 to 1, or a grey (height, width) from 0 to 1; at: row and
    column of the pixel in the middle; size: side of the enlarged piece; maps: {branch: (rows, columns)}, up to four, drawn below on
    one scale.
    """
    photo = np.asarray(photo)
    photo, half = _photo(photo) if photo.ndim == 3 else _grey(photo, "photo"), size // 2
    top, left = at[0] - half, at[1] - half
    piece = photo[max(top, 0) : top + size, max(left, 0) : left + size]
    if piece.shape[:2] != (size, size) or size < 7:
        raise ValueError(
            f"A piece of {size}x{size} (7 at least) around {tuple(at)} does not fit into "
            f"{photo.shape[:2]}."
        )
    maps = {name: _grey(m, name) for name, m in (maps or {}).items()}
    if len(maps) > 4:
        raise ValueError(f"{len(maps)} maps; at most four fit beside each other.")
    wide, tile = 2.5, 1.63
    below = tile + 0.95 if maps else 0.05
    fig = Figure(figsize=(s.WIDTH, below + wide + 0.3))
    grey = {"cmap": "gray", "vmin": 0, "vmax": 1} if photo.ndim == 2 else {}
    ax = _show(fig, 0.05, below, wide, photo, "the picture", **grey)
    frame = {"fill": False, "ec": s.BLACK, "lw": 2, "path_effects": CASING}
    ax.add_patch(Rectangle((left - 0.5, top - 0.5), size, size, **frame))
    ax = _show(fig, 2.7, below, wide, piece, f"{size}x{size} pixels of it", **grey)
    over = fig.add_axes((0, 0, 1, 1), xlim=(0, s.WIDTH), ylim=(0, fig.get_size_inches()[1]))
    over.axis("off")
    unit = wide / size
    for index, (name, side, words) in enumerate(BRANCHES):
        style = {"ec": s.CATEGORIES[index], "ls": s.DASHES[index], "lw": 2.6}
        inset = 0.13 if name == "3x3 pool" else 0.0  # the pool lies inside the 3x3 window
        corner = (half - side // 2 - 0.5 + inset,) * 2
        square = Rectangle(corner, side - 2 * inset, side - 2 * inset, fill=False, **style)
        square.set_path_effects(CASING)
        ax.add_patch(square)
        y = below + wide - 0.3 - index * 0.62
        edge = 2.7 + (half + side / 2 - inset) * unit
        row = below + wide - (half + 0.5 + LEADERS[index] * side / 2) * unit
        line = {"color": s.CATEGORIES[index], "lw": 1.6, "path_effects": CASING}
        over.plot([edge, 5.32], [row, y], **line)
        over.add_patch(Rectangle((5.32, y - 0.26), 1.62, 0.52, fc="white", **style))
        s.text(over, 6.13, y, f"{name}\n{words}", fontsize=s.SMALL, linespacing=1.15)
    drawn = []
    high = max((abs(m).max() for m in maps.values()), default=1.0) or 1.0
    for index, (name, values) in enumerate(maps.items()):
        scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
        at_left = 0.05 + index * (tile + 0.127)
        last = _show(fig, at_left, 0.66, tile, values, name, **scale)
        last.spines[:].set(color=s.CATEGORIES[index], lw=2.2, ls=s.DASHES[index])
        drawn.append(f"{name}, from {_two(values.min())} to {_two(values.max())}")
    if maps:
        _bar(fig, 1.75, 0.45, 3.5, last.images[0], "value on the map")
    reads = "; ".join(f"{name}: {words}" for name, _, words in BRANCHES)
    return Picture(
        fig,
        f"A picture and {size}x{size} of its pixels, enlarged. Around the pixel at row {at[0]}, "
        f"column {at[1]} lie the windows of four branches, each inside the next. {reads}."
        + (f" Below, what each writes: {'; '.join(drawn)}." if maps else ""),
    )
