"""Answer checkers of lesson 08, residual networks."""

import functools

import keras
import numpy as np
from keras import layers, ops

from helpers import blocks, checks, training


def one_pixel(answer) -> None:
    """Exercise 1: x = (2, 1, 0.5), F(x) = (-3, 0.5, -0.25)."""
    checks.array(
        answer,
        [0, 1.5, 0.25],
        hints={
            "no ReLU": ([-1, 1.5, 0.25], "The sums are right. The block ends in a ReLU."),
            "ReLU first": (
                [2, 1.5, 0.5],
                "You cut F(x) before the addition. Add first; the ReLU stands behind the sum.",
            ),
            "F only": ([0, 0.5, 0], "That is F(x) after a ReLU. Where did the shortcut go?"),
            "x only": ([2, 1, 0.5], "That is the input. The block adds a change to it."),
            "product": ([-6, 0.5, -0.125], "You multiplied. The shortcut is added."),
            "difference": ([5, 0.5, 0.75], "You subtracted F(x). It is added to the input."),
            "joined": (
                [2, 1, 0.5, -3, 0.5, -0.25],
                "That joins the channels, as Inception does. Here channel is added to channel.",
            ),
        },
        hint="Three sums, one for each channel; then ReLU.",
    )


def silent_addition(answer) -> None:
    """Exercise 2: which shape Add takes beside (8, 8, 64)."""
    checks.choice(
        answer,
        "C",
        hints={
            "A": "channel 70 would have no partner: two unlike numbers, neither of them one.",
            "B": "row 7 would have no partner. Nothing is resized.",
            "D": "think of NumPy: there is one size of an axis that fits every other.",
        },
    )


def projection_block(answer) -> None:
    """Exercise 3: (8, 8, 64) -> (4, 4, 128), two 3x3 and a linear 1x1 with stride 2."""
    main, across = 9 * 64 * 128 + 128 + 9 * 128 * 128 + 128, 64 * 128 + 128
    checks.model(
        answer,
        output_shape=(None, 4, 4, 128),
        layer_kinds={"Add": 1, "Conv2D": 3},
        parameters=main + across,
        parameter_hints={
            main + across - 3 * 128: "The biases are missing: leave use_bias as it is.",
            main + across - 128: "One bias is missing.",
            main + 9 * 64 * 128 + 128: "A 3x3 on the shortcut? A window of one pixel is enough.",
            main + across + 3 * 4 * 128: "Leave the normalization out in this exercise.",
            main + across + 2 * 4 * 128: "Leave the normalization out in this exercise.",
            2 * across + 9 * 128 * 128 + 128: "The first convolution is to be a 3x3, too.",
        },
        also=_same_answers,
    )


def _same_answers(model) -> str | None:
    """Run the model beside the block that is meant, with the same weights."""
    kernels = {}
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            kernels[tuple(layer.kernel.shape)] = layer
    if set(kernels) != {(3, 3, 64, 128), (3, 3, 128, 128), (1, 1, 64, 128)}:
        return "Two 3x3 and one 1x1 convolution: the first 3x3 and the 1x1 read the input."
    if kernels[1, 1, 64, 128].strides != (2, 2):
        return "The 1x1 on the shortcut has to take stride 2 itself."
    rng = np.random.default_rng(0)
    before = {name: layer.get_weights() for name, layer in kernels.items()}
    for layer in kernels.values():  # biases are zero at first and would hide mistakes
        kernel = layer.get_weights()[0]
        layer.set_weights([kernel, rng.normal(size=kernel.shape[-1])])
    x = rng.normal(size=(2, 8, 8, 64)).astype("float32")
    given = ops.convert_to_numpy(model(x))
    wrong = {
        "": {},
        "The ReLU behind the addition is missing.": {"last": None},
        "The projection has an activation. The paper's shortcut is linear.": {"across": "relu"},
        "There is a ReLU between the second 3x3 and the addition. It comes after it.": {
            "second": "relu"
        },
        "The ReLU between the two 3x3 layers is missing.": {"first": None},
    }
    hint = "It computes something else. Compare the three lines of the exercise with yours."
    for words, changes in wrong.items():
        if np.allclose(given, _block(x, kernels, **changes), atol=1e-3):
            hint = words or None
            break
    for name, layer in kernels.items():
        layer.set_weights(before[name])
    return hint


def _block(x, kernels, *, first="relu", second=None, across=None, last="relu"):
    """The block with an activation at each place; the layers' own are left aside."""

    def apply(x, shape, strides, activation):
        kernel, bias = kernels[shape].kernel, kernels[shape].bias
        x = ops.conv(x, kernel, strides=strides, padding="same") + bias
        return keras.activations.get(activation)(x)

    y = apply(x, (3, 3, 64, 128), 2, first)
    y = apply(y, (3, 3, 128, 128), 1, second)
    total = y + apply(x, (1, 1, 64, 128), 2, across)
    return ops.convert_to_numpy(keras.activations.get(last)(total))


def positions_read(answer) -> None:
    """Exercise 4: positions of 56x56 that 1x1 layers with stride 2 read."""
    checks.number(
        answer,
        28 * 28,
        hints={
            56 * 56: "those are all of them. The stride steps over some.",
            56 * 56 - 28 * 28: "so many are never read. What is left?",
            56 * 28: "the stride halves the rows and the columns.",
            28: "that is one row. How many rows are read?",
            27 * 27: "rows 0, 2, 4 ... 54: count them again.",
            0.25: "that is the share. How many positions is it?",
            28 * 28 * 256: "count positions, whatever the number of channels.",
        },
        hint="List the rows that a stride of 2 visits, from row 0 on, and count them.",
    )


def stage_four(answer) -> None:
    """Exercise 5: weights of the bottleneck 1024 -> 256 -> 256 -> 1024."""
    one, middle = 1024 * 256, 9 * 256 * 256
    checks.number(
        answer,
        2 * one + middle,
        hints={
            2 * one + middle + 256 + 256 + 1024: "the biases are in there. They are left out here.",
            one + middle: "one of the two 1x1 layers is missing.",
            2 * one: "those are the two 1x1 layers. The 3x3 is missing.",
            middle: "the 3x3 alone? Or three layers, with one pixel in the middle window?",
            2 * one + 9 * 1024 * 1024: "the 3x3 works on the reduced channels.",
            3 * one + middle: "the shortcut is the identity: it has no weights.",
            2 * 9 * 1024 * 1024: "those are two 3x3 on all channels, the block it replaces.",
            69_632: "that is the block on 256 channels.",
        },
        hint="rows * columns * channels read * filters, for each of the three layers.",
    )


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
