"""The exercises of lesson 08, residual networks, and its nets and experiments."""

import functools
import re

import keras
import numpy as np
from keras import layers, ops

from helpers import blocks, checks, training

# x = (2, 1, 0.5), F(x) = (-3, 0.5, -0.25).
one_pixel = checks.Array(
    [0, 1.5, 0.25],
    hints={
        (-1, 1.5, 0.25): "The sums are right. The block ends in a ReLU.",
        (2, 1.5, 0.5): "You cut F(x) before the addition. Add first; the ReLU comes after the sum.",
        (0, 0.5, 0): "That is F(x) after a ReLU. Where did the shortcut go?",
        (2, 1, 0.5): "That is the input. The block adds a change to it.",
        (-6, 0.5, -0.125): "You multiplied. The shortcut is added.",
        (5, 0.5, 0.75): "You subtracted F(x). It is added to the input.",
        (2, 1, 0.5, -3, 0.5, -0.25): "That joins the channels, as Inception does. Here channel is "
        "added to channel.",
    },
    hint="Three sums, one for each channel; then ReLU.",
)

# Five lines of the block: B conv_1, C ReLU, D conv_2, A Add, E return ReLU.
_TWO_LINEAR = "Two convolutions with no ReLU between them: together they are only one linear map."
_FIRST = "Only one line reads x alone. With what does the way of F(x) begin?"
block_lines = checks.Order(
    "BCDAE",
    hints={
        "ED": "Nothing after a return is ever reached.",
        "EA": "That returns before x has been added.",
        "AD": "The addition comes too early: F(x) is not finished yet.",
        "AC": "The sum comes too early: the ReLU inside belongs to F(x).",
        "DB": _FIRST,
        "CB": _FIRST,
        "AB": _FIRST,
        "DC": _TWO_LINEAR,
    },
)

# Which shape Add takes beside (8, 8, 64).
silent_addition = checks.Choice(
    "C",
    hints={
        "A": "Channel 70 would have no partner: two unlike numbers, neither of them one.",
        "B": "Row 7 would have no partner. Nothing is resized.",
        "D": "Think of NumPy: there is one size of an axis that fits every other.",
    },
)


def _projection_block(
    first="relu", second=None, across=None, last="relu", kernels=(3, 1), join="Add",
    shortcut_bias=True, use_bias=True, normalized=0, pool=None,
):  # fmt: skip
    """The block of the exercise; `kernels` of the first layer and of the shortcut."""

    def conv(x, size, strides=1, activation=None, bias=use_bias):
        options = {"padding": "same", "activation": activation, "use_bias": bias}
        return layers.Conv2D(128, size, strides=strides, **options)(x)

    inputs = keras.Input((8, 8, 64))
    y = conv(conv(inputs, kernels[0], 2, first), 3, activation=second)
    x = getattr(layers, pool)(2)(inputs) if pool else inputs
    x = conv(x, kernels[1], 1 if pool else 2, across, bias=shortcut_bias and use_bias)
    for _ in range(normalized):  # how many there are is what names the mistake
        y = layers.BatchNormalization()(y)
    return keras.Model(inputs, layers.Activation(last)(getattr(layers, join)()([x, y])))


# (8, 8, 64) -> (4, 4, 128), two 3x3 and a linear 1x1 with stride 2.
_NORMALIZED = "Leave the normalization out in this exercise."
_POOLED = "The 1x1 on the shortcut has to take stride 2 itself, without a pooling."
projection_block = checks.Model(
    _projection_block,
    hints=[
        ({"use_bias": False}, "The biases are missing: leave use_bias as it is."),
        ({"shortcut_bias": False}, "The bias of the shortcut is missing."),
        ({"kernels": (3, 3)}, "A 3x3 on the shortcut? A window of one pixel is enough."),
        ({"kernels": (1, 1)}, "The first convolution is to be a 3x3, too."),
        *[({"normalized": n, "use_bias": b}, _NORMALIZED) for n in (2, 3) for b in (False, True)],
        ({"last": "linear"}, "The ReLU after the addition is missing."),
        ({"across": "relu"}, "The projection has an activation. The paper's shortcut is linear."),
        (
            {"second": "relu"},
            "There is a ReLU between the second 3x3 and the addition. It comes after it.",
        ),
        ({"first": None}, "The ReLU between the two 3x3 layers is missing."),
        ({"pool": "AveragePooling2D"}, _POOLED),
        ({"pool": "MaxPooling2D"}, _POOLED),
        ({"join": "Multiply"}, "The branches are multiplied. The shortcut is added."),
    ],
    hint="Compare the three lines of the exercise with yours.",
)

# Projections among the 16 blocks of a ResNet-50: the first of each stage, stage 1 included.
with_projection = checks.Number(
    4,
    hints={
        3: "You counted the blocks where the maps shrink. Is that the only reason not to fit?",
        16: "That is every block. Where do x and F(x) fit as they are?",
        12: "You counted the others: the blocks where x fits as it is.",
        1: "One of them, or one in each of several places?",
        0: "Then every x would have to fit F(x) as it is. Look at the channels in the table.",
        48: "Those are the convolutions on the way of F(x). Count blocks.",
    },
    hint="Go through the rows: does the first block of the stage keep size and channels? The rest?",
)

# Conv2D(1, ...) in the line C of a block on 64 channels.
silent_bug = checks.Choice(
    "C",
    hints={
        "A": "That is the usual first layer: as many filters as x has channels.",
        "B": "Without it the two convolutions would be one linear map.",
        "D": "The addition is right, if both things it adds have the same shape.",
        "E": "The last ReLU comes after the sum, as in the drawing.",
    },
)

