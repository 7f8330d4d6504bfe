"""What lesson 06, Network in Network, owns: its exercises, its nets and their experiments."""

import functools
from collections.abc import Mapping

import keras
import numpy as np
from keras import layers

from helpers import blocks, checks, training


def _first_block(kernels=(5, 1, 1), filters=(192, 160, 96), activations=("relu",) * 3, **options):
    options = {"padding": "same"} | options
    x = inputs = keras.Input((32, 32, 3))
    for size, count, activation in zip(kernels, filters, activations, strict=True):
        x = layers.Conv2D(count, size, activation=activation, **options)(x)
    return keras.Model(inputs, x)


# The mlpconv block 5x5, 1x1, 1x1 on 32x32x3, built by hand.
first_block = checks.Model(
    _first_block,
    hints=[
        ({"use_bias": False}, "The biases are missing: use_bias=True is the default, leave it."),
        ({"kernels": (3, 1, 1)}, "The first kernel is 3x3; the block asks for 5x5."),
        (
            {"kernels": (5, 5, 5)},
            "Every layer is 5x5. Only the first one looks around; the others are 1x1.",
        ),
        ({"padding": "valid"}, 'The map shrinks. padding="same" keeps its size.'),
        (
            {"activations": (None,) * 3},
            "No layer has a ReLU. Without it, neighbouring layers are one matrix product (lesson "
            "05). Give one to all of them.",
        ),
        ({"activations": ("relu", "relu", None)}, "The last layer needs its ReLU, too."),
        ({"activations": (None, "relu", "relu")}, "The first layer needs its ReLU, too."),
        ({"activations": ("relu", None, "relu")}, "The layer in the middle needs its ReLU, too."),
    ],
    hint="Three layers in a row, each with its ReLU, and nothing else: no stride, no dilation.",
)

# The 1x1 filter that reads relu(a + b) and relu(a + b - 1) and says "exactly one".
third_filter = checks.Array(
    [1, -2],
    hints={
        (1, -1): "Over two bright cells this leaves 1. Wanted is 0.",
        (1, 0): "That is the count again: it says 2 over two bright cells.",
        (1, 2): "Over two bright cells both channels push up. One of them has to pull down.",
        (1, 1): "Over two bright cells both channels push up. One of them has to pull down.",
        (-2, 1): "Channel 0 is the count. The weights come in the order of the channels.",
        (-1, 2): "Over one bright cell this says no. Wanted is a yes there.",
        (2, -4): "The zeros are right, but over one bright cell this says 2.",
    },
    hint="Look at one bright cell first: only one of the two channels speaks there.",
)

# The means of (4, 0, 0, 0), (1, 1, 1, 1) and (-2, 0, 3, 5).
class_means = checks.Array(
    [1, 1, 1.5],
    hints={
        (4, 4, 6): "Those are the sums. How many positions does each map have?",
        (4, 1, 5): "Those are the largest values: max pooling. Here every position counts.",
        (1, 1, 2): "A negative value counts, too. There is no ReLU on these maps.",
        (4, 1, 2): "The zeros are positions, too. Divide by the number of all positions.",
        (2, 2, 3): "Each map has two rows of two: more positions than you divided by.",
    },
    hint="One number for each map: add its four values and divide.",
)

# GlobalAveragePooling2D and Dense(100) on 7x7x512.
head_parameters = checks.Number(
    512 * 100 + 100,
    hints={
        7 * 7 * 512 * 100 + 100: "That is the head with Flatten, as in the question. After the "
        "mean the dense layer reads fewer numbers.",
        7 * 7 * 512 * 100: "These are the weights of the head with Flatten.",
        512 * 100: "These are the weights. Each class has a bias, too.",
        512: "One weight for each mean is enough for one class only.",
        512 + 100: "Every class weighs all the means with weights of its own.",
        7 * 7 * 100 + 100: "That reads the positions. The mean is taken over them; the maps stay.",
        0: "The mean has nothing to learn; the dense layer after it has.",
    },
    hint="What is left of the three axes after the mean? That is what each class reads.",
)

# A: 1x1 to ten class maps; B: 1x1 with ReLU; C: mean; D: 5x5 with ReLU; E: softmax.
lines_of_a_net = checks.Order(
    "DBACE",
    hints={
        "BD": "The small net begins with the layer that reads the window.",
        "AD": "Then the window is read after the classes have their maps.",
        "AB": "Then the net goes on with 24 maps, and there are only ten classes.",
        "CA": "A mean leaves no positions for a convolution. First the maps, then their means.",
        "EC": "Softmax turns scores into probabilities. First the scores.",
    },
)

# LeNet's head in convolutions: B, Conv2D(120, 1) on the 5x5x16 that A leaves, is the wrong line.
lenet_head = checks.Choice(
    "B",
    hints={
        "A": "That layer is LeNet's own, and it works on maps of any size.",
        "C": "Once the line that is wrong is mended, how many positions does this layer read?",
        "D": "This layer reads what one position of 84 channels holds, as the dense layer did.",
    },
)

# What the stored trainings of the lesson support.
fair_reading = checks.Choice(
    "C",
    hints={
        "A": "Look at the ranges of the seeds of the two nets: do they overlap?",
        "B": "Look at the two tables of the nets that were trained on moved clothes.",
        "D": "Follow its row in the table of the nets that were trained on centred clothes.",
    },
)

checks.count_together(globals())


# The nets of lesson 06, what is measured on them, and their experiments


