"""The exercises of lesson 09, transposed convolution, its nets and experiments."""

import functools

import keras
import numpy as np
from keras import layers, ops

from helpers import checks, datasets, training


def large_cat() -> np.ndarray:
    """The photograph "chelsea", its green channel: (256, 256), 0 to 1."""
    return (datasets.photograph("chelsea")[..., 1] / 255).astype("float32")


def small_cat() -> np.ndarray:
    """The same, averaged over 4x4 pixels: (64, 64)."""
    return datasets.shrunk(large_cat()[None, ..., None], 4)[0, ..., 0]


# x = 1, 2, 3; kernel (1, 10, 100); Conv1DTranspose with stride 1.
stamped = checks.Array(
    [1, 12, 123, 230, 300],
    hints={
        (1, 10, 102, 20, 203, 30, 300): "There the stamps are two cells apart, as in the example. "
        "What is the stride here?",
        (100, 210, 321, 32, 3): "Your stamp is turned round. Its first weight comes first.",
        (321,): "That is an ordinary convolution: its window reads three cells and writes one.",
        (123,): "That is one cell of it. Each of the three stamps is three cells long.",
        (1, 20, 300): "You multiplied cell by cell. Every cell stamps all three weights.",
        (1, 10, 100, 2, 20, 200, 3, 30, 300): "The stamps lie side by side there. How far is it "
        "from one to the next?",
        (1, 10, 100, 20, 200, 30, 300): "Where two stamps meet, their numbers are added.",
    },
    hint="Write the three stamps under each other, each one cell further, and add the columns.",
)

# (7, 7, 64), Conv2DTranspose(32, 4, strides=2, padding="same"), Conv2DTranspose(16, 5, strides=3)
two_enlargements = checks.Shape(
    (44, 44, 16),
    hints={
        (42, 42, 16): 'The second layer has no padding argument, and its default is not "same".',
        (14, 14, 32): "That is the map after the first layer. Go on with the second.",
        (50, 50, 16): "Which padding does the first layer have? Read its line again.",
        (48, 48, 16): "Which padding does the first layer have? Read its line again.",
        (4, 4, 16): "These layers enlarge. You divided.",
        (44, 44, 32): "The last layer decides how many channels come out.",
        (44, 44, 64): "The last layer decides how many channels come out.",
        (23, 23, 16): "The first layer enlarges, too: its stride is not used here.",
        (18, 18, 16): "The stride of the second layer is not used here.",
        (39, 39, 16): "The last stamp is as long as the kernel: add the rest of it.",
        (47, 47, 16): "Between the first stamp and the last there is one step less than stamps.",
    },
)

# 28 -> 14 -> 7 -> 4 by stride 2, "same". Which layer leads from 4 back to 7?
back_to_seven = checks.Choice(
    "C",
    hints={
        "A": 'With "same" and nothing else said, Keras takes the largest of the sizes that fit.',
        "B": "Without padding no cell is cut off: the last stamp reaches beyond that.",
        "D": "One more than the smallest of the sizes that fit. Is that what you need?",
    },
)

# Which 2x2 pattern a kernel (1, 2), (3, 5) with stride 2 does not see.
unseen = checks.Choice(
    "D",
    hints={
        "A": "All four weights add up there. Is their sum zero?",
        "B": "Multiply cell by cell and add: the right column weighs more.",
        "C": "That was the ghost of a layer with four equal weights. These differ.",
    },
)

# Conv2DTranspose(1, 4, strides=3) by hand; the window is flipped along one axis only.
flip_bug = checks.Choice(
    "D",
    hints={
        "A": "Two pixels with two zeros between them take four cells. That is right.",
        "B": "One pixel in every third row and column. That is right.",
        "C": "A window of four reaches three cells beyond a pixel. That is right.",
        "E": "Nothing is wrong with this line, if what it gets is right.",
    },
)


def _resize_block(
    size=2, filters=16, kernel_size=3, activation="relu", padding="same", order=0, transposed=False,
    strides=1, interpolation="nearest", use_bias=True,
):  # fmt: skip
    inputs = keras.Input((8, 8, 32))
    options = {"padding": padding, "activation": activation, "strides": strides}
    options["use_bias"] = use_bias
    if transposed:
        options |= {"strides": 2}
        return keras.Model(inputs, layers.Conv2DTranspose(filters, kernel_size, **options)(inputs))
    steps = [
        layers.UpSampling2D(size, interpolation=interpolation),
        layers.Conv2D(filters, kernel_size, **options),
    ]
    x = inputs
    for layer in steps[::-1] if order else steps:
        x = layer(x)
    return keras.Model(inputs, x)


