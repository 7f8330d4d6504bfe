"""Every drawing: no warning, nothing clipped, tiny or overlapping; numbers as computed."""

import base64
import importlib
import io
import re
import subprocess
import sys
import types
import warnings
from collections import namedtuple
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.text import Text
from PIL import Image

from helpers import datasets, figures

rng = np.random.default_rng(0)
PHOTO = rng.integers(0, 256, (64, 48, 3), dtype=np.uint8)
BAND = np.cumsum(rng.random((3, 12)), axis=1)
SOBEL = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]

Guess = namedtuple("Guess", "guess right unit", defaults=[""])  # as checks.guesses() gives them

DRAWINGS = {
    "window": lambda: figures.window(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]]),
    "window, same": lambda: figures.window(rng.integers(-99, 99, (5, 5)), SOBEL, padding="same"),
    "window, strides and zeros": lambda: figures.window(
        rng.normal(size=(4, 5)).round(1), SOBEL, padding=1, strides=2, position=(1, 2)
    ),
    "window, dilated": lambda: figures.window(
        np.arange(49).reshape(7, 7), SOBEL, dilation_rate=2, position=(1, 1)
    ),
    "window of one": lambda: figures.window([[2]], [[3]]),
    "pixel": lambda: figures.pixel_column([2, 1, -1], [0.5, 1, -0.5]),
    "pixel, one channel": lambda: figures.pixel_column([2], [3], position=(0, 0), size=(1, 1)),
    "pixel, largest": lambda: figures.pixel_column(
        rng.normal(size=6), rng.normal(size=(6, 3)), bias=[0.5, -1, 0]
    ),
    "sum": lambda: figures.channel_sum(np.arange(18).reshape(3, 3, 2), np.ones((2, 2, 2))),
    "sum, four channels": lambda: figures.channel_sum(
        rng.normal(size=(3, 4, 4)), rng.normal(size=(2, 2, 4)), bias=-0.5, position=(1, 2)
    ),
    "chain": lambda: figures.channel_chain(
        [("input", 3), ("3x3", 512, 14336), ("1x1", 64, 32832), ("1x1", 1024, 66560)], title="T"
    ),
    "chain of one": lambda: figures.channel_chain([("input", 1)]),
    "heat": lambda: figures.heat_map({"a": rng.normal(size=(4, 3)), "b": np.zeros((4, 3))}),
    "heat, axes": lambda: figures.heat_map(
        np.arange(40).reshape(2, 20), xlabel="column", ylabel="row", bar="what"
    ),
    "heat, constant": lambda: figures.heat_map([[0, 0]]),
    "readers": lambda: figures.who_reads_whom(
        {"dense": np.ones((9, 9)), "grouped": np.kron(np.eye(3), np.ones((3, 3))), "d": np.eye(9)}
    ),
    "readers, many": lambda: figures.who_reads_whom(np.kron(np.eye(8), np.ones((8, 8)))),
    "readers, one": lambda: figures.who_reads_whom([[1]]),
    "strip": lambda: figures.coverage_strip(5, 3, strides=2),
    "strip, one": lambda: figures.coverage_strip(1, 1),
    "strip, long": lambda: figures.coverage_strip(8, 5, strides=2),
    "images": lambda: figures.images({"photograph": PHOTO, "grey": PHOTO.mean(-1) / 255}),
    "images, many": lambda: figures.images(
        [PHOTO] * 10, titles=["a title in many words"] * 10, columns=5
    ),
    "photographs": lambda: figures.images(
        {name: datasets.photograph(name) for name in datasets.PHOTOGRAPHS}
    ),
    "image": lambda: figures.images([PHOTO[..., :1]]),
    "maps": lambda: figures.feature_maps(rng.random((14, 14, 16))),
    "maps, signed": lambda: figures.feature_maps(rng.normal(size=(7, 9, 2)), titles=["x", "y"]),
    "maps, most": lambda: figures.feature_maps(rng.random((7, 7, 64)), columns=16),
    "kernels": lambda: figures.kernels(rng.normal(size=(3, 3, 3, 4))),
    "kernels, most": lambda: figures.kernels(rng.normal(size=(5, 5, 1, 16))),
    "kernels, 1x1": lambda: figures.kernels(rng.normal(size=(1, 1, 3, 8))),
    "kernels, zero": lambda: figures.kernels(np.zeros((3, 3, 1, 1))),
    "curves": lambda: figures.learning_curves(
        {"plain": {"8 layers": BAND, "34 layers": BAND + 1}, "residual": {"8 layers": BAND}}
    ),
    "curves, six": lambda: figures.learning_curves(
        {f"network number {n}": BAND[n % 3] * n + 1 for n in range(6)}, log=True, ylim=(1, 90)
    ),
    "curves, one epoch": lambda: figures.learning_curves({"a": [0.5]}),
    "cost": lambda: figures.accuracy_against_cost(
        {"plain": (1.2e6, [81, 82, 83]), "residual": (1.25e6, 84), "Inception": (1.3e6, 83.5),
         "MobileNet": (3e5, [80, 81]), "ShuffleNet": (2.8e5, 79)}
    ),
    "cost, log": lambda: figures.accuracy_against_cost(
        {"residual with bottleneck": (1.25e9, 0.84), "a": (1.2e6, 0.8), "b": (1.2e6, 0.8)}
    ),
    "cost, one": lambda: figures.accuracy_against_cost({"a": (5, 0.5)}),
    "guesses": lambda: figures.guesses(
        [Guess(64, 512, "channels"), Guess(2.5, 2.5), Guess((3, 3), (3, 3), "shape"),
         Guess(1.6e6, 233_600, "parameters"), Guess("A", "B"), Guess(0, 3, "zeros")]
    ),
    "guesses, none": lambda: figures.guesses([]),
    "guesses, letters": lambda: figures.guesses([Guess("A", "A"), Guess("C", "B")]),
    "guesses, many": lambda: figures.guesses(
        [Guess(10.0 ** (n % 5 + 1), 10.0 ** (n % 6 + 1), "MACs") for n in range(12)]
    ),
}  # fmt: skip


