"""The answer checkers of lesson 07."""

import functools

import keras

from helpers import blocks, checks, training


def rows_of_the_pooling(answer: object) -> None:
    """Rows out of MaxPooling2D(3, padding="same") on 28 rows."""
    checks.number(
        answer,
        10,
        hints={
            28: "That needs strides=1. Left out, the strides of a pooling are its pool_size.",
            9: 'That is padding="valid", which drops the last row. "same" keeps it.',
            14: "That halves, as pool_size=2 would. This pool has three rows.",
            26: "That is a step of one without padding. Here neither holds.",
        },
        hint='"same" gives ceil(rows / strides), and strides is pool_size unless you set it.',
    )


def channels_of_two(answer: object) -> None:
    """Channels out of two naive modules (64, 128, 32) on 192 channels."""
    checks.number(
        answer,
        640,
        hints={
            416: "That is what one module gives, and what the second one reads.",
            224: "Those are the filters. The pooling has none, yet its channels are joined.",
            832: "The second module does not double: its filters are as many as before.",
            448: "Those are the filters of both modules. What does the pooling hand on?",
            608: "The second pooling reads what the first module gives, not the first input.",
        },
        hint="1x1 filters + 3x3 filters + 5x5 filters + all channels that the pooling reads.",
    )


def macs_of_3x3(answer: object) -> None:
    """MACs of 128 filters of 3x3 on 28x28x192, padding "same"."""
    checks.number(
        answer,
        173_408_256,
        hints={
            903_168: "Each filter reads all input channels. Their number is missing.",
            1_354_752: "That is one filter. There are 128.",
            221_184: "Those are the weights. Each of them works at every position of the map.",
            221_312: "Those are the parameters. Each weight works at every position of the map.",
            19_267_584: "That is a 1x1 window. A 3x3 window reads nine positions.",
            57_802_752: "The window has two sides: 3*3 positions, not 3.",
            149_520_384: 'Those are 26x26 positions. With padding="same" there are 28x28.',
            346_816_512: "Those are FLOPs, two for each MAC.",
            120_422_400: "That is the 5x5 branch again.",
        },
        hint="positions * filters * window * input channels: 28*28, 128, 3*3, 192.",
    )


def module_by_hand(answer: object) -> None:
    """Module 3a of GoogLeNet on 28x28x192, built from Keras layers."""
    checks.model(
        answer,
        output_shape=(None, 28, 28, 256),
        layer_kinds={"Conv2D": 6, "MaxPooling2D": 1, "Concatenate": 1},
        parameters=163_696,
        parameter_hints={
            163_328: "The biases are missing: use_bias=True is Keras' default, leave it alone.",
            212_848: "The convolution behind the pooling is a 1x1. The pooling itself is 3x3.",
            262_000: "The first branch is a 1x1, without a larger window.",
        },
        also=_built_as_asked,
    )


def _built_as_asked(model) -> str | None:
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    if any(layer.activation.__name__ != "relu" for layer in convolutions):
        return 'The sizes are right, but a layer has no ReLU. Give all of them activation="relu".'
    (join,) = [layer for layer in model.layers if type(layer).__name__ == "Concatenate"]
    (pool,) = [layer for layer in model.layers if type(layer).__name__ == "MaxPooling2D"]
    if pool.input is not model.inputs[0]:
        return (
            "The 1x1 stands before the pooling. The pooling reads the module's input, and the 1x1 "
            "reads the pooling."
        )
    ends = {id(layer.output): layer.kernel_size[0] for layer in convolutions}
    if [ends.get(id(end)) for end in join.input] != [1, 3, 5, 1]:
        return "The branches stand in another order in the join than in the table."
    if tuple(pool.pool_size) != (3, 3):
        return f"The pooling has pool_size={tuple(pool.pool_size)}; the table asks for 3x3."
    return None


def macs_of_4a(answer: object) -> None:
    """MACs of module 4a of GoogLeNet: 14x14x480, filters 192, 96, 208, 16, 48, 64."""
    checks.number(
        answer,
        73_608_192,
        hints={
            294_432_768: "Those are 28x28 positions. From module 4a on the maps are 14x14.",
            18_402_048: "Those are 7x7 positions. The maps of module 4a are 14x14.",
            375_552: "Those are the weights. Each of them works at every position.",
            376_176: "Those are the parameters: take .total.macs, not .total.parameters.",
            147_216_384: "Those are FLOPs, two for each MAC.",
            52_835_328: "Those are the MACs on 192 channels. Module 4a reads 480.",
        },
        hint="keras.Input((14, 14, 480)), then the six numbers in the order of the text.",
    )


def supported(answer: object) -> None:
    """What the trainings of the lesson support."""
    checks.choice(
        answer,
        "C",
        hints={
            "A": "What else goes with the 5x5 branch? Compare the columns of weights and view.",
            "B": "Left out and trained anew is not switched off. The next section tries the other.",
            "D": "The best of three seeds is no comparison. Look at the worst one and the median.",
        },
    )


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
                y = blocks.projection(y, min(filters, 8), activation="relu", name=f"{name}_reduce")
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
