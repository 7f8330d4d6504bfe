"""The drawings of lesson 09: in form, with the numbers they draw, and true to their data."""

import functools

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from helpers import datasets, figures, play, reference
from tests.drawn import assert_form, assert_says_its_numbers, words

CAT = datasets.photograph("chelsea")[..., 1] / 255
SMALL = CAT[::4, ::4]
rng = np.random.default_rng(0)
DIGITS = reference.convolution_matrix(np.arange(1, 10).reshape(3, 3), (4, 4))
SIGNED = reference.convolution_matrix(rng.normal(size=(3, 3)), (4, 4))
WIDE = reference.convolution_matrix(np.ones((3, 3)), (6, 6))
STRIPED = CAT + 0.05 * np.cos(np.pi * np.arange(256) / 2)  # a pair of stripes is 4 pixels wide

DRAWINGS = {
    "matrices": lambda: figures.layer_matrices(DIGITS),
    "matrices, signed": lambda: figures.layer_matrices(SIGNED),
    "matrices, large": lambda: figures.layer_matrices(WIDE),
    "sheet": lambda: figures.coverage_sheet(),
    "sheet, small": lambda: figures.coverage_sheet([1, 7], [4]),
    "sheet, all": lambda: figures.coverage_sheet(range(2, 8), range(1, 5)),
    "scales": lambda: figures.own_scales({"before": SMALL, "after": SMALL[:30, :30, None] - 1}),
    "scales, rows": lambda: figures.own_scales(
        {"even": {str(n): np.full((9, 9), n / 3) for n in range(4)}, "cat": {"a": CAT}}
    ),
    "scales, wrapped": lambda: figures.own_scales(
        {f"a title that takes more than a line {n}": SMALL + n for n in range(5)}, columns=3
    ),
    "spectrum": lambda: figures.row_spectrum({"the cat": CAT, "with stripes": STRIPED}),
    "spectrum, four": lambda: figures.row_spectrum(
        {"one": CAT, "two": CAT + 1, "a third with a long name": STRIPED, "four": CAT[::-1]},
        periods=(4,),
    ),
}
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def test_matrices_are_filled_where_they_are_not_zero():
    for name, matrix in {"matrices": DIGITS, "matrices, signed": SIGNED}.items():
        cells = [p for p in drawing(name).figure.axes[0].patches if p.get_fill()]
        assert len(cells) == 2 * matrix.size
        for part, table in ((cells[: matrix.size], matrix), (cells[matrix.size :], matrix.T)):
            white = [p.get_facecolor()[:3] == (1, 1, 1) for p in part]
            assert (np.reshape(white, table.shape) == (table == 0)).all()
        assert f"{np.count_nonzero(matrix)} of 64 cells filled" in drawing(name).alt
    digits = [t.get_text() for t in words(drawing("matrices")) if t.get_text().isdigit()]
    assert sorted(digits) == sorted(2 * 4 * "123456789")


@pytest.mark.parametrize(
    "panel", ["k=2, s=3: 1, 1, 0", "k=5, s=2: 3, 2", "k=4, s=3: 2, 1, 1", "k=6, s=2: even: 3"]
)
def test_the_sheet_counts_as_the_layer_writes(panel):
    assert panel in drawing("sheet").alt
    k, step = int(panel[2]), int(panel[7])
    ones = np.ones((k, k, 1, 1))
    written = reference.transposed(np.ones((12, 12, 1)), ones, strides=step)[..., 0]
    start = 6 * step
    row = written[start, start : start + step] / written[start, start]
    told = [int(n) for n in panel.split(": ")[-1].split(", ")]
    assert np.allclose(row, np.divide(told, told[0]))


def test_gaps_on_the_sheet_are_hatched():
    hatched = [p for p in drawing("sheet").figure.axes[0].patches if p.get_hatch()]
    assert len(hatched) == 12 * 12 - 8 * 8  # of k=2, s=3
    assert all(isinstance(p, Rectangle) for p in hatched)


def test_each_panel_has_the_scale_that_is_written_beneath():
    before, after = (ax.images[0] for ax in drawing("scales").figure.axes)
    assert before.get_clim() == (SMALL.min(), SMALL.max())
    assert after.get_clim() == (SMALL[:30, :30].min() - 1, SMALL[:30, :30].max() - 1)
    even = drawing("scales, rows").figure.axes[3].images[0]
    low, high = even.get_clim()
    assert low < 1 < high and "everywhere 1;" in drawing("scales, rows").alt


def test_stripes_stand_out_in_the_spectrum():
    plain, striped = drawing("spectrum").alt.split("with stripes")
    assert float(plain.split("around it ")[1].split()[0]) < 2
    assert float(striped.split("around it ")[1].split()[0]) > 5
    assert float(striped.split(" and ")[1].split()[0]) < 2  # at 2 pixels there are none
    cat, lines = drawing("spectrum").figure.axes[0].lines
    peak = lines.get_xdata()[np.argmax(lines.get_ydata() / cat.get_ydata())]
    assert peak == 1 / 4


def test_borders_of_a_picture_make_no_stripes():
    """A ramp has none, though its rows end far from where they begin."""
    ramp = np.tile(np.linspace(0, 1, 64), (8, 1))
    (line,) = figures.row_spectrum({"a ramp": ramp}).figure.axes[0].lines
    assert line.get_ydata()[-8:].max() < 1e-4


def test_a_constant_added_changes_no_spectrum():
    one, two, *_ = drawing("spectrum, four").figure.axes[0].lines
    assert np.allclose(one.get_ydata(), two.get_ydata())


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.layer_matrices(np.ones((17, 4))), "16 rows"),
        (lambda: figures.layer_matrices(np.ones(4)), "2 dimensions"),
        (lambda: figures.coverage_sheet(range(1, 8)), "One to six"),
        (lambda: figures.own_scales({"a": SMALL}, columns=5), "four can be seen"),
        (lambda: figures.own_scales({"colour": np.ones((4, 4, 3))}), "colour"),
        (lambda: figures.row_spectrum({"a": CAT, "b": SMALL}), "of one size"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=f"(?s){says}"):
        draw()


@pytest.mark.parametrize(
    "weights, reached",
    [
        ((0.2, 0.5, 1.0, 0.6), False),  # where the sliders start
        ((0.25, 0.75, 0.75, 0.25), True),
        ((0.0, 0.3, 0.6, 0.3), True),
        ((0.5, 0.5, 0.5, 0.5), False),  # even, but all are equal
        ((0.0, 0.0, 0.0, 0.0), False),
        ((0.2, 0.6, 0.2, 0.6), False),
    ],
)
def test_even_stamp_is_reached_by_weights_that_add_up_alike(slide, capsys, weights, reached):
    draw, sliders = slide(play.even_stamp, SMALL[:20, :20])
    picture = draw(**dict(zip(sliders, weights, strict=True)))
    said = capsys.readouterr().out
    assert ("REACHED" in said) == reached, said
    kernel = np.outer(weights, weights)[..., None, None]
    expected = reference.transposed(SMALL[:20, :20, None], kernel, strides=2)[3:-3, 3:-3, 0]
    assert np.allclose(picture.figure.axes[1].images[0].get_array(), expected)


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    family = figures.upsampling
    public = {n for n in figures.__all__ if getattr(family, n, None) is getattr(figures, n)}
    assert public - {"Picture"} <= used
