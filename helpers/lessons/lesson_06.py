"""The exercises of lesson 06."""

import keras
from keras import layers

from helpers import checks


def _first_block(kernels=(5, 1, 1), filters=(192, 160, 96), activations=("relu",) * 3, **options):
    options = {"padding": "same"} | options
    x = inputs = keras.Input((32, 32, 3))
    for size, count, activation in zip(kernels, filters, activations, strict=True):
        x = layers.Conv2D(count, size, activation=activation, **options)(x)
    return keras.Model(inputs, x)


# The mlpconv block 5x5, 1x1, 1x1 on 32x32x3, built by hand.
first_block = checks.Model(
    _first_block,
    hints=[
        ({"use_bias": False}, "The biases are missing: use_bias=True is the default, leave it."),
        ({"kernels": (3, 1, 1)}, "The first kernel is 3x3; the block asks for 5x5."),
        (
            {"kernels": (5, 5, 5)},
            "Every layer is 5x5. Only the first one looks around; the others are 1x1.",
        ),
        ({"padding": "valid"}, 'The map shrinks. padding="same" keeps its size.'),
        (
            {"activations": (None,) * 3},
            "No layer has a ReLU. Without it, neighbouring layers are one matrix product (lesson "
            "05). Give one to all of them.",
        ),
        ({"activations": ("relu", "relu", None)}, "The last layer needs its ReLU, too."),
        ({"activations": (None, "relu", "relu")}, "The first layer needs its ReLU, too."),
        ({"activations": ("relu", None, "relu")}, "The layer in the middle needs its ReLU, too."),
    ],
    hint="Three layers in a row, each with its ReLU, and nothing else: no stride, no dilation.",
)

# Parameters of the second mlpconv block of the CIFAR-10 model: 5x5 on 96 channels, 1x1, 1x1.
_five, _one = 25 * 96 * 192 + 192, 192 * 192 + 192
second_block = checks.Number(
    _five + 2 * _one,
    hints={
        _five + 2 * _one - 3 * 192: "These are the weights. Every filter has a bias, too.",
        _five + _one: "One 1x1 layer is missing: there are two after the 5x5.",
        _five: "That is the 5x5 layer alone. Two 1x1 layers follow it.",
        25 * 192 * 192 + 192 + 2 * _one: "The 5x5 layer reads the maps that the first block "
        "leaves: fewer than that.",
        _five + 2 * (192 + 192): "A 1x1 filter is not one number: it holds one for each channel "
        "that it reads.",
        _five + 2 * (25 * 192 * 192 + 192): "The two last kernels are 1x1, not 5x5.",
    },
    hint="Kernel height * kernel width * channels read * filters + filters, for three layers.",
)

# The kernel that replaces Flatten + Dense(120) on 5x5x16.
dense_as_kernel = checks.Shape(
    (5, 5, 16, 120),
    hints={
        (1, 1, 16, 120): "A 1x1 kernel reads one position; a dense unit reads the whole map.",
        (1, 1, 400, 120): "That reads a map of one position and 400 channels, after Flatten. The "
        "convolution reads the map before Flatten.",
        (400, 120): "That is the dense layer's matrix. How is it cut into rows, columns and "
        "channels?",
        (5, 5, 120, 16): "Keras keeps the channels read before the filters.",
        (120, 5, 5, 16): "The filters come last in Keras.",
        (5, 5, 16): "That is one unit's filter; there are as many as units.",
    },
    hint="(kernel height, kernel width, channels read, filters), as Keras keeps a kernel.",
)

# What the trainings of the lesson support.
fair_reading = checks.Choice(
    "C",
    hints={
        "A": "Look at the ranges of the seeds, and at which of the two is higher at the end.",
        "B": "One size, one set of images, a few epochs: that is too little for a verdict on the "
        "idea.",
        "D": "Both heads of the plain net are in the table. Compare their rows.",
    },
)

checks.count_together(globals())