def words(fig):
    return [t.get_text() for t in fig.findobj(Text) if t.get_text()]


def value(text):
    """'−1,024' as a number."""
    return float(text.replace("\u2212", "-").replace(",", ""))


def sums(fig):
    """Every written sum as (its own result evaluated, the result written beside it)."""
    found = []
    for text in words(fig):
        text = text.replace("\n= ", " = ").replace("\n+ ", " + ")
        for line in text.split("\n"):
            if "=" in line and "\u00d7" in line or line.startswith("output: "):
                left, right = line.split(": ")[-1].replace("(bias)", "").split(" = ")
                left = left.replace("\u00d7", "*").replace("\u2212", "-")
                found.append((eval(left), value(right)))  # arithmetic that we just wrote
    return found


def boxes(fig, colour):
    same = matplotlib.colors.to_rgba(colour)
    return [r for r in fig.findobj(Rectangle) if r.get_facecolor() == same]


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settings = dict(matplotlib.rcParams)
        picture = DRAWINGS[name]()
        assert dict(matplotlib.rcParams) == settings
        fig, data = picture.figure, figures.png(picture.figure)
    assert isinstance(picture, figures.Picture) and len(picture.alt) >= 20
    file = Image.open(io.BytesIO(data))
    assert file.mode == "P" and len(data) < 1024 * (200 if name == "photographs" else 100)
    assert fig.dpi == 200 and 260 <= fig.get_figwidth() * 100 <= 900
    texts = [t for t in fig.findobj(Text) if t.get_text() and t.get_visible()]
    assert min((t.get_fontsize() for t in texts), default=9) >= 9

    renderer = FigureCanvasAgg(fig).get_renderer()
    width, height = fig.bbox.size
    axes = [axis for ax in fig.axes if ax.axison for axis in (ax.xaxis, ax.yaxis)]
    ticks = {label for axis in axes for t in [*axis.majorTicks, *axis.minorTicks]
             for label in (t.label1, t.label2)}  # fmt: skip
    texts = [t for t in texts if t not in ticks]  # some ticks are made, but not drawn
    extents = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    drawn = [("axis", box) for axis in axes if (box := axis.get_tightbbox(renderer))]
    drawn += [("axes", ax.bbox) for ax in fig.axes]
    patches = [patch for ax in fig.axes for patch in ax.patches]
    drawn += [(str(patch), patch.get_window_extent(renderer)) for patch in patches]
    for what, box in extents + drawn:
        inside = min(box.x0, box.y0) >= -0.2 and box.x1 <= width + 0.2 and box.y1 <= height + 0.2
        assert inside, f"{what!r} is cut off: {box}"
    edges = np.array([box.extents for _, box in extents]).reshape(-1, 4).T
    low, high = edges[:2] + 2, edges[2:] - 2
    upon = ((low[:, :, None] < high[:, None]) & (low[:, None] < high[:, :, None])).all(0)
    clashes = [(extents[a][0], extents[b][0]) for a, b in np.argwhere(upon) if a < b]
    assert not clashes, f"words lie on each other: {clashes}"


