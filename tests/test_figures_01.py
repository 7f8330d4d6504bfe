"""The drawings of lesson 01 and its slider: in form, and with the numbers they draw."""

import functools
import sys

import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from helpers import datasets, figures, play, reference
from helpers.lessons import lesson_01
from tests.drawn import assert_form, assert_says_its_numbers, patches, words

ROCKET, COFFEE = (datasets.photograph(name).mean(axis=-1) / 255 for name in ("rocket", "coffee"))
UPRIGHT = np.array([[1, 0, -1]] * 3)
LAPLACE = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
BLUR = np.ones((7, 7)) / 49
DENSE = np.random.default_rng(16).uniform(-1, 1, size=(6, 6))
SHARED = 0.5 * np.eye(6, k=-1) + 0.9 * np.eye(6) - 0.7 * np.eye(6, k=1)
NOISE = np.random.default_rng(0).normal(size=(2, 100))

DRAWINGS = {
    "wall": lambda: figures.wall(36e9),
    "wall, other": lambda: figures.wall(1e9, kernel_size=7),
    "rows": lambda: figures.shared_rows({"dense": DENSE, "local": DENSE * (SHARED != 0)}),
    "rows, three": lambda: figures.shared_rows({"a": DENSE, "b": SHARED, "c": SHARED[:4]}),
    "windows": lambda: figures.windows_on(ROCKET, UPRIGHT, at={"A": (60, 60), "B": (152, 123)}),
    "windows, at the ends": lambda: figures.windows_on(
        COFFEE[..., None], LAPLACE / 3, at={"A": (253, 253), "B": (40, 0)}
    ),
    "kernels": lambda: figures.kernels_on(
        ROCKET, {"edges": LAPLACE, "blur": BLUR, "sharpen": LAPLACE + np.eye(3)[1] * np.eye(3)[1]}
    ),
    "kernels, one": lambda: figures.kernels_on(COFFEE, {"your kernel": UPRIGHT}),
    "kernels, pictures": lambda: figures.kernels_on(COFFEE, {"as it is": [[1]], "blur": BLUR}),
    "kernels, nothing": lambda: figures.kernels_on(COFFEE, {"zeros": np.zeros((3, 3))}),
    "differences": lambda: figures.difference_maps(
        {"none": np.zeros((8, 8)), "one": np.eye(8) * -2, "half": np.eye(4)}
    ),
    "signals": lambda: figures.signals({"noise": NOISE[0], "more": NOISE[1] * 2}),
    "signals, flat": lambda: figures.signals({"flat": np.ones((1, 9, 1))}),
}

drawing = functools.cache(lambda name: DRAWINGS[name]())
each = pytest.mark.parametrize("name", DRAWINGS)


@each
def test_form(name):
    assert_form(drawing(name))


@each
def test_numbers_drawn_are_in_the_words(name):
    assert_says_its_numbers(drawing(name))


def test_the_wall_is_to_scale():
    """A pitch of 105 m, a coin of 23 mm and cells of 1 mm, each in its panel."""
    picture = drawing("wall")
    panels = [p for p in picture.figure.axes[0].patches if isinstance(p, Rectangle)][:3]
    wide = panels[0].get_width()
    side = 36e9**0.5 / 1000  # metres
    pitch = next(p for p in picture.figure.axes[0].patches[3:] if isinstance(p, Rectangle))
    assert pitch.get_width() / wide == pytest.approx(105 / side)
    coin = [p for p in picture.figure.axes[0].patches if isinstance(p, Circle)]
    coin = max(c.get_radius() for c in coin)
    assert 2 * coin / wide == pytest.approx(0.023 / 0.03)
    cells = patches(picture, Rectangle, figures._style.BLUE)
    assert len(cells) == 9 and cells[0].get_width() / wide == pytest.approx(0.001 / 0.03)
    assert "190 m wide" in picture.alt and "5 football pitches" in picture.alt


def test_shared_rows_count_different_numbers():
    alt = drawing("rows, three").alt
    assert "a, 36 different numbers" in alt and "b, 3 different numbers" in alt
    assert "local, 16 different numbers" in drawing("rows").alt
    filled = patches(figures.shared_rows({"b": SHARED, "c": 0 * SHARED}), Rectangle, "white")
    assert len(filled) == 36 - 16 + 36


