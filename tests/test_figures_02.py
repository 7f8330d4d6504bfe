"""The drawings of lesson 02: in form, with the numbers they draw, and true to Keras' own layers."""

import functools

import keras
import numpy as np
import pytest
from keras import layers
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers import figures
from helpers.lessons import lesson_02
from tests.drawn import assert_form, assert_says_its_numbers, words

CAT = lesson_02.small_cat()
EYE = CAT[17:29, 10:22]
SIX, DIGITS = [1, 2, 3, 4, 5, 6], [1, 10, 100]
TWO_WAYS = {'Keras "same"': "same", "one zero on each side": 1}

DRAWINGS = {
    "row": lambda: figures.window_row(8, 3, strides=2),
    "row, numbers": lambda: figures.window_row(SIX, DIGITS, strides=2, padding="same"),
    "row, two ways": lambda: figures.window_row(SIX, DIGITS, strides=2, padding=TWO_WAYS),
    "row, many": lambda: figures.window_row(28, 9, padding=4),
    "row, gaps": lambda: figures.window_row(12, 2, strides=4, padding=(0, 3)),
    "row, one wide": lambda: figures.window_row(28, 1, strides=1, padding=4),
    "row, one window": lambda: figures.window_row(5, 5, strides=4),
    "stairs": lambda: figures.staircase(3),
    "stairs, one": lambda: figures.staircase(5, strides=[4], sizes=[5, 9, 13]),
    "steps": lambda: figures.window_steps(EYE[:5, :5], 3),
    "steps, same": lambda: figures.window_steps(EYE[:5, :5], 3, padding="same"),
    "steps, two": lambda: figures.window_steps(
        EYE[:6, :7], 3, strides=2, padding="same", steps=[(0, 0), (2, 3)]
    ),
    "steps, one place": lambda: figures.window_steps(EYE[:5, :5], 5),
    "shrinking": lambda: figures.shrinking(
        {"valid": {f"{n} layers": CAT[2 * n : 64 - 2 * n, 2 * n : 64 - 2 * n]
                   for n in (0, 5, 10, 15)}, "same": {"0 layers": CAT, "15 layers": CAT / 2}}
    ),
    "read": lambda: figures.pixels_read(EYE, {"3x3": (3, 2), "2x2": (2, 3), "1x1": (1, 2)}),
    "read, all": lambda: figures.pixels_read(EYE[..., None], {"2x2, stride 2": (2, 2)}),
    "fields": lambda: figures.fields_on(CAT, {"three 3x3": [3] * 3, "7x7": [7]}, at=(24, 17)),
    "fields, one": lambda: figures.fields_on(CAT, {"5x5, 1x1": [5, 1]}, at=(30, 30)),
}  # fmt: skip
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", [name for name in DRAWINGS if name != "row, many"])
def test_numbers_drawn_are_in_the_words(name):
    picture, besides = drawing(name), set()
    if "row" in name:  # windows are numbered from 0 on, as the words say
        besides = {t.get_text() for t in words(picture) if t.get_text().isdigit()} - {"321"}
    assert_says_its_numbers(picture, besides)


def patches(picture, colour):
    found = [p for ax in picture.figure.axes for p in ax.patches if type(p) is Rectangle]
    return [p for p in found if np.allclose(p.get_facecolor()[:3], to_rgb(colour))]


def keras_says(values, kernel, **options):
    x = np.array(values, "float32").reshape(1, -1, 1)
    layer = layers.Conv1D(1, len(kernel), use_bias=False, **options)
    layer.build(x.shape)
    layer.set_weights([np.array(kernel).reshape(-1, 1, 1)])
    return keras.ops.convert_to_numpy(layer(x)).ravel().astype(int).tolist()


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("n, k, s", [(6, 3, 2), (7, 3, 2), (8, 3, 3), (9, 4, 1), (5, 2, 3)])
def test_a_row_writes_what_keras_writes(n, k, s, padding):
    values, kernel = list(range(1, n + 1)), [1, 10, 100, 1000][:k]
    picture = figures.window_row(values, kernel, strides=s, padding=padding)
    written = [t.get_text() for t in words(picture)]
    said = keras_says(values, kernel, strides=s, padding=padding)
    assert {f"{v:,}" for v in said} <= set(written)
    assert figures._style.listed(said) in picture.alt and f"{len(said)} windows" in picture.alt
    assert len(patches(picture, figures._style.WRITTEN)) == len(said)


def test_a_row_crosses_out_what_is_never_read():
    assert "1 cell never read: 7." in drawing("row").alt
    crosses = [line for line in drawing("row, gaps").figure.axes[0].lines]
    assert (
        "6 cells never read: 2, 3, 6, 7, 10 and 11; 1 zero never read" in drawing("row, gaps").alt
    )
    assert len(crosses) == 7 and {line.get_marker() for line in crosses} == {"x"}
    shifted = figures.window_row(12, 2, strides=4, padding=(1, 0)).alt
    assert "7 cells never read: 1, 2, 5, 6, 9, 10 and 11." in shifted
    assert "654; 1 zero never read." in drawing("row, two ways").alt