def nin_small(class_maps: str = "linear", input_shape=(14, 14, 1)) -> keras.Model:
    """A Network in Network for 14x14 images: three mlpconv blocks, one pooling, class maps.

    class_maps="relu" ends the last 1x1 with a ReLU, as the published net does.
    """
    inputs = keras.Input(input_shape)
    x = blocks.mlpconv(inputs, (24, 20, 12), kernel_size=5, name="mlpconv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.mlpconv(x, (24, 24, 24), kernel_size=5, name="mlpconv2")
    x = blocks.mlpconv(x, (24, 24), kernel_size=3, name="mlpconv3")
    x = blocks.conv(x, 10, 1, activation=class_maps, name="class_maps")
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, keras.layers.Softmax(name="predictions")(x), name="nin_small")


def nin_plain(head: str = "mean", filters=(24, 20, 24)) -> keras.Model:
    """nin_small without its 1x1 layers, widened to the same cost; head "mean" or "flatten"."""
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, filters[0], kernel_size=5, name="conv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.conv(x, filters[1], kernel_size=5, name="conv2")
    x = blocks.conv(x, filters[2], kernel_size=3, name="conv3")
    if head == "mean":
        x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    else:
        x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name=f"plain_{head}")


# Rows down and columns to the right by which the test images are moved, whatever was trained on.
SHIFTS = {"shift_0": (0, 0)} | {
    f"{direction}_{n}": (rows * n, columns * n)
    for direction, rows, columns in (
        ("up", -1, 0),
        ("down", 1, 0),
        ("left", 0, -1),
        ("right", 0, 1),
    )
    for n in (1, 2, 3)
}


def accuracy_under_shifts(model: keras.Model) -> dict[str, float]:
    """The share of the centred test images that is right after each of `SHIFTS`."""
    _, (x, y) = training.images(1, 14)
    moved = np.concatenate([training.shift(x, *by) for by in SHIFTS.values()])
    guesses = model.predict(moved, batch_size=500, verbose=0).argmax(1)
    right = (guesses.reshape(len(SHIFTS), len(y)) == y).mean(1)
    return dict(zip(SHIFTS, right.tolist(), strict=True))


def dead_classes(model: keras.Model) -> dict[str, list[int]]:
    """Key "dead": for each class 1 if its map is zero everywhere, on all 4,000 training images."""
    (x, _), _ = training.images(4_000, 14)
    class_maps = keras.Model(model.inputs, model.get_layer("mean").input)
    highest = class_maps.predict(x, batch_size=500, verbose=0).max((0, 1, 2))
    return {"dead": [int(value <= 0) for value in highest]}


def right_after(name: str, pixels: int) -> np.ndarray:
    """Percent of the test images right after a shift, one number a seed: the last epoch's.

    The mean of the shifts by `pixels`, 0 to 3, up, down, left and right; stored results.
    """
    stored = training.results(name)
    keys = [key for key in SHIFTS if key.endswith(f"_{pixels}")]
    return 100 * np.mean([stored[key][:, -1] for key in keys], axis=0)


def shift_table(names: Mapping[str, str]) -> str:
    """`right_after` as text, {title: name}: a column for each shift, median and range of seeds."""
    lines = ["moved by" + "".join(f"{pixels:13} px" for pixels in range(4))]
    for title, name in names.items():
        ends = [right_after(name, pixels) for pixels in range(4)]
        cells = [f"{np.median(e):.0f} ({e.min():.0f} to {e.max():.0f})" for e in ends]
        lines.append(f"{title:8}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


# the images and steps of the trainings, short enough for a lesson, and longer
_OPTIONS = {"size": 14, "batch_size": 50, "learning_rate": 3e-3}
_SHORT = _OPTIONS | {"images": 4_000, "epochs": 4}
_LONG = _OPTIONS | {"images": 10_000, "epochs": 12}
_SHIFTED = _SHORT | {"measure": accuracy_under_shifts}
_MOVED_LONG = _LONG | {"measure": accuracy_under_shifts, "move": 3}
_relu = functools.partial(nin_small, "relu")
_flatten = functools.partial(nin_plain, "flatten")
_narrow = functools.partial(nin_plain, "flatten", (16, 16, 16))  # the parameters of "mean"

# mlpconv beside plain convolutions, two heads, a ReLU on the class maps, clothes that move
EXPERIMENTS = {
    name: training.Experiment(name, build, **options)
    for name, build, options in (
        ("nin_small", nin_small, _SHORT | {"keep_weights": True}),
        ("nin_plain", nin_plain, _SHIFTED),
        ("nin_flatten", _flatten, _SHIFTED),
        ("nin_narrow", _narrow, _SHIFTED),
        ("nin_small_long", nin_small, _LONG),
        ("nin_plain_long", nin_plain, _LONG),
        ("nin_flatten_long", _flatten, _LONG),
        ("nin_narrow_long", _narrow, _LONG),
        ("nin_plain_moved", nin_plain, _SHIFTED | {"move": 3}),
        ("nin_flatten_moved", _flatten, _SHIFTED | {"move": 3}),
        ("nin_narrow_moved", _narrow, _SHIFTED | {"move": 3}),
        ("nin_plain_moved_long", nin_plain, _MOVED_LONG),
        ("nin_flatten_moved_long", _flatten, _MOVED_LONG),
        ("nin_dead_maps", _relu, _SHORT | {"epochs": 10, "measure": dead_classes}),
    )
}
