"""The model that lesson 01 asks for: odd ways of writing it right, and ways to go wrong."""

import keras
import pytest
from keras import layers, ops

from helpers.lessons import lesson_01


def stack(*rest, shape=(256, 256, 1), **options):
    return keras.Sequential([keras.Input(shape, **options), *rest])


def conv(filters=2, kernel_size=3, activation="relu", use_bias=False, **options):
    return layers.Conv2D(filters, kernel_size, activation=activation, use_bias=use_bias, **options)


def functional(activation):
    inputs = keras.Input((256, 256, 1))
    return keras.Model(inputs, activation(conv(activation=None)(inputs)))


RIGHT = {
    "as asked": lambda: stack(conv()),
    "relu as a layer": lambda: stack(conv(activation=None), layers.ReLU()),
    "relu as a function": lambda: functional(ops.relu),
    "maximum": lambda: functional(lambda x: ops.maximum(x, 0.0)),
    "a tuple, and zeros by name": lambda: stack(conv(2, (3, 3), padding="valid", strides=1)),
    "one image a batch": lambda: stack(conv(), batch_size=1),
}
WRONG = {
    "bias": (lambda: stack(conv(use_bias=True)), "bias"),
    "one filter": (lambda: stack(conv(1)), "one filter"),
    "three filters": (lambda: stack(conv(3)), ""),
    "2x2": (lambda: stack(conv(2, 2)), "smaller"),
    "5x5": (lambda: stack(conv(2, 5)), "larger"),
    "same": (lambda: stack(conv(padding="same")), "padding"),
    "stride": (lambda: stack(conv(strides=2)), "jumps"),
    "no relu": (lambda: stack(conv(activation=None)), "ReLU is missing"),
    "absolute values": (lambda: functional(ops.abs), "something else"),
    "colour": (lambda: stack(conv(), shape=(256, 256, 3)), ""),
    "other size": (lambda: stack(conv(), shape=(28, 28, 1)), ""),
    "a layer alone": (conv, ""),
}


@pytest.mark.parametrize("build", RIGHT.values(), ids=RIGHT)
def test_every_right_way_of_writing_it_passes(build):
    assert lesson_01.edge_detector.mistake(build()) is None


@pytest.mark.parametrize("build, words", WRONG.values(), ids=WRONG)
def test_a_wrong_model_is_refused_with_words_that_help(build, words):
    hint = lesson_01.edge_detector.mistake(build())
    assert hint and words in hint
