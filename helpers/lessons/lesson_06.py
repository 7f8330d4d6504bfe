"""The answer checkers of lesson 06."""

from helpers import checks


def first_block(answer: object) -> None:
    """The mlpconv block 5x5, 1x1, 1x1 on 32x32x3, built by hand."""
    checks.model(
        answer,
        output_shape=(None, 32, 32, 96),
        layer_kinds={"Conv2D": 3},
        parameters=60_928,
        parameter_hints={
            60_480: "The biases are missing: use_bias=True is Keras' default, leave it alone.",
            51_712: "The first kernel is 3x3; the block asks for 5x5.",
            1_166_272: "Every layer is 5x5. Only the first one looks around; the others are 1x1.",
        },
        also=_built_as_asked,
    )


def _built_as_asked(model) -> str | None:
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    if any(layer.activation.__name__ != "relu" for layer in convolutions):
        return (
            "The sizes are right, but a layer has no ReLU. Without it, neighbouring layers are one "
            'matrix product (lesson 05). Give all of them activation="relu".'
        )
    return None


def second_block(answer: object) -> None:
    """Parameters of the second mlpconv block of the CIFAR-10 model."""
    checks.number(
        answer,
        535_104,
        hints={
            534_528: "These are the weights. Every filter has a bias, too.",
            498_048: "One 1x1 layer is missing: there are two after the 5x5.",
            460_992: "That is the 5x5 layer alone. Two 1x1 layers follow it.",
            995_904: "The 5x5 layer reads the maps that the first block leaves: fewer than that.",
            461_760: "A 1x1 filter is not one number: it holds one for each channel that it reads.",
            2_304_576: "The two last kernels are 1x1, not 5x5.",
        },
        hint="kernel height * kernel width * channels read * filters + filters, for three layers.",
    )


def dense_as_kernel(answer: object) -> None:
    """The kernel that replaces Flatten + Dense(120) on 5x5x16."""
    checks.shape(
        answer,
        (5, 5, 16, 120),
        hints={
            (1, 1, 16, 120): "A 1x1 kernel reads one position; a dense unit reads the whole map.",
            (1, 1, 400, 120): "That reads a map of one position and 400 channels, after Flatten. "
            "The convolution reads the map before Flatten.",
            (400, 120): "That is the dense layer's matrix. How is it cut into rows, columns and "
            "channels?",
            (5, 5, 120, 16): "Keras keeps the channels read before the filters.",
            (120, 5, 5, 16): "The filters come last in Keras.",
            (5, 5, 16): "That is one unit's filter; there are as many as units.",
        },
        hint="(kernel height, kernel width, channels read, filters), as Keras keeps a kernel.",
    )


def fair_reading(answer: object) -> None:
    """What the trainings of the lesson support."""
    checks.choice(
        answer,
        "C",
        hints={
            "A": "Look at the ranges of the seeds, and at which of the two is higher at the end.",
            "B": "One size, one set of images, a few epochs: that is too little for a verdict on "
            "the idea.",
            "D": "Both heads of the plain net are in the table. Compare their rows.",
        },
    )
