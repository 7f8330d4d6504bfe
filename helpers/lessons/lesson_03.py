"""The exercises of lesson 03, channels, and a trained filter to look at."""

import keras
import numpy as np
from keras import layers

from helpers import checks, datasets

# Windows: red ((1, 2), (0, 3)), green ((2, 0), (1, 1)); kernels: red ((1, 0), (2, -1)), green
# ((2, 0), (1, -1)); bias 2. Asked for: what red gives, what green gives, what the filter writes.
one_place = checks.Array(
    [-2, 4, 4],
    hints={
        (-2, 4, 2): "The sum over the channels is there. Something is added to it once.",
        (-2, 4, 6): "The bias was added for each channel. It belongs to the filter.",
        (0, 6, 6): "Each channel gives its products alone; the filter's bias comes afterwards.",
        (-2, 4, 3): "That takes the mean of the channels. A filter adds them up.",
        (0, 4, 6): "A negative value was set to zero. There is no activation here.",
        (6, 0, 8): "The kernels were turned round. Keras lays them on as they are.",
        (4,): "That is the last of the three numbers. Give what each channel gives, too.",
    },
    hint="Lay each kernel on the window of its own channel: four products, one sum.",
)

# Conv2D(10, (3, 5)) on maps of 28x28 with 6 channels.
kernel_shape = checks.Shape(
    (3, 5, 6, 10),
    hints={
        (3, 5, 10, 6): "In Keras the channels that are read come before the filters.",
        (10, 6, 3, 5): "That is how PyTorch keeps it. Keras begins with the window.",
        (5, 3, 6, 10): "A pair of sizes gives the rows first, as for an array.",
        (3, 5, 6): "That is one filter. How many are there?",
        (3, 5, 10): "Each filter has a kernel for every channel that it reads.",
        (3, 5, 1, 10): "Each filter has a kernel for every channel that it reads.",
        (26, 24, 10): "That is the map that the layer writes. Asked for are its weights.",
        (None, 26, 24, 10): "That is what the layer writes. Asked for are its weights.",
        (28, 28, 6, 10): "The filters are as large as the window, not as the map.",
    },
    hint="Read it aloud: rows, columns, channels in, filters.",
)

# A total += products of channel c; B total += bias; C total = 0; D for c in channels.
sum_lines = checks.Order(
    ("CDAB", "CBDA"),
    hints={
        "DC": "Set the total to zero before the loop begins: later it breaks the loop or wipes "
        "out the sum.",
        "AD": "The line with c in it has to be inside the loop that counts c.",
        "BC": "Before the total is set to zero, there is none that the bias could be added to.",
        "DBA": "B isn't indented, so it can't stand between the head of the loop and its body.",
    },
)

# Conv2D(40, 5) on 24 channels.
count_parameters = checks.Number(
    5 * 5 * 24 * 40 + 40,
    hints={
        5 * 5 * 24 * 40: "Those are the weights. Does each filter have something else?",
        5 * 5 * 40 + 40: "A filter has a kernel for every channel that it reads.",
        (5 * 5 + 1) * 24 * 40: "That gives every kernel a bias. The bias belongs to the filter.",
        5 * 5 * 24 * 40 + 24: "There are as many biases as channels that come out.",
        5 * 5 * 24 + 1: "That is one filter. How many are there?",
        5 * 24 * 40 + 40: "The window has rows and columns: it holds more than five pixels.",
    },
    hint="Take one filter first: its weights and its bias. Then count the filters.",
)

# photo of shape (3, 256, 256) in front of Conv2D(8, 3): which line repairs it?
channels_last = checks.Choice(
    "C",
    hints={
        "A": "That turns all axes round. What becomes of rows and columns? Draw the result.",
        "B": "Work out the shape that this gives. Which axis do the colours end on?",
        "D": "That adds an axis at the end, and the colours are still on the first one.",
    },
)

