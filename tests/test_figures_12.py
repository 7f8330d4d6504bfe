"""The drawings of lesson 12: in form, and with the numbers they draw."""

import functools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers import figures, play
from helpers.lessons import lesson_12
from tests.drawn import assert_form, assert_says_its_numbers, words

STACK = lesson_12.photo_stack()[0]
TIMES = lesson_12.stored_times()
THREE = {
    "one": ["grouped"],
    "two": ["grouped", "grouped"],
    "shuffled": ["grouped", "shuffle", "grouped"],
}
DRAWINGS = {
    "rows": lambda: figures.map_rows({"stack": STACK, "twice": 2 * STACK}, groups=3),
    "rows, one": lambda: figures.map_rows({"flat": np.ones((4, 6, 2))}),
    "connections": lambda: figures.connections(THREE),
    "connections, six": lambda: figures.connections(
        {"ordinary": ["ordinary"]}, channels=6, groups=2, start=4
    ),
    "cards": lambda: figures.deal_cards(6, 2, pictures=STACK[..., :6]),
    "cards, plain": lambda: figures.deal_cards(12, 3),
    "paths": lambda: figures.thin_paths({"ResNet": (1, 64), "ResNeXt": (32, 4)}),
    "times": lambda: figures.speed_up(TIMES),
    "times, one": lambda: figures.speed_up({"here": {"a": {"1": (100, 2.0), "2": (50, 3.0)}}}),
}
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_numbers_drawn_are_in_the_words(name):
    counted = {str(n) for n in range(12)} if name.startswith(("rows", "cards")) else set()
    assert_says_its_numbers(drawing(name), besides=counted)


def test_maps_are_drawn_from_their_lowest_to_their_highest_value():
    images = [ax.images[0] for ax in drawing("rows").figure.axes]
    assert len(images) == 18
    for c, image in enumerate(images[:9]):
        assert np.array_equal(image.get_array(), STACK[..., c])
        assert image.get_clim() == (STACK[..., c].min(), STACK[..., c].max())


def test_maps_of_a_group_have_its_colour():
    edges = [ax.spines["top"].get_edgecolor()[:3] for ax in drawing("rows").figure.axes[:9]]
    assert edges == [to_rgb(figures._style.CATEGORIES[c // 3]) for c in range(9)]


def test_connections_count_what_the_channels_reach():
    alt = drawing("connections").alt
    assert alt.count("27 of 81 pairs; channel 0 reaches 3 of 9") == 2
    assert "81 of 81 pairs; channel 0 reaches 9 of 9" in alt
    assert "36 of 36 pairs; channel 4 reaches 6 of 6" in drawing("connections, six").alt


def test_the_lines_of_a_shuffle_are_those_of_the_deal():
    """The dashed lines of the third stack lead channel i to the place where the deal puts it."""
    ax = drawing("connections").figure.axes[0]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    starts, ends = ([line.get_xdata()[i] for line in dashed] for i in (0, 1))
    assert len(dashed) == 9
    place = {x: c for c, x in enumerate(sorted(starts))}
    lead = {place[a]: place[b] for a, b in zip(starts, ends, strict=True)}
    assert [lead[c] for c in (0, 1, 2, 3)] == [0, 3, 6, 1]


def test_lit_connections_are_those_of_the_start():
    lines = drawing("connections").figure.axes[0].lines
    lit = [line for line in lines if line.get_color() == figures._style.ORANGE]
    assert len(lit) == 3 + (3 + 9) + (3 + 3 + 9)


def test_cards_lie_as_they_are_dealt():
    texts = [t for t in words(drawing("cards")) if t.get_text().isdigit()]
    rows = {}
    for t in texts:
        x, y = t.get_position()
        rows.setdefault(round(y, 3), []).append((x, t.get_text()))
    dealt = ["".join(n for _, n in sorted(row)) for _, row in sorted(rows.items(), reverse=True)]
    assert dealt == ["012345", "012", "345", "031425"]
    assert "0, 3, 1, 4, 2 and 5" in drawing("cards").alt
    shown = [image.get_array() for image in drawing("cards").figure.axes[0].images]
    assert np.array_equal(shown[-2], STACK[..., 2]) and np.array_equal(shown[-1], STACK[..., 5])


def test_paths_are_to_scale():
    ax = drawing("paths").figure.axes[0]
    bars = [p for p in ax.patches if isinstance(p, Rectangle)
            and np.allclose(p.get_facecolor()[:3], to_rgb(figures._style.BLUE))]  # fmt: skip
    widths = [bar.get_width() for bar in bars]
    assert len(widths) == 33 and widths[0] == pytest.approx(16 * widths[1])
    assert "together 69,632 weights" in drawing("paths").alt
    assert "together 70,144 weights" in drawing("paths").alt


def test_times_lie_where_they_were_measured():
    first, second = drawing("times").figure.axes
    for ax, kinds in zip((first, second), TIMES.values(), strict=True):
        line, *drawn = ax.lines
        for one, points in zip(drawn, kinds.values(), strict=True):
            assert np.allclose(np.transpose(one.get_data()), list(points.values()))
        x, y = line.get_data()
        macs, ms = kinds["native"]["1 group"]
        assert np.allclose(y / x, ms / macs)


@pytest.mark.parametrize(
    "draw, says",
    [
        (lambda: figures.map_rows({"a": np.ones((3, 3, 13))}), "12 in a row"),
        (lambda: figures.map_rows({"a": STACK}, groups=2), "equal groups"),
        (lambda: figures.connections({"a": ["mixed"]}), "Use grouped"),
        (lambda: figures.deal_cards(14, 2), "12 at most"),
        (lambda: figures.deal_cards(6, 2, pictures=STACK), "as many pictures"),
        (lambda: figures.deal_cards(6, 4), "equal groups"),
        (lambda: figures.thin_paths({"a": (65, 1)}), "64 paths"),
        (lambda: figures.speed_up({}), "One or two panels"),
    ],
)
def test_bad_input_is_named(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()


def test_the_slider_reaches_its_goal_where_the_solution_says(slide, capsys):
    draw, sliders = slide(play.mix_in_groups, lesson_12.mixed)
    reached = set()
    for groups in (1, 2, 3, 4, 6, 8, 12, 24):
        for rounds in range(1, 7):
            draw(groups, rounds)
            if "REACHED" in capsys.readouterr().out:
                reached.add((groups, rounds))
    assert reached == {(8, 3)}
    draw(7, 3)  # no divisor of 24: its neighbour
    assert "288" in capsys.readouterr().out
    assert (sliders["groups"].value, sliders["rounds"].value) == (2, 1)


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    family = figures.grouped
    public = {n for n in figures.__all__ if getattr(family, n, None) is getattr(figures, n)}
    assert public - {"Picture"} <= used
