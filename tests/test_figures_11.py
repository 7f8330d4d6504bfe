"""The drawings of lesson 11: in form, and with the numbers they draw."""

import functools
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from helpers import datasets, figures, networks, reference
from helpers.figures import _style as s
from helpers.lessons import lesson_11
from tests.drawn import assert_form, assert_says_its_numbers

CUP, ROCKET = (datasets.photograph(name) for name in ("coffee", "rocket"))
GREY = ROCKET.mean(axis=-1) / 255
rng = np.random.default_rng(0)
KERNELS = rng.integers(-4, 5, size=(3, 3, 3))
BARS = {"work": [("3x3", 30), ("1x1", 60), ("3x3", 10)]}

DRAWINGS = {
    "split": lambda: figures.kernel_split(GREY, [1, 2, 1], [-1, 0, 1]),
    "split, long": lambda: figures.kernel_split(CUP[..., 0], [1, -1], [1, 2, 3, 2, 1]),
    "split, picture": lambda: figures.kernel_split(GREY, [0.25, 0.5, 0.25], [0.25, 0.5, 0.25]),
    "split, nothing": lambda: figures.kernel_split(GREY, [0, 0], [0, 0]),
    "depthwise": lambda: figures.depthwise_steps(CUP, KERNELS, rng.normal(size=(3, 2)).round(2)),
    "depthwise, one": lambda: figures.depthwise_steps(CUP / 255, KERNELS, [1, -1, 0.5]),
    "depthwise, zero": lambda: figures.depthwise_steps(CUP, 0 * KERNELS[:1], [0, 0, 0]),
    "share": lambda: figures.separable_share(lesson_11.NETS),
    "share, one": lambda: figures.separable_share({"ours": (3, 43)}, kernel_sizes=(3,)),
    "bars": lambda: figures.cost_bars(BARS),
    "bars, two": lambda: figures.cost_bars(lesson_11.by_kind(networks.mobilenet())),
}
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def maps(picture):
    """The arrays of all panels, in the order in which they were drawn."""
    return [np.asarray(ax.images[0].get_array()) for ax in picture.figure.axes if ax.images]


def test_a_split_kernel_writes_what_the_whole_one_writes():
    photo, half, whole = maps(drawing("split"))
    kernel = np.outer([1, 2, 1], [-1, 0, 1])
    expected = reference.cross_correlation(photo[..., None], kernel[..., None, None])[..., 0]
    assert np.allclose(whole, expected) and half.shape == (254, 256)
    assert "equal to that of the whole kernel" in drawing("split").alt
    assert "−1, 0, 1; −2, 0, 2; −1, 0, 1" in drawing("split").alt


def test_depthwise_maps_never_meet_and_the_1x1_joins_them():
    weights = np.array([[1, 0.5], [0, 2], [-1, 0.25]])
    shown = maps(figures.depthwise_steps(CUP, KERNELS, weights))
    channels, written, mixed = shown[0:6:2], np.stack(shown[1:6:2], axis=-1), shown[6:8]
    expected = reference.depthwise(CUP / 255, KERNELS[..., None])
    assert np.allclose(np.stack(channels, axis=-1), CUP / 255)
    assert np.allclose(written, expected)
    assert np.allclose(np.stack(mixed, axis=-1), expected @ weights)


def test_dots_lie_on_their_curves():
    ax = drawing("share").figure.axes[0]
    dots = [line for line in ax.lines if len(line.get_xdata()) == 1]
    curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert len(dots) == len(lesson_11.NETS) and len(curves) == 3
    for line, (h, n) in zip(dots, lesson_11.NETS.values(), strict=True):
        assert line.get_xdata()[0] == n
        assert np.isclose(line.get_ydata()[0], 100 / n + 100 / h**2)
        same = [c for c in curves if c.get_color() == line.get_color()]
        y = np.interp(n, same[0].get_xdata(), same[0].get_ydata())
        assert np.isclose(y, line.get_ydata()[0], rtol=1e-2)
    limits = [line.get_ydata()[0] for line in ax.lines if len(line.get_xdata()) == 2]
    assert np.allclose(limits, [100 / 9, 4, 100 / 49])


def test_bars_are_to_scale_and_in_order():
    boxes = [p for p in drawing("bars").figure.axes[0].patches if isinstance(p, Rectangle)]
    segments, keys = boxes[:3], boxes[3:]
    widths = np.array([box.get_width() for box in segments])
    assert np.allclose(widths / widths.sum(), [0.3, 0.6, 0.1])
    starts = [box.get_x() for box in segments]
    assert np.allclose(starts[0] + np.cumsum(widths)[:-1], starts[1:])
    colours = [box.get_facecolor() for box in segments]
    assert colours[0] == colours[2] != colours[1] == to_rgba(s.BLUE)
    assert [box.get_hatch() for box in keys] == [segments[1].get_hatch(), segments[0].get_hatch()]
    assert keys[0].get_hatch() != keys[1].get_hatch()  # colour is not all that tells them apart
    assert "1x1: 60.0 %, 3x3: 40.0 %" in drawing("bars").alt


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: figures.kernel_split(GREY, [1], [1, 2]), "2 to 5 weights"),
        (lambda: figures.kernel_split(GREY, [1, 2], [1] * 6), "2 to 5 weights"),
        (lambda: figures.kernel_split(GREY + 1, [1, 2], [1, 2]), "from 0 to 1"),
        (lambda: figures.depthwise_steps(CUP, KERNELS[..., :2], [1, 1]), "three kernels"),
        (lambda: figures.depthwise_steps(CUP, KERNELS, np.ones((3, 3))), "two 1x1 filters"),
        (lambda: figures.depthwise_steps(CUP, KERNELS, [1, 1]), "one for each of three maps"),
        (lambda: figures.separable_share({"a": (4, 16)}), "Layers with h of"),
        (lambda: figures.separable_share({"a": (3, 4096)}), "N from 4 to 2048"),
        (lambda: figures.cost_bars({"a": [(str(i), 1) for i in range(5)]}), "four kinds"),
        (lambda: figures.cost_bars({"a": [("1x1", -1)]}), "no negative amounts"),
        (lambda: figures.cost_bars({"a": [("x" * 50, 1), ("y" * 50, 1)]}), "Shorter names"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        draw()


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    family = vars(figures.separable)
    names = [name for name in figures.__all__ if family.get(name) is getattr(figures, name)]
    assert set(names) - {"Picture"} <= used
