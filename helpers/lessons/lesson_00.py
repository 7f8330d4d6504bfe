"""The answer checkers of lesson 00."""

from helpers import checks


def pixels(answer: object) -> None:
    """How many pixels has an image of 28 rows and 28 columns?"""
    checks.number(
        answer,
        28 * 28,
        hints={
            28 + 28: "that adds the sides. Each of the rows has its own pixels.",
            28: "that is one row. How many rows are there?",
            28 * 28 * 3: "that counts three colours; these images are grey.",
        },
        hint="Multiply the rows by the columns.",
    )


def training_shape(answer: object) -> None:
    """The shape of the training images with one channel added at the end."""
    checks.shape(
        answer,
        (10_000, 28, 28, 1),
        hints={
            (10_000, 28, 28): "the channel is missing. Grey images have one, as the last axis.",
            (10_000, 1, 28, 28): "that puts the channel first. Here channels come last.",
            (28, 28, 1): "that is one image. How many are there?",
            (10_000, 28, 28, 3): "three channels would be colour; these images are grey.",
        },
        hint="Images first, then height, width and channels.",
    )


def channels_of_a_filter(answer: object) -> None:
    """Which word of the glossary names the 3-D stack of weights that makes one feature map?"""
    checks.choice(
        answer,
        "B",
        hints={
            "A": "a kernel is 2-D: one slice of the stack, for a single input channel.",
            "C": "a feature map is what comes out, not the weights that make it.",
            "D": "a channel is one slice of an image or of a layer's output.",
        },
    )
