"""Lesson 04: LeNet and its rival are what the page says; the photograph; LeNet in odd spellings."""

import functools
import re

import keras
import nbformat
import numpy as np
import pytest
from keras import layers, ops
from PIL import Image

from helpers import datasets, figures, networks, training
from helpers.lessons import lesson_04
from helpers.tools.notebook_form import lessons


def test_two_nets_with_as_many_parameters():
    lenet, dense = lesson_04.lenet(), lesson_04.dense_net()
    assert lenet.count_params() == 61_706 and dense.count_params() == 61_842
    assert abs(dense.count_params() / lenet.count_params() - 1) < 0.01
    assert not any(isinstance(layer, layers.Conv2D) for layer in dense.layers)


def test_lenet_answers_as_the_published_one():
    ours, theirs = lesson_04.lenet(), networks.lenet5()
    theirs.set_weights(ours.get_weights())
    x = np.random.default_rng(0).random((4, 28, 28, 1)).astype("float32")
    assert np.allclose(ops.convert_to_numpy(ours(x)), ops.convert_to_numpy(theirs(x)), atol=1e-6)


def test_the_stored_net_is_right_where_the_page_says_and_the_untrained_one_guesses():
    x, y = training.images(1)[1]
    right = {}
    for name in ("trained", "untrained"):
        net = getattr(lesson_04, f"{name}_lenet")()
        scores = net.predict(x, batch_size=500, verbose=0)
        right[name] = (scores.argmax(1) == y).mean()
        if name == "trained":  # no answer hangs on the last digits of a processor
            best = np.sort(scores, axis=1)
            assert (best[:, -1] - best[:, -2]).min() > 1e-4
    assert right["trained"] == pytest.approx(
        training.results("lenet")["val_accuracy"][0, -1], abs=2e-3
    )
    assert right["untrained"] < 0.2


def test_what_the_page_concludes_holds_for_every_seed():
    lenet, dense = (
        {key: curve[:, -1] for key, curve in training.results(name).items()}
        for name in ("lenet", "dense_net")
    )
    for key in ("val_accuracy", "moved_1", "moved_2", "moved_4"):
        assert lenet[key].min() > dense[key].max(), key
    early = [training.results(name)["val_accuracy"][:, 1] for name in ("lenet", "dense_net")]
    assert early[0].max() < early[1].min()


def test_shifts_are_by_pixels_in_four_directions():
    class Corner:
        """Says 1 where the pixel in the middle is bright."""

        def predict(self, x, **options):
            return np.stack([1 - x[:, 14, 14, 0], x[:, 14, 14, 0]], axis=-1)

    (_, y), x = training.images(1)[1], training.images(1)[1][0]
    found = lesson_04.after_shifts(Corner())
    assert set(found) == {"moved_1", "moved_2", "moved_4"}
    for n in (1, 2, 4):
        places = ((14 - n, 14), (14 + n, 14), (14, 14 - n), (14, 14 + n))
        said = np.array([x[:, r, c, 0] > 0.5 for r, c in places])
        assert found[f"moved_{n}"] == pytest.approx((said == y).mean())


def test_outputs_are_those_of_the_layers():
    net = lesson_04.trained_lenet()
    picture = training.images(1)[1][0][120]
    written = lesson_04.outputs(net, picture)
    assert list(written) == [layer.name for layer in net.layers if layer.name != "flatten"]
    x = picture[None]
    for layer in net.layers:
        x = layer(x)
        if layer.name in written:
            assert np.allclose(written[layer.name], ops.convert_to_numpy(x)[0], atol=1e-5)
    assert written["scores"].argmax() == 0  # a T-shirt, as the page says


def test_the_photograph_becomes_its_garment_again():
    photo = lesson_04.photograph(0)
    assert photo.shape == (252, 252, 3) and photo.dtype == np.uint8
    assert photo[..., 0].mean() > photo[..., 2].mean()  # yellowish
    assert photo[:60, -60:].mean() > photo[:60, :60].mean()  # lit from the right
    small = 1 - photo.mean(-1).reshape(28, 9, 28, 9).mean((1, 3)) / 255
    garment = datasets.fashion_mnist()[1][0][0] / 255
    assert np.corrcoef(small.ravel(), garment.ravel())[0, 1] > 0.95
    assert np.array_equal(photo, lesson_04.photograph(0))


