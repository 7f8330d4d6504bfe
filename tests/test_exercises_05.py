"""The answer checkers of lesson 05: right spellings pass, mistakes get a hint of their own."""

import keras
import numpy as np
from keras import layers

from helpers.lessons import lesson_05 as check
from tests.exercise_cases import accepts, refuses


def test_two_filters(capsys):
    right = [-0.5, 4]
    spellings = (right, tuple(right), np.array(right), np.array(right, "float32"))
    accepts(check.two_filters, capsys, *spellings, keras.ops.array(right))
    refuses(
        check.two_filters,
        [-1, 5],
        [0.5, 2],
        [3.5, -1],
        [0, 4],
        [4, -0.5],
        [3.5],
        [[3, -2, -2], [0, 1, 4]],
        [1, 1],
        "4",
        -0.5,
        secret=("-0.5, 4", "[-0.5"),
    )


def test_reduced_shape(capsys):
    accepts(check.reduced_shape, capsys, (256, 256, 64), [256, 256, 64], np.array([256, 256, 64]))
    refuses(
        check.reduced_shape,
        (256, 256, 64, 512),
        (256, 256, 512),
        (256, 256, 64 * 512),
        (256, 256, 576),
        (256, 256, 8),
        (32, 32, 512),
        (1, 1, 64),
        (64, 256, 256),
        (256, 256),
        "64",
        64,
        secret=("256, 256, 64)",),
    )


def test_a_batch_axis_is_named_not_counted_as_a_wrong_size():
    refuses(check.reduced_shape, (None, 256, 256, 64), secret=("(256, 256, 64)",))


def test_forty_two_maps(capsys):
    right = 42 * 512 + 42
    accepts(check.forty_two_maps, capsys, right, float(right), np.int64(right), np.array([right]))
    wrong = (42, 84, 512, 513, 42 * 512, 43 * 512, 2 * 42 * 512, 42 * 512 + 1, 9 * 42 * 512 + 42)
    refuses(check.forty_two_maps, *wrong, 1000, "21546", [1, 2], secret=(right,))


def test_null_space(capsys):
    accepts(check.null_space, capsys, 448, 448.0, np.int32(448))
    refuses(check.null_space, 64, 512, 0, 1, 2, 8, 576, 512 * 64, 100, "448", secret=(448,))


def test_next_depth(capsys):
    accepts(check.next_depth, capsys, 3137, 3137.0, np.float32(3137))
    wrong = (7 * 7 * 512 + 1, 7 * 7 * 512, 7 * 7 * 64, 49, 50, 3200, 200_768, 513, 65)
    refuses(check.next_depth, *wrong, 1, None or [3137, 1], secret=(3137,))


def branch(*stack, channels=192):
    return keras.Sequential([keras.Input((28, 28, channels)), *stack])


def test_reduced_branch(capsys):
    right = branch(layers.Conv2D(16, 1), layers.Conv2D(32, 5, padding="same"))
    x = inputs = keras.Input((28, 28, 192))
    x = layers.Conv2D(16, (1, 1), activation="relu")(x)
    functional = keras.Model(inputs, layers.Conv2D(32, (5, 5), padding="same")(x))
    accepts(check.reduced_branch, capsys, right, functional)
    same = {"padding": "same"}
    refuses(
        check.reduced_branch,
        branch(layers.Conv2D(32, 5, **same)),
        branch(layers.Conv2D(16, 5, **same), layers.Conv2D(32, 1)),
        branch(layers.Conv2D(16, 1), layers.Conv2D(32, 3, **same)),
        branch(layers.Conv2D(16, 1), layers.Conv2D(32, 5)),
        branch(layers.Conv2D(32, 1), layers.Conv2D(32, 5, **same)),
        branch(layers.Conv2D(16, 5, **same), layers.Conv2D(32, 5, **same)),
        branch(layers.Conv2D(16, 1, use_bias=False), layers.Conv2D(32, 5, use_bias=False, **same)),
        layers.Conv2D(32, 5),
        15_920,
        secret=(15_920, 3_088, 12_832),
        generic=1,
    )
