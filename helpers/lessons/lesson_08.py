"""The exercises of lesson 08, residual networks."""

import functools

import keras
from keras import layers

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
        ({"last": "linear"}, "The ReLU behind the addition is missing."),
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

# Positions of 56x56 that 1x1 layers with stride 2 read.
positions_read = checks.Number(
    28 * 28,
    hints={
        56 * 56: "Those are all of them. The stride steps over some.",
        56 * 56 - 28 * 28: "So many are never read. What is left?",
        56 * 28: "The stride halves the rows and the columns.",
        28: "That is one row. How many rows are read?",
        27 * 27: "Rows 0, 2, 4 ... 54: count them again.",
        0.25: "That is the share. How many positions is it?",
        28 * 28 * 256: "Count positions, whatever the number of channels.",
    },
    hint="List the rows that a stride of 2 visits, from row 0 on, and count them.",
)

# Weights of the bottleneck 1024 -> 256 -> 256 -> 1024, without biases.
_one, _middle = 1024 * 256, 9 * 256 * 256
stage_four = checks.Number(
    2 * _one + _middle,
    hints={
        2 * _one + _middle + 256 + 256 + 1024: "The biases are in there. They are left out here.",
        _one + _middle: "One of the two 1x1 layers is missing.",
        2 * _one: "Those are the two 1x1 layers. The 3x3 is missing.",
        _middle: "The 3x3 alone? Or three layers, with one pixel in the middle window?",
        2 * _one + 9 * 1024 * 1024: "The 3x3 works on the reduced channels.",
        3 * _one + _middle: "The shortcut is the identity: it has no weights.",
        2 * 9 * 1024 * 1024: "Those are two 3x3 layers on all channels. A bottleneck has one 3x3, "
        "and it reads a quarter of them.",
        2 * 256 * 64 + 9 * 64 * 64: "That is the block on 256 channels.",
    },
    hint="Rows * columns * channels read * filters, for each of the three layers.",
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


def _experiment(name: str, depth: int, shortcut: str | None, momentum=None, **options):
    norm = {"batch_normalization": {"momentum": momentum}} if momentum else {}
    options = {"images": 4_000, "size": 14, "epochs": 4, "learning_rate": 3e-3} | options
    return training.Experiment(
        name, functools.partial(deep_net, depth, shortcut, **norm), **options
    )


# with shortcuts and without, at three depths: 160 steps, enough to see a deep plain net fall
# behind, and 960, enough to tell slower from worse; and with other momenta
EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        *(_experiment(f"plain_{depth}", depth, None) for depth in (8, 16, 34)),
        *(_experiment(f"residual_{depth}", depth, "identity") for depth in (8, 16, 34)),
        _experiment("plain_8_long", 8, None, epochs=24),
        _experiment("residual_8_long", 8, "identity", epochs=24),
        _experiment("plain_34_long", 34, None, epochs=24),
        _experiment("residual_34_long", 34, "identity", epochs=24, keep_weights=True),
        _experiment("residual_16_momentum_50", 16, "identity", 0.5),
        _experiment("residual_16_momentum_99", 16, "identity", 0.99),
    )
}
