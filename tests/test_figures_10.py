"""The drawings of lesson 10: in form, with the numbers they draw, and true to Keras' own layers."""

import functools

import keras
import numpy as np
import pytest
from keras import layers
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers import datasets, figures
from helpers.lessons import lesson_10
from tests.drawn import assert_form, assert_says_its_numbers, words

PHOTO = datasets.photograph("chelsea")[..., 1]
CAT = PHOTO[::4, ::4]
EDGES = [[-1, 0, 1]] * 3
FIELDS = {"VGG16": 212, "MobileNet": 315, "ResNet-50": 483}
view = functools.cache(lambda *rates: lesson_10.view(rates))

DRAWINGS = {
    "views": lambda: figures.views_on(
        CAT, {f"rate {n}": view(n) for n in (1, 2, 3, 4)}, at=(24, 17)
    ),
    "views, two": lambda: figures.views_on(
        CAT, {"1-2-4": view(1, 2, 4), "2-2-2": view(2, 2, 2)}, at=(24, 17)
    ),
    "views, one": lambda: figures.views_on(CAT / 255, {"one": view(7)}, at=(30, 30)),
    "rates": lambda: figures.rates_on(PHOTO, EDGES, [1, 2, 4], at=(109, 102)),
    "rates, one": lambda: figures.rates_on(PHOTO[:90] / 255, np.ones((3, 3)), [9], at=(40, 40)),
    "rates, four": lambda: figures.rates_on(PHOTO, EDGES, [1, 2, 4, 8], at=(99, 99)),
    "rates, flat": lambda: figures.rates_on(0 * PHOTO + 255, np.eye(3), [1, 2], at=(40, 40)),
    "tree": lambda: figures.dilated_tree([1, 2, 4]),
    "tree, two": lambda: figures.dilated_tree([1, 2, 4, 8], 2),
    "tree, centred": lambda: figures.dilated_tree([2, 3], 3, causal=False),
    "nets": lambda: figures.nets_on(datasets.photograph("rocket"), FIELDS),
    "nets, small": lambda: figures.nets_on(CAT, {"a net": 15, "another": 63}),
    "nets, one": lambda: figures.nets_on(CAT, {"one": 90}),
}
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def patches(picture, ax=0):
    return [p for p in picture.figure.axes[ax].patches if type(p) is Rectangle]


def filled(picture):
    return [p for p in patches(picture) if p.get_fill()]


def framed(picture, colour):
    return [p for p in patches(picture) if not p.get_fill() and not p.get_hatch()
            and np.allclose(p.get_edgecolor()[:3], to_rgb(colour))]  # fmt: skip


def test_views_say_what_is_read_and_hatch_the_rest():
    assert (
        "1-2-4: 15x15, 225 of 225 read; 2-2-2: 13x13, 49 of 169 read." in drawing("views, two").alt
    )
    assert "rate 4: 9x9, 9 of 81 read" in drawing("views").alt
    hatched = [p for p in patches(drawing("views, two")) if p.get_hatch()]
    assert len(hatched) == 2 and len(filled(drawing("views, two"))) == 225 + 49
    bare = {p.get_facecolor()[0] for p in filled(drawing("views, one"))}
    assert {CAT[23, 23] / 255, CAT[37, 30] / 255} <= bare  # seven pixels away from the output
    faint = drawing("views, one").figure.axes[0].images[0].get_array()
    assert faint.shape == (17, 17) and faint[8, 8] == pytest.approx(0.7 + 0.3 * CAT[30, 30] / 255)


def test_the_frame_of_a_view_holds_what_is_read():
    picture = drawing("views")
    cells = filled(picture)
    for place, frame in enumerate(framed(picture, figures._style.ORANGE)):
        mine = cells[9 * place : 9 * place + 9]
        assert frame.get_x() == pytest.approx(min(p.get_x() for p in mine))
        assert frame.get_y() == pytest.approx(min(p.get_y() for p in mine))
        right = max(p.get_x() + p.get_width() for p in mine)
        assert frame.get_x() + frame.get_width() == pytest.approx(right)
        assert frame.get_height() == pytest.approx(frame.get_width())
    for frame, cell in zip(framed(picture, figures._style.SKY), cells[4::9], strict=True):
        assert frame.get_xy() == pytest.approx(cell.get_xy())


def test_a_view_that_is_not_square_is_told_as_rows_by_columns():
    value = np.zeros((7, 7))
    value[3, 1:6] = 1
    assert "a: 1x5, 5 of 5 read" in figures.views_on(CAT, {"a": value}, at=(30, 30)).alt


