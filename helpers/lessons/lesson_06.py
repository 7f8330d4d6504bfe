"""The exercises of lesson 06."""

import functools

import keras
from keras import layers

from helpers import blocks, checks, training


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


# The nets of lesson 06, what is measured on them, and their experiments


def nin_small(class_maps: str = "linear", input_shape=(14, 14, 1)) -> keras.Model:
    """A Network in Network for 14x14 images: three mlpconv blocks, one pooling, class maps.

    class_maps="relu" ends the last 1x1 with a ReLU, as the published net does.
    """
    inputs = keras.Input(input_shape)
    x = blocks.mlpconv(inputs, (24, 20, 12), kernel_size=5, name="mlpconv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.mlpconv(x, (24, 24, 24), kernel_size=5, name="mlpconv2")
    x = blocks.mlpconv(x, (24, 24), kernel_size=3, name="mlpconv3")
    x = blocks.conv(x, 10, 1, activation=class_maps, name="class_maps")
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, keras.layers.Softmax(name="predictions")(x), name="nin_small")


def nin_plain(head: str = "mean", filters=(24, 20, 24)) -> keras.Model:
    """nin_small without its 1x1 layers, widened to the same cost; head "mean" or "flatten"."""
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, filters[0], kernel_size=5, name="conv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.conv(x, filters[1], kernel_size=5, name="conv2")
    x = blocks.conv(x, filters[2], kernel_size=3, name="conv3")
    if head == "mean":
        x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    else:
        x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name=f"plain_{head}")


# Rows down and columns to the right by which the test images are moved, whatever was trained on.
SHIFTS = {"shift_0": (0, 0)} | {
    f"{direction}_{n}": (rows * n, columns * n)
    for direction, rows, columns in (
        ("up", -1, 0),
        ("down", 1, 0),
        ("left", 0, -1),
        ("right", 0, 1),
    )
    for n in (1, 2, 3)
}


def accuracy_under_shifts(model: keras.Model) -> dict[str, float]:
    """The share of the centred test images that is right after each of `SHIFTS`."""
    _, (x, y) = training.images(1, 14)
    right = {}
    for name, (rows, columns) in SHIFTS.items():
        guesses = model.predict(training.shift(x, rows, columns), batch_size=500, verbose=0)
        right[name] = float((guesses.argmax(1) == y).mean())
    return right


def dead_classes(model: keras.Model) -> dict[str, list[int]]:
    """Key "dead": for each class 1 if its map is zero everywhere, on all 4,000 training images."""
    (x, _), _ = training.images(4_000, 14)
    class_maps = keras.Model(model.inputs, model.get_layer("mean").input)
    highest = class_maps.predict(x, batch_size=500, verbose=0).max((0, 1, 2))
    return {"dead": [int(value <= 0) for value in highest]}


# the images and steps of the trainings, short enough for a lesson, and longer
_OPTIONS = {"size": 14, "batch_size": 50, "learning_rate": 3e-3}
_SHORT = _OPTIONS | {"images": 4_000, "epochs": 4}
_LONG = _OPTIONS | {"images": 10_000, "epochs": 12}
_SHIFTED = _SHORT | {"measure": accuracy_under_shifts}
_relu = functools.partial(nin_small, "relu")
_flatten = functools.partial(nin_plain, "flatten")
_narrow = functools.partial(nin_plain, "flatten", (16, 16, 16))  # the parameters of "mean"

# mlpconv beside plain convolutions, two heads, a ReLU on the class maps, clothes that move
EXPERIMENTS = {
    name: training.Experiment(name, build, **options)
    for name, build, options in (
        ("nin_small", nin_small, _SHORT | {"keep_weights": True}),
        ("nin_plain", nin_plain, _SHIFTED),
        ("nin_flatten", _flatten, _SHIFTED),
        ("nin_narrow", _narrow, _SHORT),
        ("nin_relu_maps", _relu, _SHORT),
        ("nin_small_long", nin_small, _LONG),
        ("nin_plain_long", nin_plain, _LONG),
        ("nin_flatten_long", _flatten, _LONG),
        ("nin_narrow_long", _narrow, _LONG),
        ("nin_plain_moved", nin_plain, _SHIFTED | {"move": 3}),
        ("nin_flatten_moved", _flatten, _SHIFTED | {"move": 3}),
        ("nin_dead_maps", _relu, _SHORT | {"epochs": 10, "measure": dead_classes}),
    )
}
