"""Lesson 04: LeNet and its rival are what the page says; the photograph; LeNet in odd spellings."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import datasets, networks, training
from helpers.lessons import lesson_04


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
}


@pytest.mark.parametrize("build", RIGHT.values(), ids=RIGHT)
def test_every_right_way_of_writing_it_passes(build):
    assert lesson_04.colour_lenet.mistake(build()) is None


@pytest.mark.parametrize("build, words", WRONG.values(), ids=WRONG)
def test_a_wrong_model_is_refused_with_words_that_help(build, words):
    hint = lesson_04.colour_lenet.mistake(build())
    assert hint and words in hint
