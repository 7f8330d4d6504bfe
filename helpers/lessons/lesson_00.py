"""The exercises of lesson 00."""

from helpers import checks

# How many pixels does an image of 34 rows and 20 columns have?
pixels = checks.Number(
    34 * 20,
    hints={
        34 + 20: "That adds the sides. Each of the rows has its own pixels.",
        20: "That is one row. How many rows are there?",
        34 * 20 * 3: "That counts three colours; these images are grey.",
    },
    hint="Multiply the rows by the columns.",
)

# The shape of the training images with one channel added at the end.
training_shape = checks.Shape(
    (10_000, 28, 28, 1),
    hints={
        (10_000, 28, 28): "The channel is missing. Grey images have one, as the last axis.",
        (10_000, 1, 28, 28): "That puts the channel first. Here channels come last.",
        (28, 28, 1): "That is one image. How many are there?",
        (10_000, 28, 28, 3): "Three channels would be colour; these images are grey.",
    },
    hint="Images first, then height, width and channels.",
)

# Which word of the glossary names the 3-D stack of weights that makes one feature map?
channels_of_a_filter = checks.Choice(
    "B",
    hints={
        "A": "A kernel is 2-D: one slice of the stack, for a single input channel.",
        "C": "A feature map is what comes out, not the weights that make it.",
        "D": "A channel is one slice of an image or of a layer's output.",
    },
)

checks.count_together(globals())