def test_window_is_a_cross_correlation():
    fig = figures.window(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]]).figure
    assert "0\u00d70 + 1\u00d71 + 3\u00d72 + 4\u00d73 = 19" in words(fig)
    image, kernel = rng.integers(-9, 9, (5, 6)), rng.integers(-3, 3, (3, 2))
    for padding, strides, dilation_rate in [("valid", 1, 1), ("same", 2, 1), (1, 1, 2), (2, 3, 1)]:
        position = (1, 1)
        fig = figures.window(
            image, kernel, position=position, strides=strides, padding=padding,
            dilation_rate=dilation_rate,
        ).figure  # fmt: skip
        zeros = {"valid": ((0, 0), (0, 0)), "same": ((1, 1), (0, 0))}.get(padding, padding)
        padded, total = np.pad(image, zeros), 0
        for a, b in np.ndindex(kernel.shape):
            row, column = position[0] * strides, position[1] * strides
            here = padded[row + a * dilation_rate, column + b * dilation_rate]
            total += here * kernel[a, b]
        assert sums(fig) == [(total, total)]
        (lit,) = boxes(fig, figures._style.WRITTEN)
        centre = np.add(lit.get_xy(), (lit.get_width() / 2, lit.get_height() / 2))
        shown = [t for t in fig.findobj(Text) if np.allclose(t.get_position(), centre)]
        assert [value(t.get_text()) for t in shown] == [total]
        hatched = [r for r in fig.findobj(Rectangle) if r.get_hatch()]
        assert len(hatched) == padded.size - image.size


def test_the_cells_of_a_window_and_its_frame_are_those_it_reads():
    image = np.arange(16).reshape(4, 4)
    kernel = [[50, 60], [70, 80]]
    fig = figures.window(image, kernel, position=(1, 1), strides=2).figure
    read = {}
    for cell in boxes(fig, figures._style.READ):
        centre = np.add(cell.get_xy(), (cell.get_width() / 2, cell.get_height() / 2))
        (text,) = [t for t in fig.findobj(Text) if np.allclose(t.get_position(), centre)]
        read[value(text.get_text())] = cell
    assert set(read) == {10, 11, 14, 15, 50, 60, 70, 80}
    side = read[14].get_width()
    wide = [r for r in fig.findobj(Rectangle) if np.isclose(r.get_width(), 2 * side)]
    assert any(np.allclose(r.get_xy(), read[14].get_xy()) for r in wide)


def test_pixel_column():
    fig = figures.pixel_column([2, 1, -1], [0.5, 1, -0.5]).figure
    assert "2\u00d70.5 + 1\u00d71 + (\u22121)\u00d7(\u22120.5) = 2.5" in words(fig)
    assert words(fig).count("2.5") == 1  # and in the output sheet
    x, weights, bias = rng.integers(-9, 9, 4), rng.integers(-9, 9, (4, 3)), [1, -2, 0]
    fig = figures.pixel_column(x, weights, bias=bias).figure
    expected = (x @ weights + bias).tolist()
    assert sums(fig) == [(e, e) for e in expected]
    bold = [value(t.get_text()) for t in fig.findobj(Text) if t.get_weight() == "bold"]
    assert bold == [*x, *expected]


def test_channel_sum():
    image, kernels = rng.integers(-9, 9, (4, 4, 3)), rng.integers(-3, 3, (2, 2, 3))
    fig = figures.channel_sum(image, kernels, bias=5, position=(0, 1), strides=2).figure
    parts = [(image[:2, 2:, c] * kernels[..., c]).sum() for c in range(3)]
    assert sorted(sums(fig)) == sorted((t, t) for t in [*parts, sum(parts) + 5])


