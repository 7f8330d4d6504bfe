"""Sliders that follow a static figure and never carry the lesson: one function each.

They need a live notebook with ipywidgets; elsewhere they print one line. Every one has a goal,
and says whether it is reached.
"""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from helpers import arithmetic, figures
from helpers.figures.sharing import correlate

NO_SLIDERS = "The sliders need a live notebook: open this page in Colab or JupyterLab."


def _sliders(draw: Callable, **sliders: tuple) -> None:
    """Sliders (start, lowest, highest, step) for the arguments of `draw`, or a line of text."""
    try:
        from ipywidgets import FloatSlider, IntSlider, interact
    except ImportError:
        print(NO_SLIDERS)
        return
    controls = {}
    for name, (start, low, high, step) in sliders.items():
        kind = (
            IntSlider if all(isinstance(n, int) for n in (start, low, high, step)) else FloatSlider
        )
        controls[name] = kind(
            start, min=low, max=high, step=step, description=name.replace("_", " "),
            continuous_update=False, style={"description_width": "initial"},
        )  # fmt: skip
    interact(draw, **controls)


def _goal(reached: bool, words: str) -> None:
    print(f"{words} {'REACHED.' if reached else 'Not yet.'}")


# ---------------------------------------------------------------- lesson 01


def find_edges(
    photo: ArrayLike,
    flat: tuple[int, int, int, int] = (20, 60, 20, 90),
    edge: tuple[int, int, int, int] = (140, 180, 122, 126),
    names: tuple[str, str] = ("sky", "edge of the rocket"),
) -> None:
    """Slide five weights of a 3x3 kernel until a flat area vanishes and an edge stays.

    photo: grey, (height, width), uint8 or 0 to 1. flat, edge: (first row, end, first column, end)
    of two areas, called `names`; as they are, they fit the photograph "rocket". Reached when the
    mean size of the map's values is below 0.02 on the first and above 0.15 on the second.
    """
    photo = np.asarray(photo)
    photo = photo / 255 if photo.dtype == np.uint8 else photo.astype(float)

    def draw(up=0.0, left=0.0, centre=1.0, right=0.0, down=0.0):
        kernel = np.array([[0, up, 0], [left, centre, right], [0, down, 0]])
        sizes = abs(correlate(photo, kernel))
        gone, stays = (sizes[a:b, c:d].mean() for a, b, c, d in (flat, edge))
        _goal(
            gone < 0.02 and stays > 0.15,
            f"{names[0]} {gone:.2f} (goal: below 0.02), {names[1]} {stays:.2f} (goal: above "
            f"0.15). The weights add up to {kernel.sum():g}.",
        )
        return figures.kernels_on(photo, {"your kernel": kernel})

    weight = (-2.0, 5.0, 0.5)
    side = (0.0, *weight)
    _sliders(draw, up=side, left=side, centre=(1.0, *weight), right=side, down=side)


# ---------------------------------------------------------------- lesson 02


def window_sizes(size: int = 28, kernel_size: int = 5, half: int = 14) -> None:
    """Slide window, stride and zeros until a size is kept, and see which settings end on another.

    size: cells of the input; kernel_size: of the window that is to keep them, which is the goal;
    half: another output size: a line says how many settings of these sliders end on it.
    """

    def ends(kernel, strides, zeros):
        if kernel > size + 2 * zeros:
            return 0
        return arithmetic.conv_output(size, kernel, strides=strides, padding=zeros)

    ranges = {"kernel": (3, 1, 9, 1), "strides": (1, 1, 4, 1), "zeros": (0, 0, 4, 1)}
    settings = itertools.product(*(range(low, high + 1) for _, low, high, _ in ranges.values()))
    ways = sum(ends(*setting) == half for setting in settings)

    def draw(kernel=3, strides=1, zeros=0):
        out = ends(kernel, strides, zeros)
        _goal(
            kernel == kernel_size and out == size,
            f"{size} cells in, {out} out (goal: {size} with a window of {kernel_size}).",
        )
        if out == half:
            print(f"One of {ways} settings of these sliders that end on {half}. Find another.")
        return figures.window_row(size, kernel, strides=strides, padding=zeros) if out else None

    _sliders(draw, **ranges)


