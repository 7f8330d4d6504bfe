"""The drawings of lessons 05 to 08 and the sliders: in form, and with the numbers they draw."""

import functools
import sys
import types
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib.patches import Polygon, Rectangle

from helpers import arithmetic, datasets, figures, play
from tests.drawn import assert_form, assert_says_its_numbers, patches, words

rng = np.random.default_rng(0)
COFFEE, CAT, ROCKET = (datasets.photograph(n) for n in ("coffee", "chelsea", "rocket"))
GREY = CAT[..., 1].astype(float)
LUMA = [0.299, 0.587, 0.114]
CALM = 0.25 + 0.5 * COFFEE / 255
RING = (abs(np.hypot(*(np.mgrid[:256, :256] - 128)) - 80) < 18)[..., None]
RINGED = CALM + 0.4 * RING * np.array([0.587, -0.299, 0])
WALL = rng.random((20, 20))
MAPS = rng.normal(size=(10, 10, 4))
CHANGE = rng.normal(size=GREY.shape)
X, F = 32 * 1.18 ** np.arange(16), rng.uniform(40, 60, 16)
MODULE = [
    [("1x1", 64, 9_633_792)],
    [("1x1", 96, 14_450_688), ("3x3", 128, 86_704_128)],
    [("1x1", 16, 2_408_448), ("5x5", 32, 10_035_200)],
    [("3x3 max pool", 192, 0), ("1x1", 32, 4_816_896)],
]
PLANS = {"7x7 directly": {"7x7": 1_605_632}, "1x1 first": {"1x1": 32_768, "7x7": 200_704}}
PREACTIVATION = ["BN", "ReLU", "3x3", "BN", "ReLU", "3x3", "+"]
WIPED = np.full_like(CAT, 255)
WIPED[::2, ::2] = CAT[::2, ::2]


def reads(picture, strides=2):
    return picture[::strides, ::strides] / 255 @ np.array([[0.5, 1], [1, -1], [-0.5, 0]])


DRAWINGS = {
    "filters": lambda: figures.filters_on(COFFEE, {"average": [1 / 3] * 3, "r - g": [1, -1, 0]}),
    "filters, one": lambda: figures.filters_on(COFFEE, {"your filter": [0.5, -0.5, 0]}),
    "filters, three": lambda: figures.filters_on(
        COFFEE, {"average": [1 / 3] * 3, "red minus green": [1, -1, 0], "c": [-2.25, -0.25, 0.5]}
    ),
    "filters, zero": lambda: figures.filters_on(CALM, {"none": [0, 0, 0]}),
    "mixer": lambda: figures.mixer(
        COFFEE, [[1 / 3, 1], [1 / 3, -1], [1 / 3, 0]], corner=(128, 82),
        names=("average", "red minus green"),
    ),
    "mixer, rows": lambda: figures.mixer(COFFEE, -np.ones((3, 2)), corner=(0, 0), rows=(1, 2)),
    "areas": lambda: figures.weights_to_scale(PLANS),
    "areas, three": lambda: figures.weights_to_scale(PLANS | {"loses": {"1x1": 9e5, "7x7": 1e6}}),
    "grey": lambda: figures.lost_in_grey(CALM, RINGED, LUMA),
    "grey, a seam": lambda: figures.lost_in_grey(CALM, RINGED, [1 / 3] * 3),
    "stride": lambda: figures.stride_reads(CAT, WIPED, reads(CAT), reads(WIPED)),
    "class maps": lambda: figures.class_maps_over(
        {"the wall": WALL, "shifted": WALL[..., None]}, {"the wall": MAPS, "shifted": -MAPS},
        {"trouser": 1, "bag": 2, "ankle boot": 3},
    ),
    "class maps, one": lambda: figures.class_maps_over({"a": WALL}, {"a": MAPS}, {"x": 0}),
    "class maps, never": lambda: figures.class_maps_over(
        {"a": WALL}, {"a": -abs(MAPS)}, {"x": 0, "y": 1, "z": 2, "u": 3}
    ),
    "class maps, one far below": lambda: figures.class_maps_over(
        {"a": WALL, "b": WALL}, {"a": 9 + MAPS, "b": MAPS - 99}, {"x": 0}
    ),
    "scales": lambda: figures.parallel_scales(ROCKET, at=(237, 154)),
    "scales, maps": lambda: figures.parallel_scales(
        GREY / 255, at=(100, 100), maps={"1x1": GREY, "3x3": -GREY, "5x5": GREY, "3x3 pool": GREY}
    ),
    "sum": lambda: figures.residual_sum(GREY, CHANGE, pixels={"A": (15, 121), "B": (110, 57)}),
    "sum, default": lambda: figures.residual_sum(GREY[..., None], CHANGE, activation=False),
    "path": lambda: figures.residual_path(sizes="14x14x12"),
    "path, two": lambda: figures.residual_path(
        {"normalization after": ["3x3", "BN", "ReLU", "3x3", "BN", "+", "ReLU"],
         "pre-activation": PREACTIVATION}
    ),
    "path, projection": lambda: figures.residual_path(
        ["3x3\nstride 2", "BN", "ReLU", "3x3", "BN"], sizes=("56x56x64", "28x28x128"),
        shortcut=["1x1\nstride 2", "BN"],
    ),
    "path, bottleneck": lambda: figures.residual_path(
        ["1x1", "BN", "ReLU", "3x3", "BN", "ReLU", "1x1", "BN"], sizes="56x56x256"
    ),
    "roads": lambda: figures.residual_roads(X, F),
    "roads, few": lambda: figures.residual_roads([1, 2, 3, 3], [0, 5, 1, 0.1], names="abcd"),
    "ribbons": lambda: figures.module_ribbons(MODULE, input_channels=192, title="Inception 3a"),
    "ribbons, naive": lambda: figures.module_ribbons(
        [[("1x1", 64, 9.6e6)], [("3x3", 128, 1.7e8)], [("5x5", 32, 1.2e8)],
         [("3x3 max pool", 192, 0)]],
        input_channels=192,
    ),
    "ribbons, thin": lambda: figures.module_ribbons(
        [[("1x1", 1, 5)], [("1x1", 700, 9)]], input_channels=8
    ),
}  # fmt: skip


drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        settings = dict(matplotlib.rcParams)
        picture = drawing(name)
        assert dict(matplotlib.rcParams) == settings
        assert_form(picture)


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def area(polygon):
    x, y = polygon.get_xy().T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


def test_filters_on_draws_what_they_compute():
    weights = [0.5, -0.25, 0.1]
    picture = figures.filters_on(COFFEE, {"mine": weights})
    drawn = [ax.images[0].get_array() for ax in picture.figure.axes if ax.images][1]
    values = COFFEE / 255 @ weights
    assert np.allclose(drawn, values)
    low, high = (figures._style.number(round(v, 2)) for v in (values.min(), values.max()))
    assert f"from {low} to {high}" in picture.alt
    low, high = [ax.images[0].get_clim() for ax in picture.figure.axes if ax.images][1]
    assert low == -high == -abs(values).max()
    (bars,) = [ax.patches for ax in picture.figure.axes if len(ax.patches) == 3]
    assert [(bar.get_y(), bar.get_height()) for bar in bars] == [(0, w) for w in weights]


def test_mixer_multiplies_two_pixels_and_all_of_them():
    weights = np.array([[1 / 3, 1], [1 / 3, -1], [1 / 3, 0]])
    picture = figures.mixer(COFFEE, weights, corner=(128, 82), rows=(1, 3))
    piece = COFFEE[128:132, 82:86] / 255
    table = [t.get_text() for t in words(picture) if t.get_fontsize() == 9]
    assert table == [
        figures.pictures.two(v) for f in (0, 1) for v in (piece @ weights)[..., f].flat
    ]
    bold = [t.get_text() for t in words(picture) if t.get_weight() == "bold"]
    sums = [figures.pictures.two(v) for row in (1, 3) for v in piece[row, 3] @ weights]
    assert [b for b in bold if b not in "AB"] == sums


def test_mixer_draws_every_pixel_as_a_tower_and_the_matrix_twice():
    weights = np.array([[0.125, 2], [-0.375, 3], [0.625, -4]])
    picture = figures.mixer(COFFEE, weights, corner=(128, 82))
    bars = [p for p in picture.figure.axes[0].patches if p.get_linewidth() == 0.4]
    high = np.reshape([bar.get_height() for bar in bars], (4, 4, 3)) / 0.4
    assert np.allclose(high, COFFEE[128:132, 82:86] / 255)
    matrix = [figures._style.number(w) for w in weights.flat]
    texts = [t.get_text() for t in picture.figure.axes[0].texts]
    assert [text for text in texts if text in matrix] == 2 * matrix


def test_areas_are_to_scale():
    picture = figures.weights_to_scale(PLANS)
    whole, small = (patches(picture, Rectangle, c) for c in figures._style.CATEGORIES[:2])
    sizes = [p.get_width() * p.get_height() for p in (whole[0], small[0], whole[2])]
    assert np.allclose(np.divide(sizes, sizes[0]) * 1_605_632, [1_605_632, 32_768, 200_704])
    assert "6.88 times fewer" in picture.alt and "together 233,472" in picture.alt


