"""A photograph or a real map put through an operation, so that the change can be seen.

All drawings return a Picture, whose alt text holds the numbers that are drawn.
"""

from collections.abc import Mapping

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from helpers.figures import _style as s
from helpers.figures._style import Picture

CASING = [effects.withStroke(linewidth=3, foreground="white")]


def colour(value, what="photo"):
    """(height, width, 3) as floats from 0 to 1; uint8 is divided by 255."""
    value = s.array(value, 3, what)
    value = value / 255 if value.dtype == np.uint8 else value.astype(float)
    if value.shape[-1] != 3 or value.min() < 0 or value.max() > 1:
        raise ValueError(
            f"{what} {value.shape} needs three channels with values from 0 to 1 (or uint8); got "
            f"{value.min():g} to {value.max():g}."
        )
    return value


def grey_map(value, what):
    """(height, width) as floats; one channel at the end is dropped."""
    value = np.asarray(value, float)
    return s.array(value[..., 0] if value.ndim == 3 and value.shape[-1] == 1 else value, 2, what)


def numbers(values, digits=3):
    return s.listed(float(f"{value:.{digits}g}") for value in values)


def two(value):
    """A number as it stands in a table: always two decimals."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "\u2212")


def panel(fig, left, bottom, wide, picture, title="", below="", **scale):
    """A picture `wide` inches wide in a full frame, words above and below; returns its axes."""
    tall = wide * picture.shape[0] / picture.shape[1]
    ax = s.axes(fig, left, bottom, wide, tall, xticks=[], yticks=[])
    ax.imshow(picture, interpolation="nearest", **scale)
    ax.spines[:].set(visible=True, color="#999999", lw=0.6)
    ax.set_title(title, pad=5)
    if below:
        s.label(fig, left + wide / 2, bottom - 0.17, below)
    return ax


def colour_bar(fig, left, bottom, wide, image, words, *, extend="neither"):
    """A lying colour bar with five ticks and its name below; pointed where values go beyond it."""
    low, high = image.get_clim()
    ticks = np.linspace(low, high, 5)
    ax = s.axes(fig, left, bottom, wide, 0.13)
    fig.colorbar(image, cax=ax, orientation="horizontal", ticks=ticks, extend=extend)
    ax.set_xticklabels([s.number(float(f"{t:.2g}")) for t in ticks])
    s.label(fig, left + wide / 2, bottom - 0.35, words)


# ---------------------------------------------------------------- equal or not


def _halves(fig, left, bottom, wide, first, second, title, **scale):
    """Left half of one map, right half of another; without a seam where they are equal."""
    cut = first.shape[1] // 2
    ax = panel(
        fig, left, bottom, wide, np.hstack([first[:, :cut], second[:, cut:]]), title, **scale
    )
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
    photo, changed = colour(photo), colour(changed, "changed")
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
    panel(fig, 0.04, 0.34, wide, photo, "first", "three channels")
    lefts = [0.04 + place * (wide + gap) for place in range(3)]
    panel(fig, lefts[1], 0.34, wide, changed, "second", f"differs from the first by up to {before}")
    scale = {
        "cmap": "gray",
        "vmin": min(0.0, *(m.min() for m in maps)),
        "vmax": max(m.max() for m in maps),
    }
    _halves(fig, lefts[2], 0.34, wide, *maps, "their maps, half and half", **scale)
    s.label(fig, lefts[2] + wide / 2, 0.17, f"the maps differ by up to {after}")
    return Picture(
        fig,
        f"Two photographs whose colours differ by up to {before}. A 1x1 filter with the weights "
        f"{numbers(weights)} makes one map of each; the maps differ by up to {after}. The third "
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
    photo, wiped = colour(photo), colour(wiped, "wiped")
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
    panel(fig, lefts[0], 0.34, wide, photo, "what goes in", size)
    panel(
        fig,
        lefts[1],
        0.34,
        wide,
        wiped,
        "what the layer reads",
        f"{share:.0%} of the pixels changed",
    )
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
    four. The outline of a class lies at half of the highest value its map has in any picture; a map
    that stays below has none.
    """
    if set(pictures) != set(maps) or not 1 <= len(pictures) <= 2 or not 1 <= len(classes) <= 4:
        raise ValueError(
            f"Expected one or two pictures, maps with the same titles, and up to four classes; got "
            f"{list(pictures)}, {list(maps)} and {list(classes)}."
        )
    pictures = {title: grey_map(picture, title) for title, picture in pictures.items()}
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
            mean = two(class_map.mean())
            scores.append(f"{name} {mean}")
            ax = panel(
                fig, at, bottom, wide, picture, "" if row else name,
                cmap="gray", vmin=0, vmax=picture.max() or 1.0,
            )  # fmt: skip
            place = (at + wide / 2) / s.WIDTH, (bottom - 0.16) / height
            fig.text(*place, f"mean {mean}", ha="center", va="center", weight="bold")
            if class_map.max() > high / 2 > 0:
                _outline(ax, class_map, high / 2, picture.shape)
        fig.text(
            (start - 0.17) / s.WIDTH, (bottom + tall / 2) / height, title,
            rotation=90, ha="center", va="center",
        )  # fmt: skip
        words.append(f"{title}: {s.listed(scores)}")
    text = "outline: where a map is over half of its column's highest value; the mean is the score"
    s.label(fig, s.WIDTH / 2, 0.15, text)
    return Picture(
        fig,
        f"The class maps of {s.listed(list(classes))} as outlines over "
        f"{s.counted(len(pictures), 'picture')}, drawn where a map is over half of its highest "
        f"value in any. The means, which are the scores. {'; '.join(words)}.",
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


BRANCHES = (  # window, side, what it does, where its line leaves (1 upper, -1 lower corner)
    ("1x1", 1, "reads 1 pixel", 0), ("3x3", 3, "reads 9 pixels", 1),
    ("5x5", 5, "reads 25 pixels", 1), ("3x3 pool", 3, "keeps the largest of 9", -1),
)  # fmt: skip
ORDER = (2, 1, 0, 3)  # of the labels from top to bottom: no line crosses another


@s.styled
def parallel_scales(
    photo: ArrayLike, *, at: tuple[int, int], size: int = 12, maps: Mapping | None = None
) -> Picture:
    """What the four branches of an Inception module read at one place, and what they write.

    photo: (height, width, 3), uint8 or 0 to 1, or a grey (height, width) from 0 to 1; at: row and
    column of the pixel in the middle; size: side of the enlarged piece; maps: {branch:
    (rows, columns)}, up to four, drawn below on one scale.
    """
    photo = np.asarray(photo)
    photo, half = colour(photo) if photo.ndim == 3 else grey_map(photo, "photo"), size // 2
    top, left = at[0] - half, at[1] - half
    piece = photo[max(top, 0) : top + size, max(left, 0) : left + size]
    if piece.shape[:2] != (size, size) or size < 7:
        raise ValueError(
            f"A piece of {size}x{size} (7 at least) around {tuple(at)} does not fit into "
            f"{photo.shape[:2]}."
        )
    maps = {name: grey_map(m, name) for name, m in (maps or {}).items()}
    if len(maps) > 4:
        raise ValueError(f"{len(maps)} maps; at most four fit beside each other.")
    wide, tile = 2.5, 1.63
    below = tile + 0.95 if maps else 0.05
    fig = Figure(figsize=(s.WIDTH, below + wide + 0.3))
    grey = {"cmap": "gray", "vmin": 0, "vmax": 1} if photo.ndim == 2 else {}
    ax = panel(fig, 0.05, below, wide, photo, "the picture", **grey)
    frame = {"fill": False, "ec": s.BLACK, "lw": 2, "path_effects": CASING}
    ax.add_patch(Rectangle((left - 0.5, top - 0.5), size, size, **frame))
    ax = panel(fig, 2.7, below, wide, piece, f"{size}x{size} pixels of it", **grey)
    over = fig.add_axes((0, 0, 1, 1), xlim=(0, s.WIDTH), ylim=(0, fig.get_size_inches()[1]))
    over.axis("off")
    unit = wide / size
    for row, index in enumerate(ORDER):
        name, side, words, corner = BRANCHES[index]
        style = {"ec": s.CATEGORIES[index], "ls": s.DASHES[index], "lw": 2.6}
        inset = 0.14 if name == "3x3 pool" else 0.0  # the pool lies inside the 3x3 window
        low, side = half - side // 2 - 0.5 + inset, side - 2 * inset
        square = Rectangle((low, low), side, side, fill=False, path_effects=CASING, **style)
        ax.add_patch(square)
        y = below + wide - 0.31 - row * 0.626
        end = low + 0.5 + side, low + 0.5 + side * (1 - corner) / 2  # in pixels of the piece
        end = 2.7 + end[0] * unit, below + wide - end[1] * unit
        over.plot([end[0], 5.32], [end[1], y], color=s.CATEGORIES[index], lw=2, path_effects=CASING)
        over.plot(*end, "o", color=s.CATEGORIES[index], ms=6, mec="white")
        over.add_patch(Rectangle((5.32, y - 0.25), 1.62, 0.5, fc="white", **style))
        s.text(over, 6.13, y, f"{name}\n{words}", fontsize=s.SMALL, linespacing=1.15)
    drawn = []
    high = max((abs(m).max() for m in maps.values()), default=1.0) or 1.0
    for index, (name, values) in enumerate(maps.items()):
        scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
        at_left = 0.05 + index * (tile + 0.127)
        last = panel(fig, at_left, 0.66, tile, values, name, **scale)
        last.spines[:].set(color=s.CATEGORIES[index], lw=2.2, ls=s.DASHES[index])
        drawn.append(f"{name}, from {two(values.min())} to {two(values.max())}")
    if maps:
        colour_bar(fig, 1.75, 0.45, 3.5, last.images[0], "value on the map")
    reads = "; ".join(f"{name}: {words}" for name, _, words, _ in BRANCHES)
    return Picture(
        fig,
        f"A picture and {size}x{size} of its pixels, enlarged. Around the pixel at row {at[0]}, "
        f"column {at[1]} lie the windows of four branches, each inside the next. {reads}."
        + (f" Below, what each writes: {'; '.join(drawn)}." if maps else ""),
    )


@s.styled
def residual_sum(
    x: ArrayLike,
    change: ArrayLike,
    *,
    pixels: Mapping | None = None,
    activation: bool = True,
    largest: float | None = None,
) -> Picture:
    """x + F(x) = y on a picture, three panels; the marked pixels with their numbers.

    x, change: (height, width) or (height, width, 1), in the same unit. pixels: {letter: (row,
    column)}, three at most (default: the largest and the smallest change). activation: cut y at 0.
    largest: the change that gets the darkest colour (default: nearly the largest there is).
    """
    x, change = grey_map(x, "x"), grey_map(change, "change")
    if x.shape != change.shape:
        raise ValueError(f"x {x.shape} and F(x) {change.shape} must be of one shape to be added.")
    if pixels is None:
        pixels = {"A": change.argmax(), "B": change.argmin()}
        pixels = {name: np.unravel_index(at, x.shape) for name, at in pixels.items()}
    if len(pixels) > 3:
        raise ValueError(f"{len(pixels)} marked pixels; three at most can be read.")
    y = np.maximum(x + change, 0) if activation else x + change
    wide, lefts = 2.1, (0.04, 2.45, 4.86)
    tall = wide * x.shape[0] / x.shape[1]
    below = 0.1 + 0.24 * len(pixels)
    fig = Figure(figsize=(s.WIDTH, tall + below + 0.34))
    high = largest or np.quantile(abs(change), 0.995) or 1.0
    high = float(f"{high:.2g}")
    cut = "relu(x + F(x))" if activation else "x + F(x)"
    names = ("x: what came in", f"F(x): change, \u00b1{s.number(high)}", f"y = {cut}")
    sums = []
    for left, name, values in zip(lefts, names, (x, change, y), strict=True):
        scale = {"cmap": "gray", "vmin": min(0, x.min()), "vmax": x.max() or 1.0}  # as x
        if values is change:
            scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
        ax = panel(fig, left, below, wide, values, name, **scale)
        for line, (letter, at) in enumerate(pixels.items()):
            mark = {"mfc": "none", "mec": s.VERMILION, "mew": 2.2, "ms": 11}
            ax.plot(at[1], at[0], "s", path_effects=CASING, **mark)
            s.label(fig, left + wide / 2, below - 0.18 - 0.24 * line,
                    f"{letter}: {s.number(float(f'{values[tuple(at)]:.3g}'))}")  # fmt: skip
            ax.annotate(letter, (at[1], at[0]), (9, 0), textcoords="offset points", va="center",
                        weight="bold", path_effects=CASING)  # fmt: skip
    for left, sign in ((2.295, "+"), (4.705, "=")):
        place = left / s.WIDTH, (below + tall / 2) / fig.get_size_inches()[1]
        fig.text(*place, sign, ha="center", va="center", fontsize=20)
    for letter, at in pixels.items():
        a, b, c = (float(f"{values[tuple(at)]:.3g}") for values in (x, change, y))
        sums.append(f"{letter} {s.number(a)} + {s.factor(b)} = {s.number(c)}")
    quiet = (abs(change) < 0.1 * abs(x).max()).mean()
    return Picture(
        fig,
        f"Three pictures: the input x, the change F(x), smaller than a tenth of the largest input "
        f"at {quiet:.0%} of the pixels and drawn from \u2212{s.number(high)} to {s.number(high)}, "
        f"and the output y = {cut}. At the marked pixels: {s.listed(sums)}.",
    )