def test_channel_chain_of_a_model():
    import keras

    model = keras.Sequential(
        [keras.Input((8, 8, 3)), keras.layers.Conv2D(20, 3, name="wide", padding="same"),
         keras.layers.Conv2D(5, 1, name="narrow")]
    )  # fmt: skip
    fig = figures.channel_chain(model).figure
    assert {"wide 8x8\n560 parameters", "narrow 8x8\n105 parameters"} <= set(words(fig))
    sizes = [r.get_width() for r in boxes(fig, figures._style.WRITTEN)]
    assert sizes[0] / sizes[1] == pytest.approx(4) and "20 channels" in words(fig)


def test_coverage():
    for size, kernel_size, strides in [(5, 3, 2), (4, 4, 2), (3, 2, 3), (1, 1, 1)]:
        stuffed = np.zeros((size - 1) * strides + 1)
        stuffed[::strides] = 1
        counts = np.convolve(stuffed, np.ones(kernel_size))
        if strides > kernel_size:  # Keras' length: size * strides + max(kernel_size - strides, 0)
            counts = np.append(counts, np.zeros(strides - kernel_size))
        fig = figures.coverage_strip(size, kernel_size, strides=strides).figure
        assert [value(w) for w in words(fig) if w.isdigit()] == counts.tolist()


def test_who_reads_whom():
    fig = figures.who_reads_whom({"grouped": np.kron(np.eye(2), np.ones((3, 2)))}).figure
    assert "grouped\n12 of 24" in words(fig)
    (dots,) = fig.axes[0].lines
    rows = np.nonzero(np.kron(np.eye(2), np.ones((3, 2))))  # six outputs down, four inputs across
    assert np.array_equal((dots.get_ydata(), dots.get_xdata()), rows)


def test_signed_maps_are_centred_on_zero():
    for picture in (
        figures.kernels(rng.random((3, 3, 2, 2))),
        figures.kernels(rng.random((1, 1, 2, 2))),
        figures.feature_maps(rng.random((4, 4, 3)) - 0.1),
    ):
        for ax in picture.figure.axes[:-1]:
            low, high = ax.images[0].get_clim()
            assert low == -high and ax.images[0].get_cmap().name == figures._style.SIGNED
    assert figures.feature_maps(rng.random((4, 4, 3))).figure.axes[0].images[0].get_clim()[0] == 0
    fig = figures.kernels(np.arange(-4, 5).reshape(3, 3, 1, 1)).figure
    assert [value(t.get_text()) for t in fig.axes[0].texts] == list(range(-4, 5))


def test_learning_curves():
    fig = figures.learning_curves({"a": BAND, "b": BAND[0]}).figure
    bold = [line for line in fig.axes[0].lines if line.get_linewidth() > 2]
    assert np.array_equal(bold[0].get_ydata(), np.median(BAND, axis=0))
    assert len(fig.axes[0].lines) == 3 + 2 and len(fig.axes[0].collections) == 1
    assert len({(line.get_marker(), line.get_linestyle()) for line in bold}) == 2
    assert "thin: each of 1 or 3 seeds; band: their range; bold: their median" in words(fig)