@functools.cache
def page() -> list[str]:
    """The sources of the notebook's cells."""
    return [cell.source for cell in nbformat.read(lessons("04")[0], as_version=4).cells]


def prepared(**names) -> dict:
    """The names that a learner has after the cell that defines `prepare`."""
    (source,) = [source for source in page() if source.startswith("def prepare(")]
    names |= {"keras": keras, "layers": layers, "ops": ops, "np": np, "datasets": datasets}
    exec(source.partition("\n\n\n")[0], names)
    return names


def said_of(photographs, **options) -> np.ndarray:
    prepare = prepared()["prepare"]
    x = np.concatenate([prepare(photo, **options) for photo in photographs])
    assert x.shape[1:] == (28, 28, 1) and 0 <= x.min() and x.max() <= 1
    return lesson_04.trained_lenet().predict(x, batch_size=500, verbose=0).argmax(1)


def test_photographs_are_read_as_well_as_the_pictures_they_are_made_from():
    labels = datasets.fashion_mnist()[1][1]
    photographs = [lesson_04.photograph(number) for number in range(len(labels))]
    assert np.mean(said_of(photographs) == labels) == pytest.approx(0.87, abs=0.005)
    assert np.mean(said_of(photographs, invert=False) == 8) > 0.7  # bags
    few, noise = slice(0, 400), np.random.default_rng(0)
    dark = [0.6 * photo + noise.normal(size=photo.shape) * 5 for photo in photographs[few]]
    assert np.mean(said_of(dark) == labels[few]) > 0.85


def test_a_cup_a_cat_and_a_rocket_are_bags():
    photographs = [datasets.photograph(name)[2:254, 2:254] for name in datasets.PHOTOGRAPHS]
    assert said_of(photographs).tolist() == [8, 8, 8]


def test_shoes_are_known_with_the_toe_to_the_left_only():
    clothes, labels = datasets.fashion_mnist()[1]
    x = clothes[labels == 9][..., None] / 255
    said = [lesson_04.trained_lenet().predict(p, verbose=0).argmax(1) for p in (x, x[:, :, ::-1])]
    assert np.mean(said[0] == 9) > 0.9 and not (said[1] == 9).any()


