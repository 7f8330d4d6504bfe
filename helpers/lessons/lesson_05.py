"""The exercises of lesson 05, the 1x1 convolution."""

import functools

import keras
from keras import layers

from helpers import checks, training

# x = (3, -1, 2), filters (1, 2, -1) and (0, -1, 2), biases 0.5 and -1.
two_filters = checks.Array(
    [-0.5, 4],
    hints={
        (-1, 5): "The sums over the channels are there. Add each filter's bias.",
        (0.5, 2): "The bias was added once per input channel. It is added once, after the sum.",
        (3.5, -1): "That reads channel 0 only. A filter holds one number for each input channel.",
        (0, 4): "A negative value was set to zero. There is no activation here.",
        (-1, 4): "Filter 0 lacks its bias.",
        (-0.5, 5): "Filter 1 lacks its bias.",
        (4, -0.5): "The two values are right; the filters come in the other order.",
        (3.5,): "That adds the filters up. Each filter writes a map of its own.",
        (
            (3, -2, -2),
            (0, 1, 4),
        ): "Those are the products. Add them up: a filter gives one number per pixel.",
    },
    hint="Write two sums of three products, one per filter, and add each filter's bias.",
)

# (256, 256, 512) through Conv2D(64, 1).
_SUMMED = "There is no axis left for the old maps: each filter sums them up."
reduced_shape = checks.Shape(
    (256, 256, 64),
    hints={
        (256, 256, 64, 512): _SUMMED,
        (256, 256, 512, 64): _SUMMED,
        (256, 256, 64 * 512): "Each filter adds its products over the maps: it writes one map.",
        (256, 256, 512): "The number of output maps is the number of filters.",
        (256, 256, 64 + 512): "The new maps replace the old ones; nothing is appended.",
        (256, 256, 512 // 64): "The ratio of the two counts is not what the layer writes.",
        (64, 64, 512): "Height and width stay at stride 1. The channels are what changes.",
        (32, 32, 512): "That is pooling. Here height and width stay.",
        (1, 1, 64): "That is the size of the kernel window, not of the map it slides over.",
        (256, 256, 1): "That is what one filter writes. How many filters are there?",
        (1, 256, 256, 64): "Right sizes for a batch of one. Give one image, without that axis.",
        (None, 256, 256, 64): "Right sizes for a batch. Give one image, without its batch axis.",
        (64, 256, 256): "Right sizes; the channels come last here.",
    },
)

# Which layer is Flatten and Dense(10) on a map of 7x7x32?
flatten_and_dense = checks.Choice(
    "B",
    hints={
        "A": "That layer reads one pixel for each output. After Flatten, a unit reads all of them.",
        "C": "The mean forgets where a value was. Flatten keeps every pixel apart.",
    },
)

# Which two pixels does a filter with the weights 0.5, 0.5, 0 confuse?
two_pixels = checks.Choice(
    "B",
    hints={
        "A": "Only red differs, and red has a weight that is not zero. Compute both sums.",
        "C": "Only green differs, and green has a weight that is not zero. Compute both sums.",
    },
)

# 256 channels: A restores 256, B is a 3x3 with 64 filters, C reduces to 64.
three_layers = checks.Order(
    "CBA",
    hints={
        "AC": "Then a layer with 64 filters comes at the end. How many channels come out?",
        "AB": "Then the 3x3 reads 256 channels, and that is expensive.",
        "BC": "The 3x3 comes before the reduction: it reads all the channels that came in.",
    },
)

# Where does a 1x1 reduction of 192 maps need more weights than no reduction?
reduction_that_loses = checks.Choice(
    "D",
    hints={
        "A": "The window is large and few maps are left: this saves the most of all four.",
        "B": "Fewer maps are left, and the 3x3 reads each of them nine times: a saving.",
        "C": "Close: here it hardly matters. Work the two numbers out for each row.",
    },
)


def _reduced_branch(
    kernels=(1, 5), filters=16, activations=(None, None), padding="same", use_bias=True, **first
):
    """Two layers on 28x28x192; `first` are options of the first alone."""
    options = {"padding": padding, "use_bias": use_bias}
    one = layers.Conv2D(filters, kernels[0], activation=activations[0], **options, **first)
    two = layers.Conv2D(32, kernels[1], activation=activations[1], **options)
    return keras.Sequential([keras.Input((28, 28, 192)), one, two])


# Input (28, 28, 192), 1x1 with 16 filters, 5x5 with 32, same padding; with or without ReLU.
reduced_branch = checks.Model(
    _reduced_branch,
    also=[{"activations": a} for a in (("relu", None), ("relu", "relu"), (None, "relu"))],
    hints=[
        ({"use_bias": False}, "The biases are missing: leave use_bias as it is."),
        ({"kernels": (5, 1)}, "The 5x5 comes first. Reduce before the big kernel."),
        ({"kernels": (1, 3)}, "The second kernel is 3x3."),
        ({"kernels": (5, 5)}, "The reduction has a 5x5 kernel, too."),
        ({"filters": 32}, "The reduction makes too many maps."),
        ({"padding": "valid"}, 'The map shrinks: a 5x5 needs padding="same" to keep its size.'),
        ({"strides": 2}, "One of the layers steps over pixels. Leave its strides at one."),
    ],
    hint="Only these two layers, ReLU or no activation, no stride, no dilation, nothing between.",
)

checks.count_together(globals())


# The nets of lesson 05 and their experiments


def reduction_net(*, reduce_to: int | None = None, filters: int = 64) -> keras.Model:
    """64 maps of 7x7, then a 5x5 layer on all of them or on `reduce_to` mixtures of them."""
    same = {"padding": "same", "activation": "relu"}
    x = inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(32, 3, strides=2, name="stem_1", **same)(x)
    x = keras.layers.Conv2D(64, 3, strides=2, name="stem_2", **same)(x)
    if reduce_to:
        x = keras.layers.Conv2D(reduce_to, 1, activation="relu", name="reduce")(x)
    x = keras.layers.Conv2D(filters, 5, name="wide", **same)(x)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    outputs = keras.layers.Dense(10, activation="softmax", name="classes")(x)
    return keras.Model(inputs, outputs)


# a 5x5 layer on all maps, on fewer mixtures of them, and with fewer filters
EXPERIMENTS = {
    name: training.Experiment(
        name,
        functools.partial(reduction_net, **options),
        learning_rate=3e-3,
        keep_weights=name == "reduction_to_16",
    )
    for name, options in {
        "reduction_none": {},
        "reduction_to_16": {"reduce_to": 16},
        "reduction_to_32": {"reduce_to": 32},
        "reduction_16_filters": {"filters": 16},
    }.items()
}
