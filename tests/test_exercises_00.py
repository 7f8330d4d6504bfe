import numpy as np

from helpers.lessons import lesson_00 as check
from tests.exercise_cases import accepts, refuses


def test_pixels(capsys):
    accepts(check.pixels, capsys, 784, 784.0, np.int64(784), [784])
    refuses(check.pixels, 56, 28, 2352, 785, "784 pixels", (28, 28), secret=(784,))


def test_training_shape(capsys):
    accepts(check.training_shape, capsys, (10_000, 28, 28, 1), [10000, 28, 28, 1])
    refuses(
        check.training_shape,
        (10_000, 28, 28),
        (10_000, 1, 28, 28),
        (28, 28, 1),
        (10_000, 28, 28, 3),
        (60_000, 28, 28, 1),
        7_840_000,
        secret=("(10000, 28, 28, 1)",),
    )


def test_channels_of_a_filter(capsys):
    accepts(check.channels_of_a_filter, capsys, "B", "b")
    refuses(check.channels_of_a_filter, "A", "C", "D", 2, secret=("B:",))
