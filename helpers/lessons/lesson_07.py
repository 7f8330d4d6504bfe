"""The exercises of lesson 07."""

import functools

import keras
from keras import layers

from helpers import blocks, checks, training

# Rows out of MaxPooling2D(3, padding="same") on 28 rows.
rows_of_the_pooling = checks.Number(
    10,
    hints={
        28: "That needs strides=1. Left out, the strides of a pooling are its pool_size.",
        9: 'That is padding="valid", which drops the last row. "same" keeps it.',
        14: "That halves, as pool_size=2 would. This pool has three rows.",
        26: "That is a step of one without padding. Here neither holds.",
    },
    hint='Two things decide: what strides is when you leave it out, and how "same" rounds.',
)

# Channels out of two naive modules (64, 128, 32) on 192 channels.
channels_of_two = checks.Number(
    640,
    hints={
        192 + 224: "That is what one module gives, and what the second one reads.",
        64 + 128 + 32: "Those are the filters. The pooling has none, yet its channels are joined.",
        2 * 416: "The second module does not double: its filters are as many as before.",
        2 * 224: "Those are the filters of both modules. What does the pooling hand on?",
        416 + 192: "The second pooling reads what the first module gives, not the first input.",
    },
    hint="1x1 filters + 3x3 filters + 5x5 filters + all channels that the pooling reads.",
)

# MACs of 128 filters of 3x3 on 28x28x192, padding "same".
macs_of_3x3 = checks.Number(
    28 * 28 * 128 * 9 * 192,
    hints={
        28 * 28 * 128 * 9: "Each filter reads all input channels. Their number is missing.",
        28 * 28 * 9 * 192: "That is one filter. How many are there?",
        128 * 9 * 192: "Those are the weights. Each of them works at every position of the map.",
        128 * 9 * 192 + 128: "Those are the parameters. Each weight works at every position.",
        28 * 28 * 128 * 192: "That is a 1x1 window. A 3x3 window reads nine positions.",
        28 * 28 * 128 * 3 * 192: "The window has two sides: 3*3 positions, not 3.",
        26 * 26 * 128 * 9 * 192: 'Those are 26x26 positions. padding="same" keeps them all.',
        2 * 28 * 28 * 128 * 9 * 192: "Those are FLOPs, two for each MAC.",
        28 * 28 * 32 * 25 * 192: "That is the 5x5 branch again.",
    },
    hint="Count the MACs behind one output value first. How many output values are there?",
)


def _module(
    sizes=(1, 3, 5, 1), activation="relu", use_bias=True, order=(0, 1, 2, 3), pool_size=3,
    pool_first=True, pooled=(), pool="MaxPooling2D", pool_strides=1, projection=True,
):  # fmt: skip
    """Module 3a, or one of the ways to get it wrong. `pooled`: branches that read the pooling."""
    inputs = keras.Input((28, 28, 192))
    pooling = getattr(layers, pool)(pool_size, strides=pool_strides, padding="same")
    pooled_map = pooling(inputs)

    def conv(x, filters, size):
        options = {"padding": "same", "activation": activation, "use_bias": use_bias}
        return layers.Conv2D(filters, size, **options)(x)

    reads = [pooled_map if i in pooled else inputs for i in range(3)]
    if not projection:
        last = pooled_map
    else:
        last = conv(pooled_map, 32, sizes[3]) if pool_first else pooling(conv(inputs, 32, 1))
    branches = [
        conv(reads[0], 64, sizes[0]),
        conv(conv(reads[1], 96, 1), 128, sizes[1]),
        conv(conv(reads[2], 16, 1), 32, sizes[2]),
        last,
    ]
    return keras.Model(inputs, layers.Concatenate()([branches[i] for i in order]))


