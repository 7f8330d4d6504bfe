"""The drawings of lesson 03: in form, and with the numbers they draw."""

import functools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers import arithmetic, datasets, figures, reference
from helpers.figures._style import number
from tests.drawn import assert_form, assert_says_its_numbers, words

CUP, CAT = (datasets.photograph(name) for name in ("coffee", "chelsea"))
EDGE = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
COMPARE = np.stack([EDGE, -EDGE, 0 * EDGE], axis=-1)
rng = np.random.default_rng(0)
MAPS, TWELVE = rng.random((14, 14, 12)), rng.normal(size=(3, 3, 12))
CLIP = rng.random((6, 28, 28))

DRAWINGS = {
    "partial": lambda: figures.partial_maps(CUP, COMPARE),
    "partial, bias": lambda: figures.partial_maps(CAT / 255, COMPARE / 3, bias=-0.5),
    "partial, nothing": lambda: figures.partial_maps(CUP, 0 * COMPARE),
    "partial, four": lambda: figures.partial_maps(MAPS[..., :4], TWELVE[..., :4], picture=CAT),
    "partial, one": lambda: figures.partial_maps(MAPS[..., :1], np.ones((1, 1, 1))),
    "partial, twelve": lambda: figures.partial_maps(MAPS, TWELVE, bias=0.51, picture=CLIP[0]),
    "partial, seven": lambda: figures.partial_maps(-MAPS[..., :7], np.ones((2, 5, 7))),
    "sliding": lambda: figures.sliding_directions(CUP, CLIP),
    "sliding, deep": lambda: figures.sliding_directions(CAT / 255, CLIP[:2], depth=1),
    "stages": lambda: figures.stage_costs(CAT, [(56, 64), (28, 128), (14, 256)]),
    "stages, two": lambda: figures.stage_costs(CUP / 255, [(7, 512), (224, 3)]),
}
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def values(picture):
    """The arrays of the panels that lie on the signed colour scale."""
    images = [ax.images[0] for ax in picture.figure.axes if ax.images]
    return [im.get_array() for im in images if im.get_cmap().name == figures._style.SIGNED]


def test_partial_maps_add_up_to_what_the_convolution_writes():
    photo, kernels = CAT[:40, :30] / 255, rng.normal(size=(3, 2, 3))
    *parts, output = values(figures.partial_maps(photo, kernels, bias=0.25))
    expected = reference.cross_correlation(photo, kernels[..., None])[..., 0] + 0.25
    assert len(parts) == 3 and np.allclose(output, expected)
    assert np.allclose(sum(parts) + 0.25, expected)
    assert not np.allclose(parts[0], parts[1])


def test_partial_maps_of_many_channels_tell_each_of_them():
    picture = drawing("partial, twelve")
    shown = values(picture)  # kernel, partial map, kernel, ... and the sum
    assert np.allclose(sum(shown[1:-1:2]) + 0.51, shown[-1])
    assert np.allclose(np.stack(shown[:-1:2], axis=-1), TWELVE)
    low, high = (number(round(v, 2)) for v in (shown[-1].min(), shown[-1].max()))
    assert f"one map, from {low} to {high}" in picture.alt
    assert "channel 11: partial map" in picture.alt


@pytest.mark.parametrize("name, beyond", [("partial", True), ("partial, nothing", False)])
def test_colours_that_end_before_the_values_say_so(name, beyond):
    picture = drawing(name)
    shown = values(picture)
    images = [ax.images[0] for ax in picture.figure.axes if ax.images]
    high = next(im.get_clim()[1] for im in images if im.get_array() is shown[-1])
    assert (max(abs(v).max() for v in shown) > high) == beyond
    bars = [ax._colorbar for ax in picture.figure.axes if hasattr(ax, "_colorbar")]
    assert [bar.extend for bar in bars] == ["both" if beyond else "neither"]
    texts = [t.get_text() for t in words(picture)]
    assert ("value on a map; stronger ones as the ends" in texts) == beyond
    assert (f"Colours end at {number(-high)} and {number(high)}." in picture.alt) == beyond


def test_kernels_in_colours_tell_their_own_scale():
    picture, reach = drawing("partial, twelve"), number(round(abs(TWELVE).max(), 2))
    assert f"Kernels in colours of their own, from \u2212{reach} to {reach}." in picture.alt
    assert any("own scale" in t.get_text() and reach in t.get_text() for t in words(picture))
    scales = {ax.images[0].get_clim() for ax in picture.figure.axes if ax.images}
    assert (-abs(TWELVE).max(), abs(TWELVE).max()) in scales
    assert "own scale" not in drawing("partial").alt + str(words(drawing("partial")))


def test_a_bias_is_named_where_it_is_added():
    titles = {n: {t.get_text() for t in words(drawing(n))} for n in ("partial", "partial, bias")}
    assert "their sum" in titles["partial"] and "sum + bias" in titles["partial, bias"]


def test_a_photograph_says_its_colours():
    assert "green, kernel 1, 0, \u22121; 2, 0, \u22122; 1, 0, \u22121" in drawing("partial").alt


def test_stage_costs_are_to_scale():
    stages = [(56, 64), (28, 128), (14, 256)]
    bars = [
        [p.get_width() for p in drawing("stages").figure.axes[0].patches
         if isinstance(p, Rectangle) and np.allclose(p.get_facecolor()[:3], to_rgb(colour))]
        for colour in figures._style.CATEGORIES[:3]
    ]  # fmt: skip
    macs = [arithmetic.conv_macs((3, 3), c, filters=c, output_size=(n, n)) for n, c in stages]
    weights = [arithmetic.conv_parameters((3, 3), c, filters=c) for _, c in stages]
    memory = [4 * n * n * c for n, c in stages]
    for drawn, costs in zip(bars, (macs, weights, memory), strict=True):
        assert np.allclose(np.divide(drawn, drawn[0]) * costs[0], costs)
    assert macs == [115_605_504] * 3 and drawing("stages").alt.count("115,605,504") == 3
    for image, (size, _) in zip(drawing("stages").figure.axes[0].images, stages, strict=True):
        assert image.get_array().shape == (size, size, 3)
        left, right, low, high = image.get_extent()
        assert right - left == pytest.approx(1.25 * size / 56) == high - low


def test_the_box_goes_through_as_many_sheets_as_it_says():
    arrows = [
        sum(type(p).__name__ == "FancyArrowPatch" for p in drawing(name).figure.axes[0].patches)
        for name in ("sliding", "sliding, deep")
    ]
    assert arrows == [2 + 3, 2 + 3]
    assert "a box 2 frames deep" in drawing("sliding").alt
    assert "a box 1 frame deep" in drawing("sliding, deep").alt


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.partial_maps(CUP, np.ones((3, 3, 2))), "one kernel for every channel"),
        (lambda: figures.partial_maps(MAPS[:2], TWELVE), "larger than the image"),
        (lambda: figures.partial_maps(np.ones((5, 5, 13)), np.ones((3, 3, 13))), "12 at most"),
        (lambda: figures.sliding_directions(CUP, CLIP, depth=6), "fewer than there are"),
        (lambda: figures.sliding_directions(CUP, np.ones((9, 4, 4))), "of 8"),
        (lambda: figures.stage_costs(CUP, [(56, 64)]), "two or three stages"),
        (lambda: figures.stage_costs(CUP[:100], [(56, 64), (28, 128)]), "square"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=f"(?s){says}"):
        draw()


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    family = figures.channels
    public = {n for n in figures.__all__ if getattr(family, n, None) is getattr(figures, n)}
    assert public - {"Picture"} <= used
