"""The exercises of lesson 11, separable convolution, and its nets and experiments."""

import functools
import time

import keras
import numpy as np
from keras import layers, ops

from helpers import blocks, checks, training
from helpers.cost import cost_table

# ((3, 6, 3), (-1, -2, -1), (2, 4, 2)) = column x (1, 2, 1).
which_column = checks.Array(
    [3, -1, 2],
    hints={
        (1, 2, 1): "That is the row again. How often does it lie in each line of the kernel?",
        (12, -4, 8): "You added up each line. Divide it by the row instead.",
        (6, -2, 4): "That is the middle column. What does it have to be multiplied by?",
        (2, -1, 3): "From top to bottom, please.",
        (4, 8, 4): "You added from top to bottom. Compare each line with the row.",
    },
    hint="Compare line after line with the row (1, 2, 1).",
)

# A: one number off, rank 2. B: a cross of ones, rank 2. C: a column times (1, 0, -1).
# D: a diagonal, rank 3.
can_be_split = checks.Choice(
    "C",
    hints={
        "A": "Two of its lines are multiples of each other. Look at the third once more.",
        "B": "The first line has a 1 in the middle only. The second line isn't a multiple of that.",
        "D": "Every line has its 1 at another place, so none is a multiple of another.",
    },
)

# A 5x5 kernel as column and row on 7x7, no padding: 7*3*5 + 3*3*5.
split_5_on_7 = checks.Number(
    150,
    hints={
        225: "That is the whole 5x5 kernel in one step.",
        300: "How often does a window of 5 fit into 7? Two positions less holds for a window of 3.",
        105: "That is the column alone. The row follows, on the map that the column has written.",
        45: "That is the row alone. Before it, the column goes over the picture.",
        90: "The column doesn't make the map narrower. Only the row does that.",
        210: "The column has made the map lower. The row goes over fewer lines.",
        245: "Which positions are there for the column? A window of 5 doesn't start in every line.",
    },
    hint="First the column: how many positions, times its weights. Then the row, on what is left.",
)

# Channels (1, 2, 3) and (0, 1, 4), kernels (1, 0, -1) and (1, 1, 1).
depthwise_by_hand = checks.Array(
    [-2, 5],
    hints={
        (3,): "You added the two up. A depthwise layer adds nothing across channels.",
        (6, -4): "Each kernel went to the other's channel.",
        (2, 5): "The first kernel was flipped. Keras doesn't flip.",
        (4, 5): "Mind the sign of the last weight in the first kernel.",
        (-2, -4): "The first kernel was used on both channels.",
        (6, 5): "The second kernel was used on both channels.",
    },
    hint="One channel at a time: three products, one sum.",
)


def _separable(
    kernel_sizes=(3, 1), strides=(2, 1), depthwise=True, first="relu", second="relu",
    biases=(True, True), filters=64, normalized=0, one_layer=False,
):  # fmt: skip
    """The block of the exercise, on (16, 16, 32); normalized after one of its layers or both."""
    x = inputs = keras.Input((16, 16, 32))
    last = {"activation": second, "use_bias": biases[1]}
    if one_layer:
        options = {"strides": 2, "padding": "same"} | last
        return keras.Model(inputs, layers.SeparableConv2D(filters, 3, **options)(x))
    options = {"strides": strides[0], "padding": "same", "use_bias": biases[0]}
    if depthwise:
        x = layers.DepthwiseConv2D(kernel_sizes[0], **options)(x)
    else:
        x = layers.Conv2D(32, kernel_sizes[0], **options)(x)
    if normalized:
        x = layers.BatchNormalization()(x)
    x = layers.Activation(first)(x)
    options = {"strides": strides[1], "padding": "same", "use_bias": biases[1]}
    x = layers.Conv2D(filters, kernel_sizes[1], **options)(x)
    if normalized == 2:
        x = layers.BatchNormalization()(x)
    return keras.Model(inputs, layers.Activation(second)(x))


# (16, 16, 32) -> (8, 8, 64): depthwise 3x3 with stride 2, ReLU, 1x1, ReLU.
separable_block = checks.Model(
    _separable,
    hints=[
        ({"depthwise": False}, "The first layer mixes the channels. A depthwise one doesn't."),
        ({"kernel_sizes": (3, 3)}, "The second layer needs no window: it only mixes channels."),
        ({"one_layer": True}, "In SeparableConv2D nothing can come between the two steps."),
        ({"biases": (False, True)}, "A bias is missing: leave use_bias as Keras has it."),
        ({"biases": (True, False)}, "The bias of the 1x1 is missing."),
        ({"biases": (False, False)}, "The biases are missing: leave use_bias as Keras has it."),
        ({"normalized": 1}, "Leave the normalization out in this exercise."),
        ({"normalized": 2}, "Leave both normalizations out in this exercise."),
        (
            {"normalized": 2, "biases": (False, False)},
            "That is MobileNet's own block. Here there are biases and no normalizations.",
        ),
        ({"strides": (1, 2)}, "The stride is in the 1x1, which then skips most of what it gets."),
        ({"first": "linear"}, "The ReLU between the two layers is missing."),
        ({"second": "linear"}, "The last ReLU is missing."),
    ],
    hint="Compare the two lines of the exercise with yours: window, stride, activation.",
)