def test_accuracy_against_cost():
    fig = figures.accuracy_against_cost({"a": (10, [1, 2, 9]), "b": (30, 5)}).figure
    points = [line.get_xydata().tolist() for line in fig.axes[0].lines]
    assert [p for p in points if len(p) == 1] == [[[10, 2]], [[30, 5]]]
    assert {"a", "b"} <= set(words(fig))


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.window(np.ones((2, 2)), np.ones((3, 3))), "3.*2"),
        (lambda: figures.window(np.ones((2, 2, 1)), np.ones((2, 2))), r"2 dim.*\(2, 2, 1\)"),
        (lambda: figures.window(np.ones((3, 3)), np.ones((2, 2)), position=(2, 0)), r"\(2, 0\)"),
        (lambda: figures.window(np.ones((3, 3)), np.ones((2, 2)), padding="half"), "half"),
        (lambda: figures.window(np.ones((30, 30)), np.ones((2, 2))), "smaller"),
        (lambda: figures.window([[np.nan]], [[1]]), "NaN"),
        (lambda: figures.pixel_column([1, 2], [1, 2, 3]), "2 channels.*3"),
        (lambda: figures.pixel_column(np.ones(7), np.ones(7)), "7 channels"),
        (lambda: figures.pixel_column([1], [1], position=(3, 0)), r"\(3, 0\)"),
        (lambda: figures.channel_sum(np.ones((3, 3, 2)), np.ones((2, 2, 3))), r"\(3, 3, 2\)"),
        (lambda: figures.channel_sum(np.ones((3, 3, 2)), np.ones((4, 2, 2))), r"\(3, 3, 2\)"),
        (lambda: figures.channel_chain([("input", 0)]), "input"),
        (lambda: figures.heat_map(np.ones(3)), r"\(3,\)"),
        (lambda: figures.heat_map({}), "empty"),
        (lambda: figures.coverage_strip(0, 3), "size=0"),
        (lambda: figures.coverage_strip(40, 3), "smaller"),
        (lambda: figures.images([np.ones((4, 4, 7))]), r"\(4, 4, 7\).*feature_maps"),
        (lambda: figures.images([PHOTO], titles=["a", "b"]), "1 pictures and 2"),
        (lambda: figures.images([]), "0 pictures"),
        (lambda: figures.feature_maps(np.ones((4, 4, 65))), "65"),
        (lambda: figures.feature_maps(np.ones((4, 4, 3)), titles=["a"]), "3.*1"),
        (lambda: figures.kernels(np.ones((3, 3, 17, 1))), "17"),
        (lambda: figures.learning_curves({}), "at least one"),
        (lambda: figures.learning_curves({str(n): [1] for n in range(7)}), "7 lines"),
        (lambda: figures.learning_curves({"a": np.ones((2, 2, 2))}), r"a.*\(2, 2, 2\)"),
        (lambda: figures.accuracy_against_cost({"a": (0, 1)}), "positive"),
        (lambda: figures.accuracy_against_cost([]), "name"),
    ],
)  # fmt: skip
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=f"(?s){says}"):
        draw()


# ---------------------------------------------------------------- the words

# Tables of so many numbers that nobody could listen to them: their span is told.
LONG_TABLES = {"window, dilated", "heat, axes", "kernels", "kernels, most", "maps, most"}
COUNTING = r"(channel|filter) \d+"  # names that count from 0 are read off the order of a list


def numbers(text):
    return {value(n) for n in re.findall(r"\u2212?\d+(?:,\d{3})*(?:\.\d+)?", text)}


def ticks(fig):
    """Labels of axes and colour bars: they say how to read a picture, not what is in it."""
    axes = [axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)]
    marks = [tick for axis in axes for tick in [*axis.majorTicks, *axis.minorTicks]]
    return {label for mark in marks for label in (mark.label1, mark.label2)}


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    picture = DRAWINGS[name]()
    shown = set(picture.figure.findobj(Text)) - ticks(picture.figure)
    shown = [t.get_text() for t in shown if not re.fullmatch(COUNTING, t.get_text())]
    missing = numbers(" ".join(shown)) - numbers(picture.alt)
    if name in LONG_TABLES:
        assert missing and len(picture.alt) < 1000, f"{name} can leave LONG_TABLES"
    else:
        assert not missing, picture.alt
    assert not re.search(r"  |\.\.|\bnan\b|\n|[\[\]{}]|, \.|: \.", picture.alt)


def test_words_are_those_of_the_data():
    """What is drawn and not written as a number: bands, ranges, extents, cuts, places."""
    for picture, says in [
        (figures.learning_curves({"a": [[3, 1], [5, 2], [4, 1.5]], "b": [9.0, 7, 8]}),
         ["a, from 4 at 1 to 1.5 at 2 (median of 3 seeds, at the end from 1 to 2)",
          "b, from 9 at 1 to 8 at 3, lowest 7"]),
        (figures.accuracy_against_cost({"a": (10, [1, 2, 9])}),
         ["a: 10 MACs, test accuracy 2 (median of 3 seeds, from 1 to 9)"]),
        (figures.coverage_strip(2, 3, strides=2), ["input 1 writes to 2 to 4", "1, 1, 2, 1 and 1"]),
        (figures.who_reads_whom(np.kron(np.eye(2), np.ones((2, 3)))),
         ["12 of 24 pairs", "4 by 6, 3 in a row"]),
        (figures.who_reads_whom(np.eye(3)), ["3 of 9 pairs", "the diagonal alone"]),
        (figures.window([[1, 2], [3, 4]], [[5]], padding=1),
         ["Input: 1, 2; 3, 4 and 12 zeros of padding around it", "output is 4x4"]),
        (figures.images({"a": np.uint8([[0, 51, 102]] * 2)}),
          ["a: 2x3 pixels, grey", "mean brightness 0.20"]),
        (figures.feature_maps(np.arange(8.0).reshape(2, 2, 2)), ["0: 3, 1: 4", "is in map 1"]),
        (figures.kernels(np.arange(8.0).reshape(2, 2, 1, 2)), ["Filter 1, channel 0: 1, 3; 5, 7"]),
        (figures.heat_map(np.eye(40)), ["40 of 1,600 are 1, the others 0"]),
    ]:  # fmt: skip
        for words in says:
            assert words in picture.alt


