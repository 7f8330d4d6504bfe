"""The exercises of lesson 02, padding and stride, and its small pictures."""

import keras
import numpy as np
from keras import layers

from helpers import checks, datasets


def small_cat() -> np.ndarray:
    """The photograph "chelsea", its green channel: 64x64 means of 4x4 pixels, 0 to 1."""
    green = datasets.photograph("chelsea")[..., 1] / 255
    return datasets.shrunk(green[None, ..., None], 4)[0, ..., 0].astype("float32")


def striped_shirt() -> np.ndarray:
    """A T-shirt of Fashion-MNIST whose stripes are one pixel wide: 28x28, 0 to 1."""
    return (datasets.fashion_mnist()[1][0][341] / 255).astype("float32")


# Zeros on each side with which an 11x11 layer at stride 1 keeps the size.
zeros_that_keep = checks.Number(
    (11 - 1) // 2,
    hints={
        11 - 1: "That is both sides together.",
        11: "That is as wide as the whole window. How far does it reach beyond its middle?",
        6: "The map grows by two pixels. How far does the window reach beyond its middle?",
        3: "That is enough for a 7x7 layer.",
    },
    hint="The middle of the window must be able to stand on the first pixel, and no farther out.",
)

# (17, 17, 8), Conv2D(16, 7, strides=2, padding="same"), Conv2D(32, 3, strides=2). A first window
# of 7 tells the mistakes apart: with 5, "valid" and rounding down lead to the same size.
two_strides = checks.Shape(
    (4, 4, 32),
    hints={
        (2, 2, 32): "Which padding does the first layer have? Read its line again.",
        (3, 3, 32): 'One position is missing. Which way does "same" round? And did you count the '
        "first one?",
        (5, 5, 32): 'The second layer has no padding argument. Keras\' default is not "same".',
        (9, 9, 16): "That is the map after the first layer. Go on with the second.",
        (4, 4, 16): "The last layer decides how many channels come out.",
        (4, 4, 8): "The last layer decides how many channels come out.",
        (7, 7, 32): "The second layer has a stride, too.",
        (15, 15, 32): "Neither stride was used. The window moves on by two.",
    },
)

# 28x28: 5x5 stride 2; 5x5 stride 2; 3x3 stride 2; 3x3. No padding anywhere.
line_that_fails = checks.Choice(
    "D",
    hints={
        "A": "A 5x5 fits on 28x28. Work out what it leaves, then go on to the next line.",
        "B": "Here the window still fits. Work out what it leaves.",
        "C": "It fits, if only just. What is left after it?",
        "E": "Keras stops before that. Write down the size after each line.",
    },
)

# x = 1..8, kernel (1, 10, 100), stride 3, "same".
extra_zero = checks.Array(
    [321, 654, 87],
    hints={
        (210, 543, 876): "There the zero is in front. Keras puts an odd zero elsewhere.",
        (321, 654): 'That is padding "valid". With "same" a window starts at every third cell.',
        (321, 654, 870): "Right cells for the last window, but its zero has the wrong weight.",
        (123, 456, 780): "Keras does not flip the kernel: the first cell meets the first weight.",
        (123, 456, 78): "The first cell has the weight 1: it is the last digit.",
        (321, 543, 765, 87): "That is stride two. The windows start three cells apart.",
    },
    hint="Write down which three cells each window reads, then read its digits from the right.",
)


def _torch_layer(zeros=1, filters=16, kernel_size=3, strides=2, padding="valid", activation=None):
    inputs = x = keras.Input((32, 32, 3))
    if zeros:
        x = layers.ZeroPadding2D(zeros)(x)
    options = {"strides": strides, "padding": padding, "activation": activation}
    return keras.Model(inputs, layers.Conv2D(filters, kernel_size, **options)(x))


# torch.nn.Conv2d(3, 16, 3, stride=2, padding=1) on 32x32. The zeros at the end are never read, so a
# model without them is right, too.
like_pytorch = checks.Model(
    _torch_layer,
    hints=[
        ({"zeros": 0, "padding": "same"}, "The size is right, the zeros are not: where is the odd "
         "one with this padding, and where is it in PyTorch?"),
        ({"zeros": 0}, "There are no zeros at all: the window never reads past the edge."),
        ({"strides": 1}, "The window moves by one pixel. Which argument is missing?"),
        ({"zeros": 2}, "One row and one column too many. PyTorch's number counts the zeros on "
         "one side. They are added once, and before the window moves."),
        ({"activation": "relu"}, "The PyTorch layer has no activation."),
    ],
    hint="Same zeros, same window, same stride?",
)  # fmt: skip

# Which layer skips pixels between its windows? Windows 5, 2, 3, 4 with strides 4, 1, 4, 4.
skips_pixels = checks.Choice(
    "C",
    hints={
        "A": "A long step, and a wide window: neighbours share a pixel. Draw two of them.",
        "B": "A small window, but how far does it move?",
        "D": "The windows lie side by side here, without a gap.",
    },
)

# kernels 5, 3, 3 with strides 1, 2, 1
field_of_three = checks.Number(
    5 + (3 - 1) * 1 + (3 - 1) * 2,
    hints={
        9: "That is right for three layers without a stride.",
        7: "That is what two of the layers see. Add the third.",
        13: "The second layer's stride works on the layers after it, not on its own window.",
        45: "The windows add up, they don't multiply.",
    },
    hint="Each layer adds its window less one, times the steps that earlier strides have made.",
)

checks.count_together(globals())