@pytest.mark.parametrize("rate", [1, 2, 4])
def test_rates_are_those_of_keras(rate):
    layer = layers.Conv2D(1, 3, dilation_rate=rate, use_bias=False)
    layer.build((1, 256, 256, 1))
    layer.set_weights([np.reshape(EDGES, (3, 3, 1, 1))])
    said = keras.ops.convert_to_numpy(layer(PHOTO[None, :, :, None] / 255))[0, :, :, 0]
    panel = drawing("rates").figure.axes[2 * [1, 2, 4].index(rate) + 1]
    drawn = np.asarray(panel.images[0].get_array().filled(np.nan))
    assert np.isnan(drawn[:rate]).all() and np.isnan(drawn[:, -rate:]).all()
    assert np.allclose(drawn[rate:-rate, rate:-rate], said, atol=1e-5)
    mean = f"rate {rate} reaches over {2 * rate + 1}x{2 * rate + 1}, mean size "
    assert mean + f"{abs(said).mean():.2f}" in drawing("rates").alt


@pytest.mark.parametrize(
    "name, says", [("rates", "value on the maps; beyond \u00b11 drawn like the ends"),
                   ("rates, flat", "value on the maps")]
)  # fmt: skip
def test_the_colour_bar_says_whether_values_lie_beyond_its_ends(name, says):
    assert says in [t.get_text() for t in words(drawing(name))]


def test_the_weights_lie_on_the_pixels_that_are_read():
    for place, rate in enumerate([1, 2, 4]):
        boxes = patches(drawing("rates"), 2 * place)
        assert {p.get_x() + 0.5 for p in boxes} == {5 - rate, 5, 5 + rate}
        shown = drawing("rates").figure.axes[2 * place].images[0].get_array()
        assert shown[5, 5] == PHOTO[109, 102] / 255


def keras_tree(rates, size, padding):
    """The cells of the input that the last output, or the one in the middle, reads."""
    x = np.eye(size)[:, :, None]
    for rate in rates:
        ones = {"use_bias": False, "kernel_initializer": "ones"}
        x = layers.Conv1D(1, 3, padding=padding, dilation_rate=rate, **ones)(x)
    at = size - 1 if padding == "causal" else size // 2
    return np.flatnonzero(keras.ops.convert_to_numpy(x)[:, at, 0])


def test_the_tree_ends_on_what_keras_reads():
    assert "15 input cells" in drawing("tree").alt and "each sees 3 " in drawing("tree").alt
    for name, rates, padding, size in (
        ("tree", (1, 2, 4), "causal", 17), ("tree, centred", (2, 3), "same", 13)
    ):  # fmt: skip
        ax = drawing(name).figure.axes[0]
        lowest = [line for line in ax.lines if line.get_marker() == "o"
                  and line.get_ydata()[0] == 0.5]  # fmt: skip
        filled = [i for i, line in enumerate(lowest) if line.get_markerfacecolor() != "white"]
        assert filled == keras_tree(rates, size, padding).tolist() and len(lowest) == size
    assert "9 input cells" in drawing("tree, centred").alt
    assert "16 input cells" in drawing("tree, two").alt


def test_every_line_of_the_tree_is_one_tap():
    lines = [ln for ln in drawing("tree").figure.axes[0].lines if ln.get_marker() == "None"]
    assert len(lines) == 3 * (7 + 3 + 1)
    for floor, rate in enumerate((1, 2, 4)):  # the widest line goes two steps of the layer's rate
        mine = [ln for ln in lines if min(ln.get_ydata()) == pytest.approx(0.5 + 0.82 * floor)]
        assert max(np.ptp(ln.get_xdata()) for ln in mine) == pytest.approx(2 * rate * 5 / 17)


def test_nets_are_to_scale():
    picture = drawing("nets")
    sides = [p.get_width() for p in patches(picture) if not p.get_fill()][::2]
    photo = np.ptp(picture.figure.axes[0].images[0].get_extent()[:2])
    assert np.allclose(np.divide(sides, photo), np.divide([483, 315, 212], 256))
    assert "ResNet-50 and MobileNet reach beyond it" in picture.alt
    assert "one reaches beyond it" in drawing("nets, one").alt
    assert "all lie inside it" in drawing("nets, small").alt


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.views_on(CAT, {}, at=(24, 17)), "One to four"),
        (lambda: figures.views_on(CAT, {"a": np.ones((4, 4))}, at=(24, 17)), "odd size"),
        (lambda: figures.views_on(CAT, {"a": np.zeros((5, 5))}, at=(24, 17)), "not zero"),
        (lambda: figures.views_on(CAT, {"a": view(4)}, at=(2, 17)), "must fit"),
        (lambda: figures.rates_on(PHOTO, np.ones((2, 2)), [1], at=(9, 9)), "3x3"),
        (lambda: figures.rates_on(PHOTO, EDGES, [], at=(9, 9)), "one to four"),
        (lambda: figures.dilated_tree([1, 2, 4, 16]), "40 cells"),
        (lambda: figures.nets_on(CAT, {}), "One to five"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


def test_every_drawing_of_the_file_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    used |= {"views_on"}
    public = {n for n in figures.__all__ if getattr(figures.dilation, n, None)}
    assert public - {"Picture"} <= used