# ---------------------------------------------------------------- lesson 03


def choose_widths(budget: int = 90_000, *, last: int = 128, together: int = 240) -> None:
    """Slide the widths of three 3x3 layers on a colour image, within a budget of parameters.

    Reached with at least `last` channels at the end and `together` channels in all three, for at
    most `budget` parameters. The middle layer's channels are paid for twice.
    """

    def draw(first=64, second=128, third=128):
        widths = (3, first, second, third)
        pairs = zip(widths, widths[1:], strict=False)
        counts = [arithmetic.conv_parameters((3, 3), c, filters=f) for c, f in pairs]
        _goal(
            sum(counts) <= budget and third >= last and sum(widths[1:]) >= together,
            f"{sum(counts):,} parameters (goal: at most {budget:,}), {third} channels at the end "
            f"(goal: {last}), {sum(widths[1:])} in all (goal: {together}).",
        )
        rows = [
            (f"3x3, layer {i}", f, n) for i, f, n in zip((1, 2, 3), widths[1:], counts, strict=True)
        ]
        return figures.channel_chain([("red, green, blue", 3), *rows])

    width = (16, 160, 8)
    _sliders(draw, first=(64, *width), second=(128, *width), third=(128, *width))


# ---------------------------------------------------------------- lesson 04


def move_garment(picture: ArrayLike, *, margin: int = 4) -> None:
    """Move a garment by pixels, and see whether max pooling writes what it wrote before.

    picture: (height, width), 0 to 1; a dark margin is laid around it, so that nothing leaves.
    Reached when it has moved, and what is written is what was written before, moved by whole cells.
    """
    wide = np.pad(np.asarray(picture, float), margin)

    def pool(x, size):
        rows, columns = (n // size for n in x.shape)
        x = x[: rows * size, : columns * size]
        return x.reshape(rows, size, columns, size).max((1, 3))

    def draw(down=0, right=0, pool_size=2):
        moved = np.roll(wide, (down, right), axis=(0, 1))  # only the margin leaves, and comes back
        before, after = pool(wide, pool_size), pool(moved, pool_size)
        steps = itertools.product(range(-margin, margin + 1), repeat=2)
        same = any(np.array_equal(np.roll(before, step, axis=(0, 1)), after) for step in steps)
        lit = (before > 0) | (after > 0)
        kept = (before == after)[lit].mean()
        _goal(
            same and (down, right) != (0, 0),
            f"{kept:.0%} of the lit cells hold the same number as before. Goal: move it, and have "
            "the old cells again, all of them, only elsewhere.",
        )
        pictures = {"moved": moved, "pooled before": before, "pooled after": after}
        return figures.images(pictures, columns=3)

    shift = (0, -margin, margin, 1)
    _sliders(draw, down=shift, right=shift, pool_size=(2, 2, 4, 1))


# ---------------------------------------------------------------- lesson 05


def mix_channels(
    photo: ArrayLike,
    vanish: tuple[int, int] = (17, 100),
    keep: tuple[int, int] = (200, 200),
    names: tuple[str, str] = ("white rim", "red saucer"),
) -> None:
    """Slide the three weights of a 1x1 filter until one thing vanishes and another stays.

    photo: (height, width, 3), uint8 or 0 to 1. vanish, keep: (row, column) of two 3x3 patches,
    called `names`; as they are, they fit the photograph "coffee". Reached when the filter writes
    less than 0.03 on the first and more than 0.3 on the second, signs apart.
    """
    photo = np.asarray(photo)
    photo = photo / 255 if photo.dtype == np.uint8 else photo.astype(float)
    patches = [photo[r - 1 : r + 2, c - 1 : c + 2].mean((0, 1)) for r, c in (vanish, keep)]

    def draw(red=0.5, green=0.5, blue=0.0):
        weights = np.array([red, green, blue])
        gone, stays = (float(patch @ weights) for patch in patches)
        _goal(
            abs(gone) < 0.03 and abs(stays) > 0.3,
            f"{names[0]} {gone:.2f} (goal: below 0.03), {names[1]} {stays:.2f} (goal: above 0.3), "
            "signs apart.",
        )
        return figures.filters_on(photo[::2, ::2], {"your filter": weights})

    weight = (-1.0, 1.0, 0.1)
    _sliders(draw, red=(0.5, *weight), green=(0.5, *weight), blue=(0.0, *weight))


# ---------------------------------------------------------------- lesson 06


def shift_wall(wall: ArrayLike, class_maps: Callable, classes: Mapping, *, most: int = 12) -> None:
    """Shift a picture and see its class maps move with it; their means are the scores.

    wall: (height, width) or (height, width, 1), with a margin of 20 black pixels, more than the
    net sees around a position; class_maps: a function from such a picture to its class maps
    (rows, columns, classes); classes: {name: index}, up to four. Free places are filled with
    zeros. Reached when a shift of one or two pixels changes a score by 0.1 or more: only odd ones
    do, for the windows of the net's pooling start at every second position.
    """
    wall = np.asarray(wall)
    at = list(classes.values())
    before = np.asarray(class_maps(wall)).mean((0, 1))

    def draw(down=0, right=0):
        shifted = np.zeros_like(wall)
        rows, columns = wall.shape[0] - abs(down), wall.shape[1] - abs(right)
        shifted[max(down, 0) : max(down, 0) + rows, max(right, 0) : max(right, 0) + columns] = wall[
            max(-down, 0) : max(-down, 0) + rows, max(-right, 0) : max(-right, 0) + columns
        ]
        maps = np.asarray(class_maps(shifted))
        change = float(abs(maps.mean((0, 1)) - before)[at].max())
        _goal(
            change >= 0.1 and abs(down) + abs(right) <= 2,
            f"Shifted by {abs(down) + abs(right)}, largest change of a score {change:.2f} (goal: "
            "0.1 or more with a shift of 1 or 2).",
        )
        return figures.class_maps_over({"the wall": shifted}, {"the wall": maps}, classes)

    _sliders(draw, down=(0, -most, most, 1), right=(0, -most, most, 1))


# ---------------------------------------------------------------- lesson 07


def branch_widths(
    input_channels: int = 192, size: tuple[int, int] = (28, 28), *, macs: int = 64_000_000
) -> None:
    """Slide the widths of an Inception module: as many channels as 3a for half of its MACs.

    input_channels, size: of the maps that the module reads. Reached with 256 channels or more, at
    least 128 of them from the 3x3 and the 5x5 branch, for at most `macs`.
    """

    def cost(kernel_size, channels, filters):
        return arithmetic.conv_macs(kernel_size, channels, filters=filters, output_size=size)

    def draw(only_1x1=64, reduce_3x3=96, to_3x3=128, reduce_5x5=16, to_5x5=32, pool_1x1=32):
        branches = [
            [("1x1", only_1x1, cost(1, input_channels, only_1x1))],
            [("1x1", reduce_3x3, cost(1, input_channels, reduce_3x3)),
             ("3x3", to_3x3, cost(3, reduce_3x3, to_3x3))],
            [("1x1", reduce_5x5, cost(1, input_channels, reduce_5x5)),
             ("5x5", to_5x5, cost(5, reduce_5x5, to_5x5))],
            [("3x3 max pool", input_channels, 0),
             ("1x1", pool_1x1, cost(1, input_channels, pool_1x1))],
        ]  # fmt: skip
        work = sum(layer[2] for branch in branches for layer in branch)
        channels = only_1x1 + to_3x3 + to_5x5 + pool_1x1
        _goal(
            work <= macs and channels >= 256 and to_3x3 + to_5x5 >= 128,
            f"{work / 1e6:.1f} M MACs (goal: at most {macs / 1e6:.0f} M), {channels} channels "
            f"(goal: 256), {to_3x3 + to_5x5} of them from 3x3 and 5x5 (goal: 128).",
        )
        return figures.module_ribbons(branches, input_channels=input_channels)

    _sliders(
        draw, only_1x1=(64, 16, 192, 16), reduce_3x3=(96, 8, 128, 8), to_3x3=(128, 16, 192, 16),
        reduce_5x5=(16, 8, 64, 8), to_5x5=(32, 16, 96, 16), pool_1x1=(32, 16, 128, 16),
    )  # fmt: skip


# ---------------------------------------------------------------- lesson 08


def restore(photo: ArrayLike) -> None:
    """Give a blurred photograph back what it lost: x + F(x), with F(x) as strong as you slide it.

    photo: (height, width) or (height, width, channels), of which the second channel is taken; 0 to
    255. x is the photograph, blurred; F(x) is the slider times one 3x3 filter on x, set by hand.
    Reached within one percent of the smallest error that any strength leaves.
    """
    photo = np.asarray(photo, float)
    sharp = photo if photo.ndim == 2 else photo[..., min(1, photo.shape[-1] - 1)]
    x = correlate(sharp, np.outer([1, 2, 1], [1, 2, 1]) / 16)
    change = correlate(x, np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4)
    x, sharp = x[1:-1, 1:-1], sharp[2:-2, 2:-2]

    def error(strength):
        return float(np.sqrt(np.mean((np.maximum(x + strength * change, 0) - sharp) ** 2)))

    at = np.unravel_index(np.argmax(abs(change)), change.shape)
    most = 4 * float(np.quantile(abs(change), 0.995))  # one scale for all strengths
    best = min(error(strength) for strength in np.arange(0, 8.01, 0.25))

    def draw(strength=0.0):
        now = error(strength)
        _goal(
            now <= 1.01 * best,
            f"Distance to the sharp photograph {now:.2f} grey levels (goal: {1.01 * best:.2f}), "
            f"without F(x) {error(0):.2f}.",
        )
        return figures.residual_sum(x, strength * change, pixels={"A": at}, largest=most)

    _sliders(draw, strength=(0.0, 0.0, 8.0, 0.25))


# ---------------------------------------------------------------- lesson 09


def even_stamp(photo: ArrayLike) -> None:
    """Slide four weights of a stamp until a photograph twice as large has no grid on it.

    photo: (height, width), 0 to 1. The stamp is 4x4, the weights multiplied with each other, and
    the stride is 2. Reached when a grey surface stays even and the weights are not all equal.
    """
    photo = np.asarray(photo, float)

    def enlarge(x, row):
        large, stamp = np.zeros([2 * n + 2 for n in x.shape]), np.outer(row, row)
        for (r, c), weight in np.ndenumerate(stamp):
            large[r : r + 2 * x.shape[0] : 2, c : c + 2 * x.shape[1] : 2] += weight * x
        return large[3:-3, 3:-3]  # away from the border every cell is written four times

    def draw(first=0.2, second=0.5, third=1.0, fourth=0.6):
        row = np.array([first, second, third, fourth])
        grey = enlarge(np.ones((6, 6)), row)
        even = np.ptp(grey) < 1e-9
        _goal(
            even and row.any() and np.ptp(row) > 1e-9,
            f"A surface of 1 becomes {grey.min():.2f} to {grey.max():.2f} (goal: one number "
            "everywhere, with weights that are not all equal).",
        )
        return figures.own_scales({"the photograph": photo, "with your stamp": enlarge(photo, row)})

    weight = (0.0, 1.0, 0.05)
    _sliders(
        draw, first=(0.2, *weight), second=(0.5, *weight), third=(1.0, *weight),
        fourth=(0.6, *weight),
    )  # fmt: skip


# ---------------------------------------------------------------- lesson 10


def spread_rates(photo: ArrayLike, at: tuple[int, int] = (24, 17), *, width: int = 27) -> None:
    """Slide the rates of three 3x3 layers until they see as far as they can without a hole.

    photo: grey, (height, width), uint8 or 0 to 1; at: row and column of the output. Reached where
    the stack is `width` pixels wide and reads each of them: 27 at most, for three windows of three
    cannot reach more than 3 * 3 * 3 pixels of a row.
    """

    def draw(first=2, second=2, third=2):
        rates, row = (first, second, third), np.ones(1, int)
        for rate in rates:
            row = np.convolve(row, np.bincount([0, rate, 2 * rate]))
        wide, read = len(row), np.count_nonzero(row)
        _goal(
            wide == read == width,
            f"{wide} wide (goal: {width}), {read} of {wide} pixels of a row read (goal: all).",
        )
        if wide > 2 * min(*at, *np.subtract(np.shape(photo)[:2], at) - 1) - 1:
            print("That is wider than the photograph around this pixel: no picture.")
            return None
        title = "-".join(map(str, rates))
        return figures.views_on(photo, {title: np.outer(row, row)}, at=at)

    rate = (2, 1, 9, 1)
    _sliders(draw, first=rate, second=rate, third=rate)


# ---------------------------------------------------------------- lesson 11


def turn_edges(photo: ArrayLike) -> None:
    """Turn an edge kernel from vertical to horizontal edges and see how well it can be split.

    photo: grey, (height, width), uint8 or 0 to 1. Drawn are the kernel, the product of the best
    column and row, and what that leaves out. Reached where the best split keeps about three
    quarters of the squared weights.
    """
    sobel = np.outer([1, 2, 1], [-1, 0, 1])

    def draw(degrees=0):
        angle = np.deg2rad(degrees)
        kernel = np.cos(angle) * sobel + np.sin(angle) * sobel.T
        u, sizes, v = np.linalg.svd(kernel)
        split = sizes[0] * np.outer(u[:, 0], v[0])
        share = sizes[0] ** 2 / (sizes**2).sum()
        _goal(
            abs(share - 0.75) < 0.02,
            f"The best split keeps {share:.0%} of the squared weights (goal: 75%).",
        )
        return figures.kernels_on(
            photo, {"kernel": kernel, "best split": split, "left out": kernel - split}
        )

    _sliders(draw, degrees=(0, 0, 90, 5))


# ---------------------------------------------------------------- lesson 12


def mix_in_groups(mixed: Callable, channels: int = 24, goal: int = 240) -> None:
    """Slide groups and layers until every output reads every channel, with few weights.

    mixed(channels, groups, rounds): the table of who reads whom of so many grouped 1x1 layers with
    shuffles between, as lesson_12.mixed. Reached when the table is full and the layers have fewer
    than `goal` weights together. 24 channels can do it with 216: three layers of 8 groups.
    """
    divisors = [g for g in range(1, channels + 1) if channels % g == 0]

    def draw(groups=2, rounds=1):
        groups = min(divisors, key=lambda g: abs(g - groups))
        reads = mixed(channels, groups, rounds)
        weights = rounds * channels * channels // groups
        _goal(
            bool(reads.all()) and weights < goal,
            f"{reads.sum()} of {reads.size} pairs with {weights} weights "
            f"(goal: all pairs with fewer than {goal}).",
        )
        return figures.who_reads_whom({f"{groups} groups, {rounds} layers": reads})

    _sliders(draw, groups=(2, 1, channels, 1), rounds=(1, 1, 6, 1))
