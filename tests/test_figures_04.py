"""The drawings of lesson 04: in form, with the numbers they draw, and true to Keras' own layers."""

import functools
import itertools
import re

import numpy as np
import pytest
from keras import layers, ops
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Rectangle

from helpers import datasets, figures, play
from helpers.figures import _style
from tests.drawn import NUMBER, assert_form, words

X = np.array([[1, 3, 0, 2], [5, 2, 1, 4], [0, 6, 7, 3], [2, 1, 8, 0]])
RNG = np.random.default_rng(0)
DOT = np.zeros(8)
DOT[2] = 9
MOVED = {"a bright cell": DOT} | {f"moved by {n}": np.roll(DOT, n) for n in (1, 2, -1)}
SHIRT = datasets.fashion_mnist()[1][0][120] / 255
STAGES = {
    "picture": SHIRT[..., None], "conv_1": RNG.random((28, 28, 6)),
    "pool_1": RNG.random((14, 14, 6)), "conv_2": RNG.random((10, 10, 16)),
    "pool_2": RNG.random((5, 5, 16)), "dense_1": RNG.random(120), "dense_2": RNG.random(84),
    "scores": RNG.random(10),
}  # fmt: skip
ROWS = {
    title: (factor * RNG.normal(size=(5, 5, 1, 6)), RNG.random((28, 28, 6)))
    for title, factor in (("before", 0.1), ("after", 0.3))
}
LABELS = np.array([0] * 5 + [1] * 4 + [2] * 3)
SAID = np.array([0, 0, 0, 1, 2, 1, 1, 1, 1, 2, 0, 0])
NAMES = ("sandal", "bag", "coat")

DRAWINGS = {
    "winners": lambda: figures.pool_winners(X),
    "winners, signs": lambda: figures.pool_winners(X - 4),
    "winners, window of 3": lambda: figures.pool_winners(np.arange(36).reshape(6, 6) % 7, 3),
    "winners, flat": lambda: figures.pool_winners(np.arange(16).reshape(2, 8) % 5),
    "rows": lambda: figures.pool_rows(MOVED),
    "rows, one": lambda: figures.pool_rows(np.arange(16) % 5, 4),
    "rows, dark": lambda: figures.pool_rows({"dark": np.zeros(4)}),
    "slabs": lambda: figures.net_slabs(STAGES),
    "slabs, two": lambda: figures.net_slabs({"maps": STAGES["pool_2"], "scores": np.zeros(10)}),
    "filters": lambda: figures.trained_filters(ROWS),
    "filters, one row": lambda: figures.trained_filters({"now": ROWS["after"]}),
    "confusion": lambda: figures.confusion(LABELS, SAID, NAMES),
    "confusion, pictures": lambda: figures.confusion(
        np.arange(2000) % 10, np.arange(2000) * 7 % 10, datasets.CLASS_NAMES, [SHIRT] * 10
    ),
}  # fmt: skip
drawing = functools.cache(lambda name: DRAWINGS[name]())


@pytest.mark.parametrize("name", DRAWINGS)
def test_form(name):
    assert_form(drawing(name))


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_numbers_drawn_are_in_the_words(name):
    picture = drawing(name)
    told = set(re.findall(NUMBER, picture.alt.replace("x", " ")))
    for text in words(picture):
        if name.startswith("filters") and re.fullmatch(r"\d", text.get_text()):
            continue  # the filters' numbers: "numbered from 0"
        missing = set(re.findall(NUMBER, text.get_text().replace("x", " "))) - told
        assert not missing, f"{text.get_text()!r} is not in: {picture.alt}"


def pool(x, size, kind="Max"):
    layer = getattr(layers, f"{kind}Pooling2D")(size)
    return ops.convert_to_numpy(layer(np.asarray(x, "float32")[None, :, :, None]))[0, :, :, 0]


@pytest.mark.parametrize("x, size", [(X, 2), (X - 9, 2), (RNG.normal(size=(6, 6)).round(1), 3)])
def test_winners_are_those_of_keras(x, size):
    picture = figures.pool_winners(x, size)
    largest, mean = (pool(x, size, kind) for kind in ("Max", "Average"))
    assert f"Max pooling writes {_style.rows(largest)}." in picture.alt
    means = re.search(r"Average pooling writes (.*)\.$", picture.alt)[1]
    means = [float(n.replace("\u2212", "-")) for n in re.findall(r"[\u2212\d.]+", means)]
    assert np.allclose(means, mean.ravel(), atol=5e-3)
    (ax,) = picture.figure.axes
    circles = [p.center for p in ax.patches if isinstance(p, Circle)]
    numbers = {tuple(np.round(t.get_position(), 3)): t.get_text() for t in ax.texts}
    circled = [numbers[tuple(np.round(centre, 3))] for centre in circles]
    assert circled == [_style.number(value) for value in largest.ravel()]
    for (r, c), value in np.ndenumerate(largest):
        place = np.argwhere(x[r * size : (r + 1) * size, c * size : (c + 1) * size] == x.flat[
            np.argmin(abs(x.ravel() - value))])[0] + (r * size, c * size)  # fmt: skip
        assert f"row {place[0]}, column {place[1]}" in picture.alt