def test_writing_words():
    style = figures._style
    assert [style.listed([2, 1, -1]), style.listed([0.5]), style.listed("ab")] == [
        "2, 1 and \u22121", "0.5", "a and b"
    ]  # fmt: skip
    assert style.counted(1, "guess", "guesses") == "1 guess"
    assert style.counted(1024, "channel") == "1,024 channels"
    assert [style.short(n) for n in (999, 1024, 12_443_648, 3.86e9)] == [
        "999", "1.02 k", "12.4 M", "3.86 G"
    ]  # fmt: skip
    assert style.span([3, -1]) == "from \u22121 to 3" and style.span([1, 1.0]) == "everywhere 1"
    assert style.rows([[1, 2], [3, 4]]) == "1, 2; 3, 4"
    assert style.rows(np.arange(31)) == "numbers from 0 to 30"


# ---------------------------------------------------------------- drawn, and not written


def table(fig, texts):
    """The numbers of `texts` as a table, by where they are written: from the top, from the left."""
    places = [(-round(t.get_position()[1], 3), round(t.get_position()[0], 3)) for t in texts]
    order = sorted(range(len(texts)), key=places.__getitem__)
    across = len({x for _, x in places})
    return np.reshape([value(texts[i].get_text()) for i in order], (-1, across))


def test_tables_of_a_window_are_the_right_way_round():
    image, kernel = np.arange(100, 116).reshape(4, 4), np.array([[1, 2], [3, 4]])
    fig = figures.window(image, kernel, position=(1, 2)).figure
    texts = [t for t in fig.findobj(Text) if re.fullmatch(r"[\d,]+", t.get_text())]
    names = [t for t in fig.findobj(Text) if t.get_text() in ("input", "kernel", "output")]
    edges = [t.get_position()[0] for t in sorted(names, key=lambda t: t.get_position()[0])]
    shown = [[t for t in texts if np.argmin(np.abs(np.subtract(edges, t.get_position()[0]))) == n]
             for n in range(3)]  # fmt: skip
    assert np.array_equal(table(fig, shown[0]), image)
    assert np.array_equal(table(fig, shown[1]), kernel)
    expected = [[(image[r : r + 2, c : c + 2] * kernel).sum() for c in range(3)] for r in range(3)]
    assert np.array_equal(table(fig, shown[2]), expected)


def test_curves_begin_at_epoch_1_and_bands_hold_every_seed():
    fig = figures.learning_curves({"a": BAND}).figure
    ax = fig.axes[0]
    for line in ax.lines:
        assert line.get_xdata().tolist() == list(range(1, 13))
    corners = ax.collections[0].get_paths()[0].vertices
    for epoch, values in enumerate(BAND.T, 1):
        here = corners[corners[:, 0] == epoch, 1]
        assert (here.min(), here.max()) == (values.min(), values.max())


def test_names_at_the_ends_of_curves():
    curves = {"low": [5.0, 1], "high": [1.0, 9], "higher": [1.0, 9.01]}
    fig = figures.learning_curves(curves).figure
    names = {t.get_text(): t.get_position()[1] for t in fig.texts}
    assert list(names) == list(curves) and names["low"] < names["high"] < names["higher"]
    ends = {line.get_ydata()[0]: line.get_ydata()[1] for line in fig.artists}  # end of line: name
    height = fig.axes[0].transData.transform((2, 1))[1] / fig.bbox.height
    assert min(ends) == pytest.approx(height) and ends[min(ends)] == pytest.approx(names["low"])