def test_what_a_filter_loses_leaves_no_seam():
    lost, seen = (drawing(name) for name in ("grey", "grey, a seam"))
    assert "differ by up to 0.23" in lost.alt and "differ by up to 0." in seen.alt
    assert "maps differ by up to 0." in seen.alt and "seam" not in seen.alt
    assert "maps differ by up to 0. The" in lost.alt and "without a seam" in lost.alt
    joined = seen.figure.axes[2].images[0].get_array()
    assert np.allclose(joined[:, :128], (CALM @ ([1 / 3] * 3))[:, :128])
    assert np.allclose(joined[:, 128:], (RINGED @ ([1 / 3] * 3))[:, 128:])


def test_stride_reads_counts_equal_values():
    assert "32,768 of 32,768 values equal" in drawing("stride").alt
    picture = figures.stride_reads(CAT, WIPED, reads(CAT, 1), reads(WIPED, 1))
    assert "75% of its pixels" in picture.alt and "32,768 of 131,072" not in picture.alt
    equal = (reads(CAT, 1) == reads(WIPED, 1)).sum()
    assert f"{equal:,} of 131,072 values equal" in picture.alt


def test_outlines_lie_where_the_map_is_high():
    class_map = np.zeros((5, 5, 1))
    class_map[1, 3] = 8
    picture = figures.class_maps_over({"a": np.ones((20, 20))}, {"a": class_map}, {"x": 0})
    (line,) = [c for c in picture.figure.axes[0].collections if len(c.get_linewidths())][-1:]
    x, y = np.concatenate([p.vertices for p in line.get_paths()]).T
    assert np.allclose([x.mean(), y.mean()], [3.5 * 4 - 0.5, 1.5 * 4 - 0.5], atol=0.5)
    assert x.min() > 10 and x.max() < 17 and "x 0.32" in picture.alt


def test_of_two_pictures_one_level_and_of_several_classes_the_one_that_is_named():
    class_maps = np.zeros((5, 5, 2))
    class_maps[1, 3, 1] = 8
    wall, maps = np.ones((20, 20)), {"a": class_maps, "b": class_maps / 4}
    picture = figures.class_maps_over({"a": wall, "b": wall}, maps, {"x": 1})
    points = [
        sum(len(path.vertices) for lines in ax.collections for path in lines.get_paths())
        for ax in picture.figure.axes
    ]
    assert points[0] and not points[1] and "a: x 0.32; b: x 0.08" in picture.alt


def test_windows_of_parallel_scales_lie_around_the_pixel():
    picture = figures.parallel_scales(ROCKET, at=(237, 154), size=12)
    ax = picture.figure.axes[1]
    assert np.allclose(ax.images[0].get_array(), ROCKET[231:243, 148:160] / 255)
    sides = [1, 3, 3 - 0.28, 5]  # the pool's window lies inside that of the 3x3
    squares = sorted(ax.patches, key=lambda patch: patch.get_width())
    assert np.allclose([(p.get_width(), p.get_height()) for p in squares],
                       [(side, side) for side in sorted(sides)])  # fmt: skip
    for square in squares:
        assert np.allclose(np.add(square.get_xy(), square.get_width() / 2), 6)


def test_marks_of_a_residual_sum_lie_on_their_pixels():
    picture = figures.residual_sum(GREY, CHANGE, pixels={"A": (15, 121)})
    for ax in picture.figure.axes:
        (mark,) = ax.lines
        assert mark.get_xydata().tolist() == [[121, 15]]


def test_residual_sum_adds():
    picture = figures.residual_sum(
        np.full((4, 4), 5.0), np.full((4, 4), -7.0), pixels={"A": (0, 1)}
    )
    assert "A 5 + (\u22127) = 0" in picture.alt
    picture = figures.residual_sum(
        np.full((4, 4), 5.0), np.full((4, 4), -7.0), pixels={"A": (0, 1)}, activation=False
    )
    assert "A 5 + (\u22127) = \u22122" in picture.alt


def test_residual_path_tells_the_order():
    alt = drawing("path, two").alt
    assert "F(x) is 3x3, BN, ReLU, 3x3 and BN; it is added to x itself; after it ReLU" in alt
    assert "F(x) is BN, ReLU, 3x3, BN, ReLU and 3x3; it is added to x itself; nothing" in alt