# A: 3x3, 16 filters; B: 7x7, 16; C: 3x3, 1,024; D: 5x5, 32. What is left, smallest first.
savings = checks.Order(
    "DBCA",
    hints={
        "ACBD": "That is largest first.",
        "BD": "B has the larger window, but look at the filters of B and D.",
        "CB": "Many filters don't help a 3x3 beyond its own limit.",
        "AC": "Two layers with the same window: which has more filters?",
    },
    hint="Work out both terms for each layer and add them.",
)

# A depthwise, B normalization, C ReLU, D 1x1 with strides=2, E normalization, F ReLU.
wasted_work = checks.Choice(
    "D",
    hints={
        "A": "The stride belongs here, yes. But which line has one that throws values away?",
        "B": "Normalization after the depthwise step is what MobileNet has.",
        "C": "MobileNet has a ReLU between the two steps, too.",
        "E": "Normalization comes after each convolution.",
        "F": "A ReLU at the end belongs there.",
    },
)

checks.count_together(globals())


# The nets of lesson 11 and their experiments


def small_net(filters: int, *, separable: bool) -> keras.Model:
    """A 3x3 with stride 2, then four 3x3 or depthwise separable blocks on maps of 7x7, all alike.

    Each convolution has batch normalization and ReLU, the depthwise ones too.
    """
    block = blocks.depthwise_separable if separable else blocks.conv
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, filters, strides=2, name="conv1", batch_normalization=True)
    for i in range(1, 5):
        x = block(x, filters, name=f"block{i}", batch_normalization=True)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x)


# 3x3 layers of 16 channels; separable blocks with as many channels, and with as many MACs
EXPERIMENTS = {
    name: training.Experiment(
        name,
        functools.partial(small_net, filters, separable=separable),
        images=4_000,
        size=14,
        epochs=10,
        learning_rate=3e-3,
        keep_weights=name == "plain_3x3",
    )
    for name, filters, separable in (
        ("plain_3x3", 16, False),
        ("separable_16", 16, True),
        ("separable_43", 43, True),
    )
}


# (h, N): the window of a depthwise layer of a published net, and the filters of the 1x1 after it
NETS = {
    "MobileNetV2, first block": (3, 16),
    "MobileNet, first block": (3, 64),
    "Xception, middle": (3, 728),
    "MobileNet, last block": (3, 1024),
    "EfficientNet-B0, 5x5": (5, 40),
    "ConvNeXt-Tiny": (7, 384),
}


# What the page computes with a line each


def best_split(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The column and the row whose product is nearest to a 2-D kernel, in squared differences.

    They are the first pair of its singular value decomposition (Eckart and Young, 1936).
    """
    u, sizes, v = np.linalg.svd(kernel)
    return sizes[0] * u[:, 0], v[0]


def kept(kernels: np.ndarray) -> np.ndarray:
    """The share of its squared weights that the best split of a kernel keeps: 1 for rank 1.

    kernels: (rows, columns), which gives one number, or (rows, columns, kernels).
    """
    sizes = np.linalg.svd(np.moveaxis(kernels, -1, 0) if kernels.ndim == 3 else kernels)[1]
    return sizes[..., 0] ** 2 / (sizes**2).sum(-1)


def milliseconds(layer: layers.Layer, x, times: int = 10) -> float:
    """How long a layer takes on `x`: the fastest of some calls, each waited for, in ms."""
    layer(x)  # the first call makes the weights
    took = []
    for _ in range(times):
        start = time.perf_counter()
        ops.convert_to_numpy(layer(x))  # JAX answers before it has computed
        took.append(time.perf_counter() - start)
    return 1000 * min(took)


def by_kind(net: keras.Model) -> dict[str, list[tuple[str, int]]]:
    """MACs and parameters of a MobileNet, layer by layer with their kinds, for figures.cost_bars.

    net: of networks.mobilenet, whose layers' names tell the kinds. Layers without MACs, which are
    the normalizations and activations, are left out.
    """
    kinds = {"depthwise": "3x3 depthwise", "pointwise": "1x1", "conv1": "first 3x3"}
    rows = [row for row in cost_table(net) if row.macs]
    names = [kinds.get(row.name.rpartition("_")[2], row.name) for row in rows]
    return {
        "multiply-accumulates": [(k, row.macs) for k, row in zip(names, rows, strict=True)],
        "parameters, without normalization": [
            (k, row.parameters) for k, row in zip(names, rows, strict=True)
        ],
    }