def test_rows_are_compared_with_the_first():
    alt = drawing("rows").alt
    told = [part.rpartition(", ")[2] for part in alt.removesuffix(".").split("; ")[1:]]
    assert told == ["as above", "changed", "changed"]
    for row in MOVED.values():
        out = pool(row[None].repeat(2, 0), 2)[0]
        assert f"give {_style.listed(out)}" in alt
    same = figures.pool_rows({"one": DOT, "two": np.roll(DOT, 2), "three": np.roll(DOT, 1)}).alt
    assert same.endswith("as at the top.")


def test_slabs_are_to_scale_and_hold_every_map():
    fig = drawing("slabs").figure
    (ax,) = fig.axes
    images = ax.images
    assert len(images) == 1 + 6 + 6 + 16 + 16 + 3
    sizes = {}
    for image in images:
        x0, x1, y0, y1 = image.get_extent()
        sizes.setdefault(image.get_array().shape, []).append((x1 - x0, y1 - y0))
    pixel = sizes[28, 28][0][0] / 28
    for (rows, columns), drawn in sizes.items():
        if columns > 1:
            assert np.allclose(drawn, (columns * pixel, rows * pixel))
    unit = sizes[120, 1][0][1] / 120
    assert np.allclose([sizes[84, 1][0][1], sizes[10, 1][0][1]], (84 * unit, 10 * unit))
    stack = [image for image in images if image.get_array().shape == (5, 5)]
    for channel, image in enumerate(reversed(stack)):  # the first lies in front
        assert np.array_equal(image.get_array(), STAGES["pool_2"][..., channel])
        assert image.get_clim() == (0, STAGES["pool_2"][..., channel].max())


def test_filters_share_one_scale_and_lie_over_their_maps():
    axes = drawing("filters").figure.axes
    filters = [
        ax.images[0] for ax in axes if ax.images and ax.images[0].get_array().shape == (5, 5)
    ]
    maps = [ax.images[0] for ax in axes if ax.images and ax.images[0].get_array().shape == (28, 28)]
    assert len(filters) == len(maps) == 12
    assert len({image.get_clim() for image in filters}) == 1
    assert len({image.get_clim() for image in maps}) == 1
    low, high = filters[0].get_clim()
    assert low == -high and abs(ROWS["after"][0]).max() == pytest.approx(high, rel=0.05)
    for row, (kernels, written) in enumerate(ROWS.values()):
        for f in range(6):
            assert np.array_equal(filters[6 * row + f].get_array(), kernels[:, :, 0, f])
            assert np.array_equal(maps[6 * row + f].get_array(), written[..., f])
            over, under = (i.axes.get_position() for i in (filters[6 * row + f], maps[6 * row + f]))
            assert over.x0 == pytest.approx(under.x0) and over.y0 > under.y1


def test_confusion_counts_rows_as_what_it_is():
    picture = drawing("confusion")
    assert "sandal: 3 right, 1 called bag, 1 called coat; bag: 4 right; coat: 1 right, 2 called " \
        "sandal." in picture.alt  # fmt: skip
    ax = picture.figure.axes[0]
    drawn = {tuple(t.get_position()): int(t.get_text()) for t in ax.texts}  # (column, row)
    assert drawn == {(0, 0): 3, (1, 0): 1, (2, 0): 1, (1, 1): 4, (2, 2): 1, (0, 2): 2}
    right = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert len(right) == 3 and all(p.get_facecolor()[:3] == to_rgb(_style.WRITTEN) for p in right)
    assert ax.images[0].get_array().mask.sum() == 9 - 3  # only what is wrong has a colour


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.pool_winners(X, 3),
        lambda: figures.pool_winners(np.zeros((10, 10))),
        lambda: figures.pool_rows({"a": DOT, "b": DOT[:4]}),
        lambda: figures.pool_rows(DOT, 3),
        lambda: figures.pool_rows({str(n): DOT for n in range(6)}),
        lambda: figures.net_slabs({"a": np.zeros((3, 3))}),
        lambda: figures.net_slabs({}),
        lambda: figures.net_slabs({"a": np.zeros((100, 200, 3))}),
        lambda: figures.trained_filters({"a": (np.zeros((5, 5, 1, 3)), np.zeros((9, 9, 2)))}),
        lambda: figures.trained_filters({"a": (np.zeros((5, 5, 1, 9)), np.zeros((9, 9, 9)))}),
        lambda: figures.confusion([0, 1], [0], "ab"),
        lambda: figures.confusion([0, 2], [0, 1], "ab"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        draw()


def test_a_garment_that_moves_by_whole_strides_is_the_goal(slide, capsys):
    draw, sliders = slide(play.move_garment, SHIRT)
    assert set(sliders) == {"down", "right", "pool_size"}
    for size, down, right in itertools.product((2, 3, 4), (-4, -1, 0, 3), (0, 1, 2, 3, 4)):
        picture = draw(down, right, size)
        said = capsys.readouterr().out
        whole = down % size == right % size == 0 and (down, right) != (0, 0)
        assert said.rstrip().endswith("REACHED.") is whole, (size, down, right)
        assert picture.alt.startswith("3 pictures.")
    draw(0, 1, 2)
    assert capsys.readouterr().out.startswith("31% of the lit cells")


def test_every_drawing_is_tested():
    used = {name for draw in DRAWINGS.values() for name in draw.__code__.co_names}
    family = figures.pooling
    public = {n for n in figures.__all__ if getattr(family, n, None) is getattr(figures, n)}
    assert public - {"Picture"} <= used