def test_names_of_curves_that_end_together_stay_apart_and_beside_their_panel():
    for last in (1, 9):
        curves = {"other": [5, 10 - last]} | {name: [5.0, last] for name in "abcd"}
        fig = figures.learning_curves(curves).figure
        heights = sorted(t.get_position()[1] * fig.get_figheight() for t in fig.texts)
        assert min(np.diff(heights)) > 0.16
        frame = fig.axes[0].get_position()
        assert frame.y0 < fig.texts[1].get_position()[1] < frame.y1
        assert frame.y0 * fig.get_figheight() < heights[0]
        assert heights[-1] < frame.y1 * fig.get_figheight()


def test_ranges_of_accuracy():
    fig = figures.accuracy_against_cost({"a": (10, [1, 2, 9]), "b": (30, 5)}).figure
    lines = [line.get_xydata().tolist() for line in fig.axes[0].lines]
    assert [line for line in lines if len(line) == 2][0] == [[10, 1], [10, 9]]


def test_feature_maps_and_kernels_are_in_order():
    maps = rng.random((4, 5, 6))
    fig = figures.feature_maps(maps, columns=3).figure
    axes = [ax for ax in fig.axes if ax.get_title()]
    for channel, ax in enumerate(axes):
        assert ax.get_title() == str(channel)
        assert np.array_equal(ax.images[0].get_array(), maps[..., channel])
    corners = [(-ax.get_position().y0, ax.get_position().x0) for ax in axes]
    assert corners == sorted(corners)  # line by line, from the top left
    weights = rng.normal(size=(2, 2, 2, 3))
    for index, ax in enumerate(figures.kernels(weights).figure.axes[:6]):
        assert np.array_equal(ax.images[0].get_array(), weights[..., index // 3, index % 3])
        assert ax.images[0].origin == "upper"


def test_pictures_are_as_bright_as_they_are():
    fig = figures.images({"uint8": PHOTO, "float": PHOTO / 255, "grey": PHOTO[..., 0]}).figure
    for ax, expected in zip(fig.axes, (PHOTO / 255, PHOTO / 255, PHOTO[..., 0] / 255), strict=True):
        assert np.allclose(ax.images[0].get_array(), expected)
        assert ax.images[0].get_clim() == (0, 1)


def test_strip_bars_lie_over_the_cells_they_write():
    fig = figures.coverage_strip(4, 3, strides=2).figure
    bars = [r for r in fig.findobj(Rectangle) if r.get_alpha() == 0.45]
    cells = [r for r in fig.findobj(Rectangle) if r.get_alpha() is None and r.get_height() == 0.4]
    cells = sorted(cell.get_x() for cell in cells)
    for index, bar in enumerate(bars):
        assert bar.get_x() == pytest.approx(cells[2 * index])
        assert bar.get_width() == pytest.approx(3 * (cells[1] - cells[0]))


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    c = np.array(matplotlib.colors.to_rgb(colour))
    c = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return c @ (0.2126, 0.7152, 0.0722)


def test_numbers_can_be_read_on_their_cells():
    def contrast(text, cell):
        light, dark = sorted([luminance(text), luminance(cell)], reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for values in (np.arange(40).reshape(2, 20), np.linspace(-1, 1, 15).reshape(3, 5)):
        ax = figures.heat_map(values).figure.axes[0]
        colours = ax.images[0].to_rgba(values)
        for text in ax.texts:
            column, row = text.get_position()
            assert contrast(text.get_color(), colours[row, column][:3]) > 4.5
    fig = figures.coverage_strip(8, 5, strides=2).figure
    cells = [r for r in fig.findobj(Rectangle) if r.get_height() == 0.4]
    for cell in cells:
        middle = cell.get_x() + cell.get_width() / 2
        (text,) = [t for t in fig.findobj(Text) if np.allclose(t.get_position(), (middle, 0.7))]
        assert contrast(text.get_color(), cell.get_facecolor()[:3]) > 4.5


def test_no_colour_bar_for_0_and_1():
    assert len(figures.who_reads_whom(np.eye(4)).figure.axes) == 1
    fig = figures.heat_map(np.eye(4), bar="read").figure
    assert len(fig.axes) == 1 and "read" in words(fig)  # the numbers are written in the cells
    fig = figures.heat_map(np.eye(40), bar="read").figure
    assert len(fig.axes) == 1 and "read: dark 0, bright 1" in words(fig)
    assert len(figures.heat_map(2 * np.eye(4)).figure.axes) == 2


def test_products_of_a_pixel():
    fig = figures.pixel_column([2, 3, -1], [0.5, 4, -5]).figure
    bold = [t for t in fig.findobj(Text) if t.get_weight() == "bold"]
    assert sorted(value(t.get_text()) for t in bold) == [-1, 1, 2, 3, 5, 12, 18]
    arrows = fig.findobj(FancyArrowPatch)
    assert len(arrows) == 4  # every product to the plus, and the plus to the output


def test_a_pixel_is_drawn_at_its_position():
    for row, column in ((0, 0), (2, 1), (1, 3)):
        options = {"size": (3, 4), "position": (row, column)}
        fig = figures.pixel_column([2, 1], [0.5, 3], **options).figure
        sheets = [p.get_xy()[:4] for p in fig.findobj(Polygon) if len(p.get_xy()) == 5]
        for sheet, cell in zip(sheets[::2], sheets[1::2], strict=True):
            right, down = (sheet[1] - sheet[0]) / 4, (sheet[3] - sheet[0]) / 3
            assert np.allclose(cell[0], sheet[0] + row * down + column * right)


def test_guesses():
    picture = DRAWINGS["guesses"]()
    dots = [line for line in picture.figure.axes[0].lines if line.get_marker() == "o"]
    places = [dot.get_xydata().tolist()[0] for dot in dots]
    assert places == [[512, 64], [2.5, 2.5], [233_600, 1.6e6]]  # truth, guess
    filled = [dot.get_markerfacecolor() != "white" for dot in dots]
    assert filled == [False, True, False]  # exact alone
    (diagonal,) = [line for line in picture.figure.axes[0].lines if line.get_marker() == "None"]
    assert np.array_equal(diagonal.get_xdata(), diagonal.get_ydata())
    assert {"1. channels", "2", "4. parameters"} <= set(words(picture.figure))
    for said in ("3 numbers guessed, 1 exactly right; 3 letters, shapes or zeros, 1 right",
                 "1: 64 channels, it is 512, 8 times too low", "2: 2.5, it is 2.5, exact",
                 "4: 1,600,000 parameters, it is 233,600, 6.85 times too high",
                 "5: A, it is B, not right"):  # fmt: skip
        assert said in picture.alt
    assert "No guesses yet" in figures.guesses([]).alt
    assert "2 letters, shapes or zeros, 1 right" in DRAWINGS["guesses, letters"]().alt
    assert "it is 513, a little too low" in figures.guesses([Guess(512, 513)]).alt
    assert "1: 5, it is 10, 2 times" in figures.guesses([Guess(np.int64(5), np.float32(10))]).alt


# ---------------------------------------------------------------- showing


def test_a_picture_shows_itself_and_says_what_it_shows():
    from IPython.core.formatters import DisplayFormatter

    picture = DRAWINGS["window"]()
    data, metadata = DisplayFormatter().format(picture)
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"] == repr(picture) == f"<Picture: {picture.alt}>"
    assert metadata == {"image/png": {"alt": picture.alt, "width": 450}}
    file = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert file.width == 900  # two pixels of the file to one of the page
    assert figures.images([PHOTO, PHOTO])._repr_mimebundle_()[1]["image/png"]["width"] == 700


def test_save(tmp_path):
    picture = DRAWINGS["window"]()
    picture.save(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == figures.png(picture.figure)
    picture.save(str(tmp_path / "a.svg"))
    assert "<svg" in (tmp_path / "a.svg").read_text()


def test_no_pyplot_and_no_keras():
    code = "import sys; from helpers import figures; figures.guesses([]); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"matplotlib.pyplot", "keras", "tensorflow"} & set(run.stdout.split())


def test_every_drawing_is_tested():
    public = {
        name for name, thing in vars(figures).items()
        if isinstance(thing, types.FunctionType) and thing.__module__.startswith(figures.__name__)
        and not name.startswith("_")
    } - {"png"}  # fmt: skip
    others = sorted(Path(__file__).parent.glob("test_figures_*.py"))  # one for each family
    modules = [importlib.import_module(f"tests.{file.stem}") for file in others]
    drawings = [*DRAWINGS.values(), *(d for m in modules for d in m.DRAWINGS.values())]
    used = {name for draw in drawings for name in draw.__code__.co_names}
    assert public <= used