def test_maps_are_cross_correlations():
    kernels = {"a": UPRIGHT, "b": LAPLACE}
    axes = [ax for ax in figures.kernels_on(ROCKET, kernels).figure.axes if ax.images]
    for ax, kernel in zip(axes[1:], kernels.values(), strict=False):
        right = reference.cross_correlation(ROCKET[..., None], kernel[..., None, None])
        assert np.allclose(ax.images[0].get_array(), right[..., 0])
    picture = drawing("windows")
    value = (ROCKET[152:155, 123:126] * UPRIGHT).sum()
    assert f"{value:.2f}".replace("-", "\u2212") in picture.alt
    shown = [ax for ax in picture.figure.axes if ax.images][1].images[0].get_array()
    assert shown[152, 123] == pytest.approx(value)


@pytest.mark.parametrize(
    "name, whose", [("kernels", "edges and sharpen"), ("kernels, one", "the maps")]
)
def test_the_scale_says_whose_it_is(name, whose):
    """The map of blur is a picture: it has other colours."""
    texts = [text.get_text() for text in words(drawing(name))]
    assert f"value on {whose}; stronger ones as the ends" in texts


def test_the_hidden_kernel_is_the_answer():
    """The map of exercise 5 is what option D makes, and nobody else's."""
    options = {"A": UPRIGHT, "B": -UPRIGHT, "C": UPRIGHT.T, "D": -UPRIGHT.T}
    maps = {letter: figures.sharing.correlate(COFFEE, k) for letter, k in options.items()}
    made = [letter for letter in options if np.allclose(maps[letter], lesson_01.mystery(COFFEE))]
    assert made == [lesson_01.which_kernel.right]
    assert maps["D"][8:20, 80:140].max() > 1  # bright at the top of the rim, as hint 2 says


def test_a_kernel_that_adds_up_to_one_gives_a_picture():
    alt = drawing("kernels").alt
    assert "0.02: a picture again" in alt and "4, \u22121; 0, \u22121, 0: around 0" in alt
    assert "stronger" not in " ".join(t.get_text() for t in words(drawing("kernels, pictures")))


def test_differences_are_counted():
    alt = drawing("differences").alt
    assert "none: largest difference 0.00, 0 of 64 differ" in alt
    assert "one: largest difference 2.00, 8 of 64 differ" in alt
    assert "half: largest difference 1.00, 4 of 16 differ" in alt


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.wall(1e6), "1e9 to 1e12"),
        (lambda: figures.wall(36e9, kernel_size=11), "1 to 9"),
        (lambda: figures.shared_rows({"a": DENSE}), "two or three"),
        (lambda: figures.shared_rows({"a": DENSE, "b": np.ones((9, 9))}), "at most 8"),
        (lambda: figures.windows_on(ROCKET, BLUR, at={"A": (0, 0), "B": (1, 1)}), "3x3 kernel"),
        (lambda: figures.windows_on(ROCKET, UPRIGHT, at={"A": (254, 0), "B": (1, 1)}), "inside"),
        (lambda: figures.kernels_on(ROCKET * 255, {"a": UPRIGHT}), "0 to 1"),
        (lambda: figures.kernels_on(ROCKET, {}), "one to three"),
        (lambda: figures.kernels_on(ROCKET, {"a": np.ones((8, 8))}), "at most 7"),
        (lambda: figures.difference_maps({}), "one to three"),
        (lambda: figures.signals({}), "one to three"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


# ---------------------------------------------------------------- the slider


def test_the_goal_can_be_reached_and_missed(slide, capsys):
    draw, sliders = slide(play.find_edges, ROCKET)
    answers = {
        (0, 0, 1, 0, 0): "Not yet.",
        (1, 0, 0, 0, -1): "Not yet.",  # the sky vanishes, and so does an upright edge
        (0, 1, 0, -1, 0): "REACHED.",
        (-1, -1, 4, -1, -1): "REACHED.",
    }
    for values, says in answers.items():
        for value, slider in zip(values, sliders.values(), strict=True):
            slider.value = value
            assert slider.value == pytest.approx(value)
        assert isinstance(draw(*values), figures.Picture) and says in capsys.readouterr().out
    assert "add up to 1" in (draw(), capsys.readouterr().out)[1]


def test_without_widgets_one_line(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    play.find_edges(ROCKET)
    assert capsys.readouterr().out.count("\n") == 1


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    here = figures.sharing
    assert {n for n in figures.__all__ if getattr(here, n, None) is getattr(figures, n)} - {
        "Picture"
    } <= used