def test_layers_of_a_residual_path_are_drawn_in_their_order():
    names = ["1x1", "BN", "3x3", "ReLU", "5x5"]
    picture = figures.residual_path([*names, "+", "y2"])
    places = {t.get_text(): t.get_position()[0] for t in words(picture)}
    order = sorted([*names, "+", "x", "y2", "y"], key=places.get)
    assert order == ["x", *names, "+", "y2", "y"]


def test_roads_are_as_broad_as_the_norms():
    picture = figures.residual_roads([1, 2, 4, 8], [1, 1, 2, 1])
    roads = patches(picture, Polygon, figures._style.ORANGE)
    broad = [np.ptp(p.get_xy()[[0, 5], 1]) for p in roads]
    assert np.allclose(np.divide(broad, broad[0]), [1, 2, 4, 8])
    ends = [np.ptp(p.get_xy()[[2, 3], 1]) for p in roads]  # as broad as the next begins
    assert np.allclose(np.divide(ends, broad[0]), [2, 4, 8, 8])
    assert picture.alt.endswith("block by block: 1 1.00, 2 0.50, 3 0.50 and 4 0.12.")
    arches = patches(picture, Polygon, figures._style.WRITTEN)
    legs = [p.get_xy()[0, 0] - p.get_xy()[-2, 0] for p in arches]
    assert np.allclose(np.divide(legs, broad[0]), [1, 1, 2, 1])


def test_ribbons_are_as_broad_as_the_channels():
    picture = drawing("ribbons")
    funnels = [p.get_xy() for p in patches(picture, Polygon, figures._style.BLUE)]
    inside, outside = ([np.ptp(f[i, 1]) for f in funnels] for i in ([0, 3], [1, 2]))
    assert np.allclose(np.divide(inside, inside[0]) * 192, [192, 192, 96, 192, 16, 192, 192])
    assert np.allclose(np.divide(outside, inside[0]) * 192, [64, 96, 128, 16, 32, 192, 32])
    bars = [p for p in patches(picture, Rectangle, "white") if p.get_hatch() and p.get_visible()]
    macs = [layer[2] for branch in MODULE for layer in branch if layer[2]]
    assert np.allclose(
        np.divide([b.get_width() for b in bars], bars[0].get_width()) * macs[0], macs
    )
    starts = [bars[i].get_x() for i in (0, 1, 3, 5)]
    assert np.allclose(starts, starts[0])  # one base line
    assert "64 + 128 + 32 + 32 = 256 channels, 128,049,152 MACs" in picture.alt
    joined = patches(picture, Rectangle, figures._style.WRITTEN)  # from top to bottom
    edges = [(p.get_y() + p.get_height(), p.get_y()) for p in joined]
    assert np.allclose([low for _, low in edges[:-1]], [high for high, _ in edges[1:]])
    assert np.allclose([h - low for h, low in edges], np.array([64, 128, 32, 32]) / 256 * (
        edges[0][0] - edges[-1][1]))  # fmt: skip


def test_ribbons_of_a_cost_table():
    row = types.SimpleNamespace(output_shape=(8, 8, 6), macs=13_824)  # as cost.Row names them
    picture = figures.module_ribbons([[("3x3", row)]], input_channels=4)
    assert "3x3 to 6 channels, 13.8 k MACs" in picture.alt


def test_ribbons_of_two_modules_on_one_scale():
    def length(**options):
        ax = figures.module_ribbons([[("3x3", 6, 50)]], input_channels=4, **options).figure.axes[0]
        return next(p.get_width() for p in ax.patches if getattr(p, "get_hatch", str)() == "////")

    assert np.isclose(length(largest=200), length() / 4)
    with pytest.raises(ValueError, match="largest=49"):
        length(largest=49)


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.filters_on(COFFEE, {}), "one to three filters"),
        (lambda: figures.filters_on(COFFEE, {"a": [1, 2]}), "3 weights"),
        (lambda: figures.filters_on(COFFEE.astype(float), {"a": [1, 2, 3]}), "0 to 1"),
        (lambda: figures.mixer(COFFEE, np.ones((3, 2)), corner=(254, 0)), "inside"),
        (lambda: figures.mixer(COFFEE, np.ones((2, 3)), corner=(0, 0)), r"\(2, 3\)"),
        (lambda: figures.mixer(COFFEE, np.ones((3, 2)), corner=(0, 0), rows=(1, 4)), "rows"),
        (lambda: figures.weights_to_scale({"a": {"b": 1}}), "two or three"),
        (lambda: figures.weights_to_scale({"a": {"b": 1}, "c": {"d": 0}}), "positive"),
        (lambda: figures.lost_in_grey(COFFEE, COFFEE[1:], LUMA), "one shape"),
        (lambda: figures.stride_reads(CAT, WIPED, MAPS, MAPS[1:]), "one shape"),
        (lambda: figures.class_maps_over({"a": WALL}, {"b": MAPS}, {"x": 0}), "same titles"),
        (lambda: figures.parallel_scales(ROCKET, at=(2, 2)), "fit"),
        (lambda: figures.residual_sum(GREY, GREY[1:]), "one shape"),
        (lambda: figures.residual_path(["+", "3x3"]), "one '\\+'"),
        (lambda: figures.residual_path(["separable convolution"] * 6), "shorter names"),
        (lambda: figures.residual_roads([1, 2], [1, 2]), "4 to 20"),
        (lambda: figures.residual_roads([1, 2, 3, 0], [1, 1, 1, 1]), "above 0"),
        (lambda: figures.module_ribbons([[("a", 1)]], input_channels=1), "MACs"),
        (lambda: figures.module_ribbons([], input_channels=1), "four branches"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=f"(?s){says}"):
        draw()


