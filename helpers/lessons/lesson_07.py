"""The exercises of lesson 07."""

import functools

import keras
import numpy as np
from keras import layers, ops

from helpers import blocks, checks, training

# Rows to cut on each side of a map of 28 rows, so that it fits that of a 9x9 without padding.
rows_to_cut = checks.Number(
    (9 - 1) // 2,
    hints={
        9 - 1: "That is the top and the bottom together.",
        9: "That is the whole window. How many rows does it take away?",
        28 - 9 + 1: "So many rows are left. How many have to go on each side?",
        (5 - 1) // 2: "That fits the map of the 5x5 layer.",
        0: "Then nothing is cut, and the two maps differ as before.",
    },
    hint="How many rows does a 9x9 layer take away, and on how many sides?",
)

# Channels out of a naive module (96, 160, 48) on the 416 channels of another.
channels_of_two = checks.Number(
    96 + 160 + 48 + 416,
    hints={
        416: "That is what the first module gives, and what the second one reads.",
        96 + 160 + 48: "Those are the filters. The pooling has none, yet its channels are joined.",
        640: "Those are the filters of the first module once more. The second has its own.",
        2 * 416: "The second module does not double: its filters have numbers of their own.",
        96 + 160 + 48 + 192: "The second pooling reads what the first module gives, not the first "
        "input.",
    },
    hint="Four branches are joined. Three have as many channels as filters; what of the fourth?",
)

# MACs of the 3x3 branch of module 3a: 1x1 to 96, then 128 filters of 3x3, on 28x28x192.
reduced_3x3_branch = checks.Number(
    28 * 28 * (192 * 96 + 9 * 96 * 128),
    hints={
        28 * 28 * 9 * 96 * 128: "That is the 3x3 layer. What does the 1x1 in front of it cost?",
        28 * 28 * 192 * 96: "That is the 1x1 layer. The 3x3 layer comes on top.",
        28 * 28 * (192 * 96 + 9 * 192 * 128): "The 3x3 layer reads what the 1x1 has left.",
        28 * 28 * 9 * 192 * 128: "That is the branch without a reduction.",
        192 * 96 + 9 * 96 * 128: "Those are the weights. Each works at every position of the map.",
        192 * 96 + 96 + 9 * 96 * 128 + 128: "Those are the parameters. Each weight works at every "
        "position, and a bias multiplies nothing.",
        28 * 28 * (192 * 96 + 3 * 96 * 128): "A 3x3 window has two sides.",
        28 * 28 * (192 * 96 + 96 * 128): "The second window is not 1x1: it reads nine pixels.",
        28 * 28 * (9 * 192 * 96 + 9 * 96 * 128): "The reduction has a window of a single pixel.",
        2 * 28 * 28 * (192 * 96 + 9 * 96 * 128): "Those are FLOPs, two for each MAC.",
    },
    hint="Two layers, one after the other. Count each alone: positions, filters, window, channels.",
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

# The 5x5 of a module reads the module's input beside its own reduction.
short_circuit = checks.Choice(
    "C",
    hints={
        "A": "This branch is a single 1x1 layer, and it reads x as it should.",
        "B": "Follow b3: the second line reads what the first one has made.",
        "D": "Follow pool: the 1x1 reads what the pooling has made.",
    },
)

# Which change to module 3a saves most MACs? A: 1x1 branch 64 -> 32 filters, B: 3x3 128 -> 96,
# C: reduction before the 3x3 96 -> 64, D: reduction before the 5x5 16 -> 8.
savings = checks.Order(
    "CBDA",
    hints={
        "BC": "A narrower reduction saves in two layers: in itself and in the one that reads it.",
        "AD": "One of A and D saves in a layer with a window of 25 pixels, too.",
        "DB": "The larger window is not everything: how many channels do the two layers read?",
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


# whole, narrower, with a branch left out, with the 1x1 alone
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
    )
}


def branch_maps(grey: np.ndarray) -> dict[str, np.ndarray]:
    """What the first module of the trained small net reads of a picture, and what it writes.

    grey: (height, width), 0 to 1. The picture, one of the 16 channels that the module reads and one
    of the eight that each branch writes, chosen by eye, each divided by its largest value: for
    figures.images. The net was trained on clothes (inception_all, seed 0).
    """
    layer = training.trained(EXPERIMENTS["inception_all"]).get_layer
    x = layer("stem_pool")(layer("stem")(np.asarray(grey, "float32")[None, ..., None]))
    maps = {
        "what it reads": (x, 2),
        "1x1": (layer("module1_1x1")(x), 6),
        "3x3": (layer("module1_3x3")(layer("module1_3x3_reduce")(x)), 5),
        "5x5": (layer("module1_5x5")(layer("module1_5x5_reduce")(x)), 0),
        "3x3 pool": (layer("module1_pool_projection")(layer("module1_pool")(x)), 6),
    }
    maps = {name: ops.convert_to_numpy(y)[0, ..., channel] for name, (y, channel) in maps.items()}
    maps = {"the picture": grey} | maps
    return {name: values / (values.max() or 1) for name, values in maps.items()}