# 77 % on the training images, 10 % on the test images, after 160 steps with momentum 0.99.
ten_percent = checks.Choice(
    "C",
    hints={
        "A": "Overfitting is possible, but with another momentum the same net tests well.",
        "B": "Degradation shows in the training loss. Here the training went well.",
        "D": "The other nets were tested on the same images, and passed.",
    },
)

checks.count_together(globals())


# The nets of lesson 08 and their experiments


def deep_net(
    depth: int, shortcut: str | None, *, batch_normalization: bool | dict = True
) -> keras.Model:
    """A first convolution, (depth - 2) / 2 equal blocks of 12 channels, a mean and a dense layer.

    With shortcut "identity" it is residual, with None plain; both have the same parameters.
    """
    options = {"batch_normalization": batch_normalization}
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, 12, name="conv1", **options)
    for i in range(1, depth // 2):
        x = blocks.residual(x, 12, shortcut=shortcut, name=f"block{i}", **options)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x)


def _experiment(name: str, depth: int, shortcut: str | None, norm: bool | dict = True, **options):
    options = {"images": 4_000, "size": 14, "epochs": 4, "learning_rate": 3e-3} | options
    return training.Experiment(
        name, functools.partial(deep_net, depth, shortcut, batch_normalization=norm), **options
    )


# with shortcuts and without, at three depths: 160 steps, enough to see a deep plain net fall
# behind, and 960, enough to tell slower from worse; with other momenta; and without normalization
# (80 steps, for the page: there the plain net does not learn at all)
_BARE = {"norm": False, "images": 3_000, "batch_size": 75, "epochs": 2, "seeds": tuple(range(6))}
EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        *(_experiment(f"plain_{depth}", depth, None) for depth in (8, 16, 34)),
        *(_experiment(f"residual_{depth}", depth, "identity") for depth in (8, 16, 34)),
        _experiment("plain_8_long", 8, None, epochs=24),
        _experiment("residual_8_long", 8, "identity", epochs=24),
        _experiment("plain_34_long", 34, None, epochs=24),
        _experiment("residual_34_long", 34, "identity", epochs=24, keep_weights=True),
        _experiment("residual_16_momentum_50", 16, "identity", {"momentum": 0.5}),
        _experiment("residual_16_momentum_99", 16, "identity", {"momentum": 0.99}),
        _experiment("plain_26_bare", 26, None, **_BARE),
        _experiment("residual_26_bare", 26, "identity", **_BARE),
    )
}


# What the page computes with a line each


def add_says(*shapes: tuple) -> str:
    """The shape that layers.Add makes of inputs of these shapes, or the first line of its error."""
    try:
        return f"{layers.Add()([keras.Input(shape) for shape in shapes]).shape[1:]}"
    except ValueError as error:
        return "ValueError: " + str(error).split(". ")[0]


def block_norms() -> tuple[np.ndarray, np.ndarray]:
    """The norms of x and of F(x) in each block of the trained net residual_34_long.

    They are means over the first 200 test images.
    """
    net = training.trained(EXPERIMENTS["residual_34_long"])
    adds = [layer for layer in net.layers if isinstance(layer, layers.Add)]
    both = keras.Model(net.input, [add.input for add in adds])(training.images(1, 14)[1][0][:200])
    norms = [
        [np.sqrt((ops.convert_to_numpy(values) ** 2).sum((1, 2, 3))).mean() for values in pair]
        for pair in both
    ]
    return tuple(np.array(norms).T)


def share_read(*, stride_in_1x1: bool, size: int = 8) -> float:
    """The share of the positions that a bottleneck with stride 2 reads: each is changed once."""
    x = keras.Input((size, size, 16))
    y = blocks.bottleneck(x, 8, strides=2, stride_in_1x1=stride_in_1x1)
    model, rng = keras.Model(x, y), np.random.default_rng(0)
    probes = np.repeat(rng.normal(size=(1, size, size, 16)), size * size + 1, axis=0)
    for i in range(size * size):
        probes[i, i // size, i % size] += 10  # the last one stays as it is
    out = ops.convert_to_numpy(model(probes.astype("float32")))
    return float((abs(out[:-1] - out[-1]).max((1, 2, 3)) > 1e-6).mean())


def preactivation(x, filters: int):
    """The block of He and others (2016), figure 1(b): nothing follows the addition."""
    y = x
    for _ in range(2):
        y = layers.Activation("relu")(layers.BatchNormalization(**blocks.BATCH_NORMALIZATION)(y))
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    return layers.Add()([x, y])


def comes_through(signal: np.ndarray, *, pre_activation: bool) -> float:
    """The share of `signal` that four blocks in a row, all kernels zero, leave as it was."""
    y = inputs = keras.Input(signal.shape[1:])
    for _ in range(4):
        y = (preactivation if pre_activation else blocks.residual)(y, signal.shape[-1])
    net = keras.Model(inputs, y)
    net.set_weights([0 * w if w.ndim == 4 else w for w in net.get_weights()])
    return float(np.isclose(ops.convert_to_numpy(net(signal)), signal).mean())


def copy_weights(theirs: keras.Model, ours: keras.Model) -> int:
    """Give `ours`, of networks.resnet, the weights of Keras' ResNet50; how many layers have some.

    Biases and normalizations of `theirs` are drawn at random first: none is left at 0 or 1.
    """
    rng, copied = np.random.default_rng(0), 0
    for layer in theirs.layers:
        if layer.weights:
            weights = [
                w + rng.uniform(0, 0.1, w.shape) * (w.ndim == 1) for w in layer.get_weights()
            ]
            layer.set_weights(weights)
            name = re.sub(r"^conv(\d)_(block\d+)_(\d)_", r"stage\1_\2_conv\3_", layer.name)
            name = name.replace("conv0_", "shortcut_").removesuffix("_conv")
            ours.get_layer(name).set_weights(weights)
            copied += 1
    return copied