# Conv2D(32, 5, strides=2, padding="same") on 64x64 with 16 channels.
count_macs = checks.Number(
    5 * 5 * 16 * 32 * 32 * 32,
    hints={
        5 * 5 * 16 * 32 * 64 * 64: "That counts positions of the input. With a stride of 2, the "
        "filters stop at fewer.",
        5 * 5 * 16 * 32: "Those are the weights. How often is each of them used?",
        5 * 5 * 16 * 32 * 32: "Along one side only. The map has rows and columns.",
        5 * 5 * 16 * 32 * 30 * 30: 'That is the size for padding="valid".',
        5 * 5 * 32 * 32 * 32: "Each filter reads every channel.",
        (5 * 5 * 16 + 1) * 32 * 32 * 32: "The bias is added, not multiplied. Leave it out.",
        2 * 5 * 5 * 16 * 32 * 32 * 32: "A multiplication with its addition counts as one.",
    },
    hint="Weights of the layer, times the positions on the map that it writes.",
)


def _pair(filters=(16, 32), kernels=(3, 3), activations=(None, None), padding="same", **options):
    options |= {"padding": padding}
    rows = zip(filters, kernels, activations, strict=True)
    convs = [layers.Conv2D(f, k, activation=a, **options) for f, k, a in rows]
    return keras.Sequential([keras.Input((32, 32, 3)), *convs])


# Input (32, 32, 3); two 3x3 layers with 448 and 4,640 parameters.
layer_pair = checks.Model(
    _pair,
    also=[{"activations": a} for a in (("relu", None), ("relu", "relu"), (None, "relu"))],
    hints=[
        ({"filters": (32, 16)}, "The two numbers of filters are there, in the other order."),
        ({"use_bias": False}, "The biases are missing: leave use_bias as it is."),
        ({"padding": "valid"}, 'The maps shrink. Use padding="same".'),
        ({"kernels": (1, 1)}, "The windows are single pixels. Both layers are 3x3."),
        ({"filters": (16, 16)}, "The first layer is right. How large is one filter of the second?"),
    ],
    hint="Only these two layers, with no stride and nothing between or after them.",
)

# 24 slices of a scan. A slices as channels; B Conv3D(8, 3); C Conv3D(8, (24, 3, 3)).
which_layer = checks.Choice(
    "B",
    hints={
        "A": "Channels are added up: each slice has weights of its own then, and the map doesn't "
        "say in which slice the lump lies.",
        "C": "This filter is as deep as the stack. How many positions are there along it?",
    },
)

checks.count_together(globals())


# A trained filter to look at


def trained_layers() -> tuple[layers.Conv2D, layers.Conv2D]:
    """The first two layers of a net that was trained on clothes: 1 -> 12 and 12 -> 12 channels.

    They are conv1 and block1_conv1 of lesson 08's residual_34_long, for images of 14x14 from 0 to
    1. The batch normalization after each is folded into its weights and its bias, so that each
    gives what convolution, normalization and ReLU give together (tests/test_lesson_03.py).
    """
    path = datasets.find("weights/residual_34_long.npz")
    if path is None:
        raise FileNotFoundError(
            "data/weights/residual_34_long.npz is missing. Open the notebook in a checkout of the "
            "repository, or get the folder data/ again (git checkout data)."
        )
    made = []
    with np.load(path) as stored:
        for name in ("conv1", "block1_conv1"):
            kernel = stored[f"{name}/kernel"].astype(float)
            words = ("gamma", "beta", "moving_mean", "moving_variance")
            gamma, beta, mean, variance = (stored[f"{name}_bn/{w}"].astype(float) for w in words)
            scale = gamma / np.sqrt(variance + 1e-5)
            layer = layers.Conv2D(12, 3, padding="same", activation="relu", name=name)
            layer.build((None, None, None, kernel.shape[2]))
            layer.set_weights([kernel * scale, beta - mean * scale])
            made.append(layer)
    return tuple(made)
