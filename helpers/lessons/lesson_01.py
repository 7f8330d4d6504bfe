"""The exercises of lesson 01, from the dense layer to convolution."""

import keras
import numpy as np
from keras import layers

from helpers import checks

# 1.5 billion animals, 12 million pixels of three colours: units until the weights are more.
cats_and_dogs = checks.Number(
    42,
    hints={
        41: "Multiply out: those weights are still a few fewer than the animals.",
        1_500_000_000 / 36_000_000: "A layer has whole units. Which way do you have to round?",
        125: "Those are the pixels alone. A colour photograph has several numbers at each.",
        126: "Those are the pixels alone. A colour photograph has several numbers at each.",
        36: "That is the number of inputs, in millions. Every unit has a weight for each.",
    },
    hint="How many weights does one single unit have?",
)

# v[-1], v[0], v[1] = 1, 2, -1: row 3 of the 6x6 matrix.
row_of_six = checks.Array(
    [0, 0, 1, 2, -1, 0],
    hints={
        (0, 1, 2, -1, 0, 0): "That is the row above. Rows are counted from 0.",
        (0, 0, 0, 1, 2, -1): "The middle weight belongs to the cell of the row's own number.",
        (0, 0, -1, 2, 1, 0): "The offset -1 is the neighbour on the left, 1 the one on the right.",
        (1, 2, -1): "Those are the three weights. The row has a place for each input cell.",
        (0, 0, 1, 2, -1): "A place is missing: the row is as long as the input.",
    },
    hint="Begin with the weight of offset 0: which input cell is it for?",
)

# A piece, B loop over rows, C the sum, D an empty output, E loop over columns.
five_lines = checks.Order(
    ("DBEAC", "DEBAC"),
    hints={
        "CA": "The sum reads a piece that hasn't been cut out yet.",
        "BD": "The loop counts the rows of an output that doesn't exist yet.",
        "ED": "The loop counts the columns of an output that doesn't exist yet.",
        "AB": "The piece is cut out at row i, before there is an i.",
        "AE": "The piece is cut out at column j, before there is a j.",
    },
)

# [[1, 0, 2], [3, 1, 0], [0, 2, 1]] with [[1, 2], [0, 1]].
by_hand = checks.Array(
    [[2, 4], [7, 2]],
    hints={
        ((8, 2), (5, 6)): "You have flipped the kernel. A Keras layer lays it down as it is.",
        **dict.fromkeys(
            [((5, 3), (7, 4)), ((5, 3), (5, 4))],
            "You have mirrored the kernel. Lay it down as it is.",
        ),
        ((1, 0), (0, 1)): "Those are the four products of the first window. Add them up; then "
        "the next window.",
        **dict.fromkeys(  # zeros after the input, and all round it
            [
                ((2, 4, 2), (7, 2, 0), (4, 4, 1)),
                ((1, 0, 2, 0), (5, 2, 4, 2), (6, 7, 2, 0), (0, 4, 4, 1)),
            ],
            "The window must lie inside the input: fewer positions.",
        ),
        (2, 4, 7, 2): "The numbers are right. Arrange them in rows, as the window moves.",
        ((1, 4), (5, 1)): "One product of each window is missing, the lower right one.",
        ((13, 5), (12, 10)): "That multiplies matrices. Multiply number by number, then add up.",
    },
    hint="Four windows of four numbers each: work out the first one and compare.",
)

# The picture was made by D, [[-1, -1, -1], [0, 0, 0], [1, 1, 1]].
which_kernel = checks.Choice(
    "D",
    hints={
        "A": "That kernel compares left with right. Are the left and right edges of the cup the "
        "strong ones?",
        "B": "That kernel compares right with left. Are the left and right edges of the cup the "
        "strong ones?",
        "C": "The direction fits. Now the sign: at the top of the cup, is it brighter above the "
        "outer edge of the rim or below it?",
    },
)

# Line C flips one axis only.
find_the_bug = checks.Choice(
    "C",
    hints={
        "A": "That line is fine: one filter, three by three, without a bias, as a plain sum needs.",
        "B": "That line is fine: any batch of images of five by five with one channel.",
        "D": "That line is fine: it gives the kernel the two axes for channels and filters.",
    },
)


def mystery(photo: np.ndarray) -> np.ndarray:
    """What the kernel D of exercise 5 makes of a grey photograph, padding "valid"."""
    change = photo[2:] - photo[:-2]  # below minus above
    return change[:, :-2] + change[:, 1:-1] + change[:, 2:]


def _edge_detector(kernel_size=3, filters=2, activation="relu", use_bias=False, **options):
    layer = layers.Conv2D(filters, kernel_size, activation=activation, use_bias=use_bias, **options)
    return keras.Sequential([keras.Input((256, 256, 1)), layer])


# Two 3x3 filters on a grey photograph, ReLU, no bias, padding "valid".
edge_detector = checks.Model(
    _edge_detector,
    hints=[
        ({"use_bias": True}, "There is a bias in it; the exercise asks for none."),
        ({"filters": 1}, "That layer has one filter. Two are asked for."),
        ({"kernel_size": 2}, "The window is smaller than three by three."),
        ({"kernel_size": 5}, "The window is larger than three by three."),
        ({"padding": "same"}, "Leave the padding as it is: the map is a little smaller."),
        ({"strides": 2}, "The window jumps. Leave strides as it is."),
        ({"activation": None}, "The ReLU is missing: negative values still come out."),
    ],
    hint="One convolution layer is all that is needed.",
)

checks.count_together(globals())