# (8, 8, 32) -> UpSampling2D(2) -> Conv2D(16, 3, "same", relu)
resize_block = checks.Model(
    _resize_block,
    hints=[
        ({"transposed": True}, "That is a transposed convolution, the layer to be replaced."),
        ({"order": 1}, "The convolution comes first there, on the small map. Resize before it."),
        ({"activation": None}, "The ReLU is missing."),
        ({"padding": "valid"}, "The convolution takes away the border. Which padding keeps it?"),
        ({"interpolation": "bilinear"}, "It should repeat pixels (nearest), not mix them."),
        ({"kernel_size": 1}, "The window of the convolution is larger."),
        ({"use_bias": False}, "The bias is missing."),
        ({"size": 4}, "The maps become too large."),
    ],
    hint="Two layers: one that repeats pixels, one that convolves.",
)

checks.count_together(globals())


# What the page computes with a line each


def apply(model, x: np.ndarray, kernel: np.ndarray | None = None) -> np.ndarray:
    """What a layer or model writes for one map of one channel: (H, W), or (n,), in and out.

    kernel: given to its one convolution, with a bias of zero; without it the weights stay as they
    are. ValueError where the sizes do not fit.
    """
    x = np.asarray(x, "float32")[None, ..., None]
    written = model(x)  # the first call makes the weights
    if kernel is not None:
        kernel = np.asarray(kernel, "float32")[..., None, None]
        model.set_weights([kernel, *[0 * w for w in model.get_weights()[1:]]])
        written = model(x)
    return ops.convert_to_numpy(written)[0, ..., 0]


# The nets of lesson 09 and their experiments


def decoder(kind: str, kernel_size: int = 3) -> keras.Model:
    """A small net that enlarges maps of one channel four times: two steps of two.

    kind: "transposed" or "resize", how each of the two steps is made. With equal kernels both
    have the same number of parameters.
    """
    inputs = keras.Input((None, None, 1))
    x = layers.Conv2D(16, 3, padding="same", activation="relu", name="look")(inputs)
    for step, filters, activation in ((1, 16, "relu"), (2, 1, None)):
        options = {"padding": "same", "activation": activation, "name": f"step_{step}"}
        if kind == "transposed":
            x = layers.Conv2DTranspose(filters, kernel_size, strides=2, **options)(x)
        else:
            x = layers.UpSampling2D(2, name=f"resize_{step}")(x)
            x = layers.Conv2D(filters, kernel_size, **options)(x)
    return keras.Model(inputs, x)


def enlarged_cat(model: keras.Model) -> np.ndarray:
    """What a decoder makes of the small cat: (256, 256)."""
    return apply(model, small_cat())


def grid(picture: np.ndarray) -> float:
    """How strong a grid of 4x4 pixels lies on a picture (height, width), 0 to 1, in grey levels.

    The mean brightness of all pixels at the same place of the grid, for its 16 places: the
    brightest less the darkest, of 255. The outermost 16 pixels, where padding counts, are left out.
    """
    middle = picture[16:-16, 16:-16]
    places = [middle[i::4, j::4].mean() for i in range(4) for j in range(4)]
    return 255 * float(max(places) - min(places))


def grid_on_cat(model: keras.Model) -> dict[str, float]:
    """The grid that a decoder leaves on the cat, which it has never seen."""
    return {"grid": grid(enlarged_cat(model))}


def clothes_to_enlarge() -> tuple:
    """8,000 pictures of clothes for training and the test pictures, to be made from 7x7 of them.

    ((x, y), (x, y)): x is y averaged over 4x4 pixels, (images, 7, 7, 1) from (images, 28, 28, 1).
    """
    return tuple((datasets.shrunk(x, 4), x) for x, _ in training.images(8_000))


_OPTIONS = {"data": clothes_to_enlarge, "loss": "mean_squared_error", "epochs": 20,
            "learning_rate": 3e-3, "measure": grid_on_cat, "keep_weights": True}  # fmt: skip
EXPERIMENTS = {
    name: training.Experiment(name, functools.partial(decoder, *how), **_OPTIONS)
    for name, how in {
        "decoder_transposed_3": ("transposed", 3),
        "decoder_transposed_4": ("transposed", 4),
        "decoder_resize": ("resize", 3),
    }.items()
}


def trained(name: str) -> keras.Model:
    """A decoder after 20 epochs on 8,000 pictures of clothes, with stored weights (seed 0)."""
    return training.trained(EXPERIMENTS[name])
