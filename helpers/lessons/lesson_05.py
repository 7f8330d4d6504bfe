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
        (None, 256, 256, 64): "Right sizes for a batch. Give one image, without its batch axis.",
        (64, 256, 256): "Right sizes; the channels come last here.",
    },
)

# Parameters of Conv2D(42, 1) on 512 channels.
forty_two_maps = checks.Number(
    42 * 512 + 42,
    hints={
        42: "That would be one number per filter. How many maps does a filter read?",
        42 + 42: "That is one weight and one bias per filter. A filter reads all the maps.",
        512 + 1: "That is one filter with its bias. All of the filters are different.",
        512: "That is one filter, without its bias. All of the filters are different.",
        42 * 512: "These are the weights. Each filter has a bias, too.",
        42 * 512 + 512: "That is one bias per input channel. The bias is added after the sum.",
        2 * 42 * 512: "That is one bias per weight. The bias is added once, after the sum.",
        42 * 512 + 1: "That is one bias for the whole layer. Each filter has its own.",
        42 * 512 * 256 * 256 + 42: "Every position uses the same filters: leave the size out.",
        9 * 42 * 512 + 42: "That is a 3x3 layer. This one is 1x1.",
    },
    hint="Count one filter first, bias included, and then all of them.",
)

# Directions that a linear 1x1 layer 512 -> 64 cannot see.
null_space = checks.Number(
    512 - 64,
    hints={
        64: "That is how many directions survive. Asked is how many are lost.",
        512: "That would mean that nothing passes. Some directions do.",
        0: "Then no two pixels could be confused. Fewer numbers come out than go in.",
        8: "That is a ratio of counts. Directions are counted by a difference.",
        1: "Grey lost more than one direction of three. Count them in the same way here.",
        512 * 64: "That is the number of weights. Directions live in the space of the input.",
        2: "That was the grey layer. Count in the same way for these two widths.",
        512 + 64: "Adding counts what goes in and out. Lost is what does not come out.",
    },
    hint="The input has so many directions; the rank of the weights says how many survive.",
)

# Numbers in one filter of a 7x7 layer after a 1x1 reduction 512 -> 64.
next_depth = checks.Number(
    7 * 7 * 64 + 1,
    hints={
        7 * 7 * 512 + 1: "That is a 7x7 filter on the map before the reduction.",
        7 * 7 * 512: "That is the map before the reduction, and the bias is missing.",
        7 * 7 * 64: "These are the weights. The filter has a bias, too.",
        7 * 7: "That is one 7x7 kernel. A filter has one for each map it reads.",
        7 * 7 + 1: "That is one kernel and a bias. A filter has a kernel for each map it reads.",
        7 * 7 * 64 + 64: "That is one bias per input channel. A filter has one bias.",
        7 * 7 * 64 * 64 + 64: "That is the whole layer. Asked is a single one of its filters.",
        512 + 1: "That is a filter of the 1x1 layer. Asked is the layer after it.",
        64 + 1: "That is a 1x1 filter on the reduced map. Asked is a 7x7 one.",
    },
    hint="How many maps does the 7x7 layer read, and how large is its window on each?",
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
        ({"strides": 2}, "The reduction steps over pixels. Leave its strides at one."),
    ],
    hint="Only these two layers, with no stride, no dilation, nothing between or behind them.",
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