@pytest.mark.parametrize("wide, high", [(1200, 900), (900, 1200), (700, 700)])
@pytest.mark.parametrize("number, name", [(0, "ankle boot"), (1, "pullover"), (120, "T-shirt")])
def test_a_photograph_of_ones_own_is_read_as_the_page_says(
    number, name, wide, high, tmp_path, monkeypatch
):
    """A noisy JPEG of a garment in the middle of a table that is far from white."""
    side = min(wide, high)
    middle = Image.fromarray(lesson_04.photograph(number)).resize((side, side))
    table = Image.new("RGB", (wide, high), (220, 210, 190))
    table.paste(middle, ((wide - side) // 2, (high - side) // 2))
    seen = 0.7 * np.array(table) + np.random.default_rng(0).normal(size=(high, wide, 3)) * 5
    Image.fromarray(seen.clip(0, 255).astype("uint8")).save(tmp_path / "mine.jpg")
    monkeypatch.chdir(tmp_path)
    code = re.search(r"(?s)```python\n(.*?)```", page()[-1][page()[-1].index("## Try at home") :])[
        1
    ]
    names = prepared(net=lesson_04.trained_lenet(), figures=figures)
    exec(code, names)
    assert names["says"].startswith(name), names["says"]


def test_a_shift_by_four_moves_the_last_maps_by_one_cell_edges_apart():
    x = np.zeros((1, 28, 28, 1))
    x[0, 8:20, 8:20] = np.random.default_rng(0).random((12, 12, 1))
    moved = training.shift(x, 4)
    before, after = (
        lesson_04.outputs(lesson_04.trained_lenet(), p[0])["pool_2"] for p in (x, moved)
    )
    assert np.allclose(after[2:4], before[1:3], atol=1e-5)
    assert not np.allclose(after[2:4], before[2:4], atol=0.1)


def test_a_third_of_the_cells_stay_on_other_garments_too():
    wide = np.pad(datasets.fashion_mnist()[1][0] / 255, ((0, 0), (4, 4), (4, 4)))
    before, after = (
        x.reshape(-1, 18, 2, 18, 2).max((2, 4)) for x in (wide, np.roll(wide, 1, axis=2))
    )
    lit = (before > 0) | (after > 0)
    shares = ((before == after) & lit).sum((1, 2)) / lit.sum((1, 2))
    assert round(100 * np.median(shares)) == 31


def test_every_map_of_the_second_convolution_finds_something_on_the_shirt():
    maps = lesson_04.outputs(lesson_04.trained_lenet(), training.images(1)[1][0][120])["conv_2"]
    assert (maps.max((0, 1)) > 0.9).all()
    places = {k: maps[..., k].max(0).argmax() for k in (3, 4, 6)}
    assert places[4] < 2 and places[3] > 6 and places[6] > 6


def colour(*rest, shape=(32, 32, 3)):
    return keras.Sequential([keras.Input(shape), *rest])


def body(*, pool=layers.MaxPooling2D, activation="relu", last="softmax"):
    def act():
        return [layers.Activation(activation)] if activation else []

    return [
        *(layers.Conv2D(6, (5, 5)), *act(), pool(2), layers.Conv2D(16, 5), *act(), pool((2, 2))),
        *(layers.Flatten(), layers.Dense(120), *act(), layers.Dense(84), *act()),
        *(layers.Dense(10), layers.Activation(last)),
    ]


RIGHT = {
    "activations as layers": lambda: colour(*body()),
    "relu and softmax layers": lambda: colour(
        layers.Conv2D(6, 5), layers.ReLU(), layers.MaxPooling2D(2, strides=2),
        layers.Conv2D(16, 5), layers.ReLU(), layers.MaxPooling2D(2), layers.Reshape((400,)),
        layers.Dense(120, "relu"), layers.Dense(84, "relu"), layers.Dense(10), layers.Softmax(),
    ),
    "activation after the pooling": lambda: colour(
        layers.Conv2D(6, 5), layers.MaxPooling2D(2), layers.ReLU(),
        layers.Conv2D(16, 5), layers.MaxPooling2D(2), layers.ReLU(), layers.Flatten(),
        layers.Dense(120, "relu"), layers.Dense(84, "relu"), layers.Dense(10, "softmax"),
    ),  # the largest of ReLUs is the ReLU of the largest
}  # fmt: skip
WRONG = {
    "average": (lambda: colour(*body(pool=layers.AveragePooling2D)), "takes the largest"),
    "linear": (lambda: colour(*body(activation=None)), "activations are missing"),
    "tanh": (lambda: colour(*body(activation="tanh")), "1998"),
    "logits": (lambda: colour(*body(last="linear")), "probabilities"),
    "grey": (lambda: colour(*body(), shape=(32, 32, 1)), "colour"),
    "28": (lambda: colour(*body(), shape=(28, 28, 3)), "32 rows"),
    "the net of the page": (lesson_04.lenet, ""),
    "padding left in the first": (
        lambda: colour(
            *(
                layers.Conv2D(6, 5, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(16, 5, activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(120, "relu"),
                layers.Dense(84, "relu"),
                layers.Dense(10, "softmax"),
            )
        ),
        "padding somewhere",
    ),
}


@pytest.mark.parametrize("build", RIGHT.values(), ids=RIGHT)
def test_every_right_way_of_writing_it_passes(build):
    assert lesson_04.colour_lenet.mistake(build()) is None


@pytest.mark.parametrize("build, words", WRONG.values(), ids=WRONG)
def test_a_wrong_model_is_refused_with_words_that_help(build, words):
    hint = lesson_04.colour_lenet.mistake(build())
    assert hint and words in hint