_ORDER = "The branches are joined in another order than that of the table."
_POOLED = "branch reads the pooling; it reads the module's input."
# Module 3a of GoogLeNet on 28x28x192, built from Keras layers.
module_by_hand = checks.Model(
    _module,
    hints=[
        ({"use_bias": False}, "The biases are missing: use_bias=True is the default, leave it."),
        ({"sizes": (1, 3, 5, 3)}, "The convolution behind the pooling is a 1x1, not a 3x3."),
        ({"sizes": (3, 3, 5, 1)}, "The first branch is a 1x1, without a larger window."),
        ({"projection": False}, "The 1x1 behind the pooling is missing: it sets the width."),
        ({"activation": None}, "The ReLUs are missing. Give one to every convolution."),
        ({"pool_first": False}, "The 1x1 stands before the pooling. It reads the pooling."),
        ({"pool_size": 2}, "The pooling has the window 2x2; the table asks for 3x3."),
        ({"pool": "AveragePooling2D"}, "That pooling takes the mean; the table asks for the max."),
        *[({"pooled": (i,)}, f"The {k} {_POOLED}") for i, k in enumerate(("1x1", "3x3", "5x5"))],
        *[({"order": o}, _ORDER) for o in ((1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2))],
        *[({"order": o}, _ORDER) for o in ((3, 0, 1, 2), (3, 2, 1, 0), (3, 1, 2, 0))],
    ],
    hint="Who reads what, in which order are the branches joined, has every convolution its ReLU?",
)

# MACs of module 4a of GoogLeNet: 14x14x480, filters 192, 96, 208, 16, 48, 64.
_larger = 9 * 96 * 208 + 25 * 16 * 48  # weights of its 3x3 and 5x5
_weights = 480 * (192 + 96 + 16 + 64) + _larger
macs_of_4a = checks.Number(
    14 * 14 * _weights,
    hints={
        28 * 28 * _weights: "Those are 28x28 positions. From module 4a on the maps are 14x14.",
        7 * 7 * _weights: "Those are 7x7 positions. The maps of module 4a are 14x14.",
        _weights: "Those are the weights. Each of them works at every position.",
        _weights + 192 + 96 + 208 + 16 + 48 + 64: "Those are the parameters: take .total.macs, "
        "not .total.parameters.",
        2 * 14 * 14 * _weights: "Those are FLOPs, two for each MAC.",
        14 * 14 * (192 * (192 + 96 + 16 + 64) + _larger): "Those are the MACs on 192 channels. "
        "Module 4a reads 480.",
    },
    hint="Begin with keras.Input of the text's size; then the six numbers in their order.",
)

# What the trainings of the lesson support.
supported = checks.Choice(
    "C",
    hints={
        "A": "What else goes with the 5x5 branch? Compare the columns of weights and view.",
        "B": "Left out and trained anew is not switched off. The next section tries the other.",
        "D": "The best of three seeds is no comparison. Look at the worst one and the median.",
    },
)

checks.count_together(globals())


# The nets of lesson 07 and their experiments


def inception_small(
    branches: tuple[str, ...] = ("1x1", "3x3", "5x5", "pool"), *, filters: int = 8
) -> keras.Model:
    """Three Inception modules on 7x7 maps, each with the named branches alone.

    Every branch ends in `filters` channels; the reductions before 3x3 and 5x5 have 8 at most.
    """
    inputs = keras.Input((28, 28, 1))
    x = blocks.conv(inputs, 16, strides=2, name="stem")
    x = keras.layers.MaxPooling2D(2, name="stem_pool")(x)
    for module in ("module1", "module2", "module3"):
        ends = []
        for branch in branches:
            y, name = x, f"{module}_{branch}"
            if branch == "pool":
                y = keras.layers.MaxPooling2D(3, strides=1, padding="same", name=name)(y)
                name += "_projection"
            elif branch != "1x1":
                y = blocks.conv(y, min(filters, 8), 1, name=f"{name}_reduce")
            size = 1 if branch in ("1x1", "pool") else int(branch[0])
            ends.append(blocks.conv(y, filters, kernel_size=size, name=name))
        x = keras.layers.Concatenate(name=f"{module}_concat")(ends) if ends[1:] else ends[0]
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name="inception_small")


# whole, narrower, with branches left out or alone
EXPERIMENTS = {
    f"inception_{name}": training.Experiment(
        f"inception_{name}",
        functools.partial(inception_small, branches, filters=filters),
        learning_rate=5e-3,
        keep_weights=name == "all",
    )
    for name, branches, filters in (
        ("all", ("1x1", "3x3", "5x5", "pool"), 8),
        ("narrow", ("1x1", "3x3", "5x5", "pool"), 6),
        ("without_1x1", ("3x3", "5x5", "pool"), 8),
        ("without_3x3", ("1x1", "5x5", "pool"), 8),
        ("without_5x5", ("1x1", "3x3", "pool"), 8),
        ("without_pool", ("1x1", "3x3", "5x5"), 8),
        ("only_1x1", ("1x1",), 32),
        ("only_3x3", ("3x3",), 32),
        ("only_5x5", ("5x5",), 32),
        ("only_pool", ("pool",), 32),
    )
}
