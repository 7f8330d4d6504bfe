"""One filter on all its input channels, in which directions it slides, what a layer costs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from numpy.typing import ArrayLike
from PIL import Image

from helpers import arithmetic
from helpers.figures import _style as s
from helpers.figures import pictures as p
from helpers.figures._style import Picture

TINTS = np.array([[1, 0.15, 0.1], [0.15, 0.85, 0.3], [0.2, 0.4, 1]])  # red, green, blue
NAMES = ("red", "green", "blue")


def one_by_one(image: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    """Every channel through its own kernel, padding "valid", not yet added: (rows, columns, c)."""
    tall, wide = (n - k + 1 for n, k in zip(image.shape, kernels.shape[:2], strict=False))
    return sum(
        kernels[r, c] * image[r : r + tall, c : c + wide] for r, c in np.ndindex(kernels.shape[:2])
    )


# ---------------------------------------------------------------- partial maps and their sum


@s.styled
def partial_maps(
    image: ArrayLike, kernels: ArrayLike, *, bias: float = 0.0, picture: ArrayLike | None = None
) -> Picture:
    """One filter on a whole picture: each channel, its kernel, its partial map; and their sum.

    image: (height, width, channels), a photograph (uint8 or 0 to 1) or a layer's maps, 12 channels
    at most; kernels: one filter, (rows, columns, channels), padding "valid"; picture: what the
    maps were made from, to be shown beside them. ValueError where the channels do not agree.
    """
    image, kernels = s.array(image, 3, "image"), s.array(kernels, 3, "kernels").astype(float)
    channels = image.shape[-1]
    if kernels.shape[-1] != channels or channels > 12:
        raise ValueError(
            f"image {image.shape} and kernels {kernels.shape}: a filter has one kernel for every "
            "channel of its input, and 12 at most can be drawn."
        )
    if any(k > n for k, n in zip(kernels.shape[:2], image.shape, strict=False)):
        raise ValueError(f"kernels {kernels.shape} are larger than the image {image.shape}.")
    image = image / 255 if image.dtype == np.uint8 else image.astype(float)
    colours = channels == 3 and image.min() >= 0 and image.max() <= 1
    maps = one_by_one(image, kernels)
    output = maps.sum(-1) + bias
    values = np.concatenate([maps, output[..., None]], axis=-1)
    high = np.quantile(abs(values), 0.985) or abs(values).max() or 1.0
    high = float(f"{high:.2g}")  # one scale, 0 is white
    scale = {"cmap": s.SIGNED, "vmin": -high, "vmax": high}
    groups = 1 if channels <= 4 else 2
    per, gap = -(-channels // groups), 0.22 if groups == 1 else 0.1
    wide = min((s.WIDTH - 0.12 - per * gap) / (per + 1), 1.9)
    tall = wide * image.shape[0] / image.shape[1]
    below = wide * maps.shape[0] / maps.shape[1]  # the height of a partial map
    box = max(0.27, *(s.wide(s.number(k), 9) + 0.05 for k in kernels.flat))  # of one weight
    written = groups == 1 and box * kernels.shape[1] <= wide  # as numbers, or as colours
    middle = 0.27 * kernels.shape[0] if written else 0.6 * wide  # the height of a kernel
    group = tall + below + middle + 0.74  # from one title to the end of the partial map
    fig = Figure(figsize=(s.WIDTH, groups * group + 0.72))
    start = (s.WIDTH - (per + 1) * wide - per * gap) / 2
    over = fig.add_axes((0, 0, 1, 1), xlim=(0, s.WIDTH), ylim=(0, groups * group + 0.72))
    over.axis("off")
    names = NAMES if colours else [f"channel {c}" for c in range(channels)]
    grey = {"cmap": "gray", "vmin": min(0, image.min()), "vmax": image.max() or 1.0}
    reach = abs(kernels).max() or 1.0
    for c, name in enumerate(names):
        left = start + c % per * (wide + gap)
        low = 0.72 + (groups - 1 - c // per) * group
        shown = image[..., c, None] * TINTS[c] if colours else image[..., c]
        title = name if groups == 1 else str(c)
        p.panel(
            fig, left, low + below + middle + 0.44, wide, shown, title, **({} if colours else grey)
        )
        centre = left + wide / 2, low + below + 0.3 + middle / 2
        if written:
            _numbers(over, kernels[..., c], *centre, box)
        else:
            corner = centre[0] - middle / 2, centre[1] - middle / 2 + 0.02
            colour = {"cmap": s.SIGNED, "vmin": -reach, "vmax": reach}
            p.panel(fig, *corner, middle, kernels[..., c], **colour)
        drawn = p.panel(fig, left, low + 0.08, wide, maps[..., c], "", **scale)
        if groups == 1:
            drawn.set_title("partial map", fontsize=s.SMALL, pad=4)
        if c < channels - 1:
            sign = left + wide + gap / 2, low + 0.08 + below / 2
            s.text(over, *sign, "+", fontsize=16 if groups == 1 else 11)
    left = start + per * (wide + gap)
    s.text(over, left - gap / 2, 0.8 + below / 2, "=", fontsize=16 if groups == 1 else 11)
    last = p.panel(fig, left, 0.8, wide, output, "", **scale)
    last.spines[:].set(color=s.BLUE, lw=2.4)
    last.set_title("sum + bias" if bias else "their sum", pad=4)
    words = f"one filter:\n{s.counted(channels, 'kernel')}" + (
        f",\nbias {s.number(bias)}" if bias else ""
    )
    s.text(over, left + wide / 2, 0.8 + below + 0.28 + middle / 2, words, fontsize=s.SMALL)
    if picture is None and colours:
        picture = image
    if picture is not None:
        top = 0.72 + (groups - 1) * group + below + middle + 0.44
        options = {} if np.ndim(picture) == 3 else {"cmap": "gray"}
        p.panel(fig, left, top, wide, picture, "picture", **options)
    beyond = abs(values).max() > high
    words = "value on a map; stronger ones as the ends" if beyond else "value on a map"
    own = "" if written else f"from {s.number(round(-reach, 2))} to {s.number(round(reach, 2))}"
    words += f"; kernels on their own scale, {own}" if own else ""
    ends = {"extend": "both" if beyond else "neither"}
    p.colour_bar(fig, s.WIDTH / 2 - 1.6, 0.45, 3.2, last.images[0], words, **ends)
    told = [
        f"{name}{', kernel ' + s.rows(kernels[..., c]) if written else ''}: partial map "
        f"{s.span(maps[..., c].round(2))}"
        for c, name in enumerate(names)
    ]
    added = f" and the bias {s.number(bias)}" if bias else ""
    return Picture(
        fig,
        f"One filter of {s.counted(channels, 'kernel')}, {kernels.shape[0]}x{kernels.shape[1]} "
        f"each, on {s.counted(channels, 'channel')} of {image.shape[0]}x{image.shape[1]}. "
        f"{'; '.join(told)}. Their sum{added}: one map, {s.span(output.round(2))}."
        + (f" Kernels in colours of their own, {own}." if own else "")
        + (f" Colours end at {s.number(-high)} and {s.number(high)}." if beyond else ""),
    )


def _numbers(ax, kernel, x, y, width, cell=0.27):
    """A kernel as a small table of numbers around (x, y)."""
    rows, columns = kernel.shape
    for (row, column), value in np.ndenumerate(kernel):
        corner = x + (column - columns / 2) * width, y + (rows / 2 - row - 1) * cell
        ax.add_patch(Rectangle(corner, width, cell, fc=s.READ, ec="#999999", lw=0.7))
        at = corner[0] + width / 2, corner[1] + cell / 2
        s.text(ax, *at, s.number(value), fontsize=9)


# ---------------------------------------------------------------- directions


@s.styled
def sliding_directions(photo: ArrayLike, clip: ArrayLike, *, depth: int = 2) -> Picture:
    """Conv2D's box on the channels of a photograph beside Conv3D's box in a clip.

    photo: (height, width, 3), uint8 or 0 to 1; clip: (frames, height, width); depth: of Conv3D's
    box, in frames, fewer than there are (8 at most).
    """
    photo, clip = p.colour(photo), s.array(clip, 3, "clip")
    frames = len(clip)
    if not 1 <= depth < frames <= 8:
        raise ValueError(f"depth={depth} of {frames} frames: expected fewer than there are, of 8.")
    fig, ax = s.canvas(s.WIDTH, 3.95)
    tinted = [photo[..., c, None] * TINTS[c] for c in range(3)]
    _sheets(ax, 0.15, tinted, [n[0].upper() for n in NAMES], 3, s.VERMILION, "Conv2D")
    numbers = [str(n) for n in range(frames)]
    _sheets(ax, 3.62, list(clip), numbers, depth, s.BLUE, "Conv3D")
    deep = s.counted(depth, "frame")
    left = "the box is as deep as the picture\nand slides in 2 directions"
    right = f"the box is {deep} deep, of {frames},\nand slides in 3 directions"
    s.text(ax, 1.65, 0.3, left, linespacing=1.3)
    s.text(ax, 5.3, 0.3, right, linespacing=1.3)
    return Picture(
        fig,
        "Left, Conv2D: the 3 channels R, G and B of a photograph as sheets; a box goes through all "
        "of them and slides right and down, in 2 directions. Right, Conv3D: a clip of "
        f"{frames} frames, {s.listed(range(frames))}; a box {deep} deep slides right, down and "
        "through the frames, in 3 directions.",
    )


def _sheets(ax, left, sheets, names, depth, colour, title, side=1.9):
    """Pictures as sheets, the first in front, and a box that goes through `depth` of them."""
    n, limits = len(sheets), (ax.get_xlim(), ax.get_ylim())
    step = min(0.95 / (n - 1), 0.3)
    base = 0.75 + (0.95 - (n - 1) * step) / 2
    for index in reversed(range(n)):
        x, y = left + index * step, base + index * step
        options = {} if np.ndim(sheets[index]) == 3 else {"cmap": "gray"}
        place = (x, x + side, y, y + side)
        ax.imshow(sheets[index], extent=place, aspect="auto", zorder=2, **options)
        ax.add_patch(Rectangle((x, y), side, side, fill=False, ec="white", lw=1.6, zorder=2))
        if index:
            white = {"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.85}
            at = x + side - 0.09, y + side - 0.11
            s.text(ax, *at, names[index], fontsize=9, bbox=white, zorder=2.5)
    white = {"fc": "white", "ec": "none", "pad": 0.8, "alpha": 0.85}
    s.text(ax, left + side - 0.09, base + side - 0.11, names[0], fontsize=9, bbox=white, zorder=3)
    ax.set(xlim=limits[0], ylim=limits[1])
    high = base + side + (n - 1) * step + 0.2
    s.text(ax, left + (side + (n - 1) * step) / 2, high, title, weight="bold")
    box, x, y = 0.55, left + 0.3, base + side - 0.95
    shift = (depth - 1) * step
    line = {"color": colour, "lw": 2.4, "path_effects": p.CASING, "zorder": 4}
    for dx, dy in ((0, 0), (box, 0), (0, box), (box, box)):
        ax.plot([x + dx, x + dx + shift], [y + dy, y + dy + shift], **line)
    edge = {"fill": False, "ec": colour, "lw": 2.4, "path_effects": p.CASING}
    ax.add_patch(Rectangle((x + shift, y + shift), box, box, ls="--", zorder=4, **edge))
    ax.add_patch(Rectangle((x, y), box, box, zorder=5, **edge))
    style = {"color": colour, "lw": 3, "mutation_scale": 20, "path_effects": p.CASING, "zorder": 6}
    s.arrow(ax, (x + box + 0.06, y + box / 2), (x + box + 0.66, y + box / 2), **style)
    s.arrow(ax, (x + box / 2, y - 0.06), (x + box / 2, y - 0.5), **style)
    if depth < n:
        start = x + box + shift + 0.06, y + box + shift + 0.06
        far = (n - 1) * step - shift - 0.1
        s.arrow(ax, start, (start[0] + far, start[1] + far), **style)


# ---------------------------------------------------------------- what a stage costs


@s.styled
def stage_costs(photo: ArrayLike, stages: Sequence) -> Picture:
    """3x3 layers that keep their channels, as slabs, with what each of them costs.

    photo: square, (height, width, 3), uint8 or 0 to 1, shown on the slabs' fronts at their size;
    stages: two or three (size, channels), such as (56, 64): a layer from 64 to 64 channels on
    maps of 56x56. MACs, parameters (with biases) and memory (4 bytes a number), each row of bars
    on a scale of its own, as are the slabs' fronts and their depths.
    """
    photo = p.colour(photo)
    if not 2 <= len(stages) <= 3 or photo.shape[0] != photo.shape[1]:
        raise ValueError(f"Expected a square photo and two or three stages; got {stages}.")
    wide, largest = s.WIDTH / len(stages), max(size for size, _ in stages)
    deepest = max(channels for _, channels in stages)
    fig, ax = s.canvas(s.WIDTH, 4.0)
    rows, told = [], []
    for size, channels in stages:
        macs = arithmetic.conv_macs((3, 3), channels, filters=channels, output_size=(size, size))
        weights = arithmetic.conv_parameters((3, 3), channels, filters=channels)
        rows.append((macs, weights, size * size * channels * 4))
        told.append(
            f"{size}x{size}x{channels}: MACs {macs:,}, parameters {weights:,}, memory "
            f"{rows[-1][2]:,} bytes"
        )
    limits, low = (ax.get_xlim(), ax.get_ylim()), 2.1
    for column, (size, channels) in enumerate(stages):
        side, deep = 1.25 * size / largest, 1.5 * channels / deepest
        dx, dy = 0.72 * deep, 0.42 * deep
        x, y = (column + 0.5) * wide - (side + dx) / 2, low + 0.15
        top = [(x, y + side), (x + dx, y + side + dy), (x + dx + side, y + side + dy)]
        right = [(x + side, y), (x + side + dx, y + dy), (x + side + dx, y + side + dy)]
        for corners in ([*top, (x + side, y + side)], [*right, (x + side, y + side)]):
            ax.add_patch(Polygon(corners, closed=True, fc=s.WRITTEN, ec=s.LINE, lw=0.8))
        small = Image.fromarray((photo * 255).round().astype("uint8"))
        small = np.asarray(small.resize((size, size), Image.Resampling.BOX))
        ax.imshow(small, extent=(x, x + side, y, y + side), aspect="auto", interpolation="nearest")
        ax.add_patch(Rectangle((x, y), side, side, fill=False, ec=s.LINE, lw=0.8))
        s.text(ax, (column + 0.5) * wide, low - 0.1, f"{size}x{size}x{channels}", weight="bold")
        left = column * wide + 0.12
        for row, name in enumerate(("MACs", "parameters", "bytes of memory")):
            values = [costs[row] for costs in rows]
            share, at = values[column] / max(values), 1.5 - row * 0.56
            bar = {"fc": s.CATEGORIES[row], "alpha": 0.6, "hatch": s.HATCHES[row + 1]}
            corner = (left, at - 0.22)
            ax.add_patch(Rectangle(corner, (wide - 0.3) * share, 0.2, ec=s.BLACK, lw=0.8, **bar))
            s.text(ax, left, at + 0.1, f"{values[column]:,} {name}", ha="left", fontsize=s.SMALL)
    ax.set(xlim=limits[0], ylim=limits[1])
    return Picture(
        fig,
        "Feature maps as slabs: heights and widths on one scale, depths, the channels, on "
        f"another; below each what a 3x3 layer costs that keeps them. {'; '.join(told)}.",
    )