def test_bars_of_a_row_lie_on_what_they_read():
    picture = drawing("row")
    bars = sorted(p.get_x() for p in patches(picture, figures._style.WRITTEN))
    cells = sorted(p.get_x() for p in patches(picture, figures._style.READ))
    assert np.allclose(np.subtract(bars, 0.03), [cells[0], cells[2], cells[4]])


def test_stairs_are_those_of_keras():
    for padding, ax in zip(("valid", "same"), drawing("stairs").figure.axes, strict=True):
        for s, line in zip((1, 2, 3), ax.lines, strict=True):
            layer = layers.Conv1D(1, 3, strides=s, padding=padding)
            out = [layer.compute_output_shape((1, n, 1))[1] for n in range(5, 21)]
            assert list(line.get_ydata()) == out and line.get_drawstyle() == "steps-post"
            assert figures._style.listed(out) in drawing("stairs").alt


def test_stairs_of_a_wide_kernel_begin_where_it_fits():
    assert "sizes 7 to 22" in figures.staircase(7).alt
    assert "sizes 5 to 20" in figures.staircase(1).alt


def test_steps_draw_the_photograph_and_hatch_the_zeros():
    picture = drawing("steps, two")
    hatched = [p for p in patches(picture, figures._style.PADDING) if p.get_hatch()]
    assert len(hatched) == 2 * (7 * 9 - 6 * 7)  # one row below, a column on either side
    assert "7x9 with zeros" in picture.alt and "output 3x4" in picture.alt
    assert len(patches(picture, str(float(EYE[2, 3])))) >= 2


def test_shrinking_is_to_scale():
    picture = drawing("shrinking")
    wide = [ax.get_position().width for ax in picture.figure.axes]
    assert np.allclose(np.divide(wide, wide[0]) * 64, [64, 44, 24, 4, 64, 64])
    edge = np.concatenate([CAT[0], CAT[-1], CAT[1:-1, 0], CAT[1:-1, -1]]).mean()
    assert f"of its outermost pixels {edge:.2f}" in picture.alt
    alt = figures.shrinking({"a": {"b": np.pad(np.ones((3, 3)), 1)}}).alt
    assert "brightness 0.36, of its outermost pixels 0.00" in alt


@pytest.mark.parametrize("k, s", [(3, 2), (2, 3), (1, 2), (5, 3)])
def test_pixels_read_are_those_that_change_the_output(k, s):
    ones = {"use_bias": False, "kernel_initializer": "ones"}
    layer = layers.Conv2D(1, k, strides=s, **ones)
    each = np.eye(144, dtype="float32").reshape(144, 12, 12, 1)  # one lit pixel each
    times = keras.ops.convert_to_numpy(layer(each)).reshape(144, -1).sum(1).round().astype(int)
    alt = figures.pixels_read(EYE, {"x": (k, s)}).alt
    low, high = times[times > 0].min(), times.max()
    said = "once each" if high == 1 else f"{low} to {high} times each"
    assert f"{np.count_nonzero(times)} of 144 read, {said}" in alt
    hatched = [
        p for p in patches(figures.pixels_read(EYE, {"x": (k, s)}), "white") if p.get_hatch()
    ]
    assert len(hatched) == np.count_nonzero(times == 0)


def test_fields_are_framed():
    assert "three 3x3: sees 3x3, then 5x5, then 7x7; 7x7: sees 7x7" in drawing("fields").alt
    frames = [p for p in drawing("fields").figure.axes[0].patches if not p.get_fill()]
    assert [p.get_width() for p in frames] == [3, 5, 7]
    assert all(p.get_x() + p.get_width() / 2 == 5 for p in frames)


def test_the_shirt_is_striped_and_the_cat_is_the_photograph():
    shirt = lesson_02.striped_shirt()[10:22, 12:18]
    assert shirt[::2].mean() > 0.7 and shirt[1::2].mean() < 0.4
    assert CAT.shape == (64, 64) and 0 <= CAT.min() < CAT.max() <= 1


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.window_row(3, 5), "does not fit"),
        (lambda: figures.window_row(8, 3, padding=(-1, 2)), "not negative"),
        (lambda: figures.window_row(90, 3), "too many"),
        (lambda: figures.staircase(3, sizes=[2, 3]), "no input smaller"),
        (lambda: figures.staircase(3, strides=[1, 2, 3, 4]), "Three strides"),
        (lambda: figures.window_steps(CAT, 3), "12 pixels"),
        (lambda: figures.window_steps(EYE, 3, steps=[(10, 0)]), "inside the output"),
        (lambda: figures.pixels_read(CAT, {"a": (1, 1)}), "20 pixels"),
        (lambda: figures.pixels_read(EYE, {}), "one to four"),
        (lambda: figures.fields_on(CAT, {"a": [2]}, at=(30, 30)), "odd"),
        (lambda: figures.fields_on(CAT, {"a": [3]}, at=(0, 0)), "must fit"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


def test_every_drawing_of_the_file_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    # a comprehension inside a lambda has a code of its own in Python 3.11
    public = {n for n in figures.__all__ if getattr(figures.padding, n, None)}
    assert public - {"Picture"} <= used