# ---------------------------------------------------------------- sliders


def class_maps(wall):
    """A stand-in for a net: maps of every second pixel, two classes."""
    return np.stack([wall[::2, ::2], 1 - wall[::2, ::2]], axis=-1)


STRIPES = np.pad(np.tile([1.0, 0.0], (10, 5)), 5)
SLIDERS = {  # the call, an answer that does not reach the goal, one that does
    "window_sizes": (lambda: (play.window_sizes,), (5, 2, 2), (5, 1, 2)),
    "choose_widths": (lambda: (play.choose_widths,), (64, 64, 128), (72, 40, 128)),
    "move_garment": (lambda: (play.move_garment, CAT[:32, :32, 1] / 255), (0, 1, 2), (0, 2, 2)),
    "mix_channels": (lambda: (play.mix_channels, COFFEE), (1, -1, 0), (1, -0.5, -0.6)),
    "shift_wall": (
        lambda: (play.shift_wall, STRIPES, class_maps, {"a": 0, "b": 1}), (0, 2), (0, 1)
    ),
    "branch_widths": (lambda: (play.branch_widths,), (64, 96, 128, 16, 32, 32),
                      (96, 32, 96, 16, 32, 32)),
    "restore": (lambda: (play.restore, CAT), (0.0,), (2.0,)),
    "spread_rates": (lambda: (play.spread_rates, CAT[::4, ::4, 1]), (1, 4, 8), (3, 9, 1)),
    "turn_edges": (lambda: (play.turn_edges, ROCKET.mean(axis=-1) / 255), (45,), (30,)),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIDERS)
def test_a_goal_can_be_reached_and_missed(name, slide, capsys):
    call, misses, reaches = SLIDERS[name]
    draw, sliders = slide(*call())
    for values in (misses, reaches):
        for value, slider in zip(values, sliders.values(), strict=True):
            slider.value = value
            assert slider.value == pytest.approx(value)  # the slider can be put there
    assert isinstance(draw(*misses), figures.Picture) and "Not yet." in capsys.readouterr().out
    assert isinstance(draw(*reaches), figures.Picture) and "REACHED." in capsys.readouterr().out
    assert isinstance(draw(), figures.Picture) and "Not yet." in capsys.readouterr().out


@pytest.mark.parametrize("name", SLIDERS)
def test_without_widgets_one_line(name, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    function, *args = SLIDERS[name][0]()
    assert function(*args) is None
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1 and "Colab" in printed


def test_a_real_interact_takes_the_sliders(capsys):
    pytest.importorskip("ipywidgets")
    play.branch_widths()
    assert "128.0 M MACs" in capsys.readouterr().out


def test_the_cost_of_a_module_is_the_published_one(slide, capsys):
    draw, _ = slide(play.branch_widths)
    picture = draw()
    assert "128,049,152 MACs together" in picture.alt
    assert arithmetic.conv_macs(5, 16, filters=32, output_size=(28, 28)) == 10_035_200


def test_every_new_drawing_and_slider_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    families = [figures.mixing, figures.paths, figures.pictures]
    for family in families:
        public = {n for n in figures.__all__ if getattr(family, n, None) is getattr(figures, n)}
        assert public - {"Picture"} <= used
    sliders = {n for n, f in vars(play).items() if getattr(f, "__module__", "") == play.__name__}
    elsewhere = {"find_edges", "even_stamp", "mix_in_groups"}  # tests/test_figures_01, _09, _12
    assert {n for n in sliders if not n.startswith("_")} == set(SLIDERS) | elsewhere
