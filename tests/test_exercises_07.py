"""The answer checkers of lesson 07 accept what is right and refuse what is not."""

import keras
import numpy as np
from keras import layers

from helpers import blocks, cost
from helpers.lessons import lesson_07 as check
from tests.exercise_cases import accepts, refuses


def test_rows_of_the_pooling(capsys):
    accepts(check.rows_of_the_pooling, capsys, 10, 10.0, np.int64(10), np.array([10]))
    refuses(check.rows_of_the_pooling, 28, 9, 14, 26, 12, "10", (10, 10), secret=(10,))


def test_channels_of_two(capsys):
    accepts(check.channels_of_two, capsys, 640, 640.0)
    refuses(check.channels_of_two, 416, 224, 832, 448, 608, 700, True, secret=(640,))


def test_macs_of_3x3(capsys):
    right = 28 * 28 * 128 * 3 * 3 * 192
    accepts(check.macs_of_3x3, capsys, right, float(right), np.int64(right))
    wrong = (
        28 * 28 * 128 * 9, 28 * 28 * 9 * 192, 128 * 9 * 192, 128 * 9 * 192 + 128,
        28 * 28 * 128 * 192, 28 * 28 * 128 * 3 * 192, 26 * 26 * 128 * 9 * 192, 2 * right,
        28 * 28 * 32 * 25 * 192, 1, "173 M",
    )  # fmt: skip
    refuses(check.macs_of_3x3, *wrong, secret=(right,))


def test_macs_of_4a(capsys):
    right = 73_608_192
    assert 14 * 14 * 375_552 == right
    accepts(check.macs_of_4a, capsys, right, np.float64(right))
    inputs = keras.Input((14, 14, 192))
    outputs = blocks.inception(inputs, 192, 96, 208, 16, 48, 64)
    narrow = cost.cost_table(keras.Model(inputs, outputs)).total
    wrong = 4 * right, right // 4, 375_552, 376_176, 2 * right, narrow.macs, 5, "73 M"
    refuses(check.macs_of_4a, *wrong, secret=(right,))


def module(  # module 3a, or one of the ways to get it wrong
    sizes=(1, 3, 5, 1), activation="relu", use_bias=True, order=(0, 1, 2, 3), pool_size=3,
    pool_first=True, padding="same", projection=True, reduce_3=True, widths=(64, 128, 32, 32),
):  # fmt: skip
    inputs = keras.Input((28, 28, 192))

    def conv(x, filters, size):
        options = {"activation": activation, "use_bias": use_bias, "padding": padding}
        return layers.Conv2D(filters, size, **options)(x)

    pool = layers.MaxPooling2D(pool_size, strides=1, padding="same")
    last = inputs
    if pool_first:
        last = pool(last)
    if projection:
        last = conv(last, widths[3], sizes[3])
    if not pool_first:
        last = pool(last)
    branches = [
        conv(inputs, widths[0], sizes[0]),
        conv(conv(inputs, 96, 1) if reduce_3 else inputs, widths[1], sizes[1]),
        conv(conv(inputs, 16, 1), widths[2], sizes[2]),
        last,
    ]
    return keras.Model(inputs, layers.Concatenate()([branches[i] for i in order]))


def by_helper():
    inputs = keras.Input((28, 28, 192))
    return keras.Model(inputs, blocks.inception(inputs, 64, 96, 128, 16, 32, 32))


def test_module_by_hand(capsys):
    accepts(check.module_by_hand, capsys, module(), by_helper())
    refuses(
        check.module_by_hand,
        module(projection=False),  # 416 channels
        module(reduce_3=False),
        module(use_bias=False),
        module(activation=None),
        module(order=(0, 1, 3, 2)),
        module(order=(1, 0, 2, 3)),
        module(pool_first=False),
        module(pool_size=2),
        module(sizes=(1, 3, 5, 3)),
        module(sizes=(3, 3, 5, 1)),
        module(sizes=(1, 5, 3, 1)),
        module(widths=(64, 128, 32, 31)),
        "a model",
        secret=(163_696,),
        generic=2,  # the same axis twice, another order of the join twice
    )


def test_supported(capsys):
    accepts(check.supported, capsys, "C", "c ")
    refuses(check.supported, "A", "B", "D", "E", 3, secret=(), generic=1)
