"""The exercises of lesson 02, padding and stride, and its small pictures."""

import keras
import numpy as np
from keras import layers

from helpers import checks, datasets


def small_cat() -> np.ndarray:
    """The photograph "chelsea", its green channel: 64x64 means of 4x4 pixels, 0 to 1."""
    green = datasets.photograph("chelsea")[..., 1] / 255
    return green.reshape(64, 4, 64, 4).mean((1, 3)).astype("float32")


def striped_shirt() -> np.ndarray:
    """A T-shirt of Fashion-MNIST whose stripes are one pixel wide: 28x28, 0 to 1."""
    return (datasets.fashion_mnist()[1][0][341] / 255).astype("float32")


# (15, 15, 8), Conv2D(16, 5, strides=2, padding="same"), Conv2D(32, 3, strides=2).
two_strides = checks.Shape(
    (3, 3, 32),
    hints={
        (4, 4, 32): 'The second layer has no padding argument. Keras\' default is not "same".',
        (2, 2, 32): 'Look at the first layer again: "same" rounds up.',
        (8, 8, 16): "That is the map after the first layer. Go on with the second.",
        (3, 3, 16): "The last layer decides how many channels come out.",
        (3, 3, 8): "The last layer decides how many channels come out.",
        (6, 6, 32): "The second layer has a stride, too.",
        (13, 13, 32): "Neither stride was used. The window moves on by two.",
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
        (321, 543, 765, 87): "That is stride two. The windows start three cells apart.",
    },
    hint="Write down which three cells each window reads, then read its digits from the right.",
)

# A after = total - before, B outputs = ceil(n / s), C before = total // 2,
# D total = max((outputs - 1) * s + k - n, 0)
zeros_of_same = checks.Order(
    "BDCA",
    hints={
        "DB": "The total uses a number that is not there yet.",
        "CD": "One side cannot be known before the total.",
        "AC": "The zeros after are what is left when the zeros before are known.",
    },
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
        ({"zeros": 2}, "Too many zeros. PyTorch's number counts those on one side."),
        ({"activation": "relu"}, "The PyTorch layer has no activation."),
    ],
    hint="Same zeros, same window, same stride?",
)  # fmt: skip

# Which layer skips pixels between its windows?
skips_pixels = checks.Choice(
    "C",
    hints={
        "A": "Neighbouring windows share a pixel here. Draw two of them.",
        "B": "The windows lie side by side here, without a gap.",
        "D": "A wide window, and a long step. Is the step longer than the window?",
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
