"""The answer checkers of lesson 08."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers.checks import WrongAnswer
from helpers.lessons import lesson_08 as check
from tests.exercise_cases import accepts, refuses


def test_one_pixel(capsys):
    accepts(check.one_pixel, capsys, [0, 1.5, 0.25], np.array([0.0, 1.5, 0.25]))
    refuses(
        check.one_pixel,
        [-1, 1.5, 0.25],
        [2, 1.5, 0.5],
        [0, 0.5, 0],
        [2, 1, 0.5],
        [-6, 0.5, -0.125],
        [5, 0.5, 0.75],
        [2, 1, 0.5, -3, 0.5, -0.25],
        [0, 0, 0],
        "0, 1.5",
        secret=("[0, 1.5, 0.25]", "0.25"),
    )


def test_silent_addition(capsys):
    accepts(check.silent_addition, capsys, "C", " c ")
    refuses(check.silent_addition, "A", "B", "D", 3, secret=("(8, 8, 1)",))


def block(
    *,
    filters=128,
    kernel=1,
    strides=2,
    first="relu",
    second=None,
    across=None,
    last=True,
    **options,
):
    inputs = keras.Input((8, 8, 64))
    y = layers.Conv2D(filters, 3, strides=2, padding="same", activation=first, **options)(inputs)
    y = layers.Conv2D(filters, 3, padding="same", activation=second, **options)(y)
    x = layers.Conv2D(filters, kernel, strides=strides, padding="same", activation=across)(inputs)
    y = layers.Add()([x, y])
    return keras.Model(inputs, layers.ReLU()(y) if last else y)


def test_projection_block(capsys):
    with_layers = keras.Sequential([layers.ReLU()])
    model = block()
    before = model.get_weights()
    accepts(check.projection_block, capsys, model, block(strides=(2, 2)))
    assert all((a == b).all() for a, b in zip(model.get_weights(), before, strict=True))
    refuses(
        check.projection_block,
        block(filters=64),
        block(kernel=3),
        block(use_bias=False),
        block(last=False),
        block(across="relu"),
        block(second="relu"),
        block(first=None),
        block(first="tanh"),
        "a model",
        with_layers.layers,
        secret=(229_760,),
        generic=1,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last": False}, "behind the addition"),
        ({"across": "relu"}, "linear"),
        ({"second": "relu"}, "between the second 3x3 and the addition"),
        ({"first": None}, "between the two 3x3"),
        ({"first": "tanh"}, "something else"),
    ],
)
def test_projection_block_names_the_mistake(change, words):
    with pytest.raises(WrongAnswer, match=words):
        check.projection_block(block(**change))


def test_projection_block_counts_its_layers():
    inputs = keras.Input((8, 8, 64))
    with pytest.raises(WrongAnswer, match="too few"):
        check.projection_block(keras.Model(inputs, layers.Conv2D(128, 1, strides=2)(inputs)))
    pooled = layers.AveragePooling2D(2)(inputs)
    y = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(inputs)
    y = layers.Conv2D(128, 3, padding="same")(y)
    y = layers.ReLU()(layers.Add()([y, layers.Conv2D(128, 1)(pooled)]))
    with pytest.raises(WrongAnswer, match="stride 2 itself"):
        check.projection_block(keras.Model(inputs, y))


def test_positions_read(capsys):
    accepts(check.positions_read, capsys, 784, 784.0, np.int64(784))
    refuses(
        check.positions_read, 3136, 2352, 1568, 28, 729, 0.25, 200_704, 10, "784", secret=(784,)
    )


def test_stage_four(capsys):
    accepts(check.stage_four, capsys, 1_114_112, np.float64(1_114_112))
    refuses(
        check.stage_four,
        1_115_648,
        851_968,
        524_288,
        589_824,
        524_288 + 9_437_184,
        3 * 262_144 + 589_824,
        18_874_368,
        69_632,
        1_114_113,
        7,
        [1, 2],
        secret=(1_114_112,),
        generic=0,
    )
