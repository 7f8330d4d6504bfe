"""The answer checkers of lesson 06 accept what is right and refuse what is not."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers.checks import WrongAnswer
from helpers.lessons import lesson_06 as check
from tests.exercise_cases import accepts, refuses


def block(kernels=(5, 1, 1), filters=(192, 160, 96), activation="relu", **options):
    x = inputs = keras.Input((32, 32, 3))
    options = {"padding": "same"} | options
    for kernel_size, count in zip(kernels, filters, strict=True):
        x = layers.Conv2D(count, kernel_size, activation=activation, **options)(x)
    return keras.Model(inputs, x)


def test_first_block(capsys):
    accepts(check.first_block, capsys, block())
    refuses(
        check.first_block,
        block(use_bias=False),
        block(kernels=(3, 1, 1)),
        block(kernels=(5, 5, 5)),
        block(activation=None),
        block(padding="valid"),
        block(filters=(192, 160, 192)),
        block(kernels=(5, 1), filters=(192, 96)),
        "Conv2D",
        secret=(60_928,),
        generic=1,  # two wrong output shapes
    )


def test_second_block(capsys):
    accepts(check.second_block, capsys, 535_104, 535104.0, np.int64(535_104))
    wrong = 534_528, 498_048, 460_992, 995_904, 2_304_576, 461_760, 12, "535104"
    refuses(check.second_block, *wrong, secret=(535_104,))


def test_dense_as_kernel(capsys):
    accepts(check.dense_as_kernel, capsys, (5, 5, 16, 120), [5, 5, 16, 120])
    wrong = (
        (1, 1, 16, 120), (1, 1, 400, 120), (400, 120), (5, 5, 120, 16), (120, 5, 5, 16),
        (5, 5, 16), (3, 3, 16, 120), 48_000,
    )  # fmt: skip
    refuses(check.dense_as_kernel, *wrong, secret=((5, 5, 16, 120),))


def test_fair_reading(capsys):
    accepts(check.fair_reading, capsys, "C", "c ")
    refuses(check.fair_reading, "A", "B", "D", "E", secret=())
    with pytest.raises(WrongAnswer):
        check.fair_reading(3)
