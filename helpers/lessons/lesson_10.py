"""The exercises of lesson 10, dilated convolution; its nets, its pictures and its experiments."""

import functools
import itertools

import keras
import numpy as np
from keras import layers, ops

from helpers import checks, datasets, training

# layers.Conv2D(8, 5, dilation_rate=3): how wide does its window reach?
one_reach = checks.Number(
    (5 - 1) * 3 + 1,
    hints={
        15: "You spread five steps. How many steps lie between five weights in a row?",
        12: "That is from the first weight to the last. The first one has a pixel of its own.",
        7: "That is a window of three at this rate.",
        5: "That is the window at rate one.",
        9: "Count the steps between the weights, and make each of them as long as the rate.",
        25: "How wide, along one side: not how many weights.",
    },
    hint="Draw the weights on squared paper: the steps between them, and the first one.",
)

# (33, 33, 8) through three layers of 8 filters, 3x3, rates 1, 2, 4, padding left out.
three_valid = checks.Shape(
    (19, 19, 8),
    hints={
        (27, 27, 8): "That is without the rates, or the map before the last layer.",
        (25, 25, 8): "That is the last layer alone. The layers follow one another.",
        (33, 33, 8): "Nothing is padded here: no padding is written, and that is not same.",
        (29, 29, 8): "That is the second layer alone. The layers follow one another.",
        (31, 31, 8): "That is the map after the first layer. Go on.",
        (26, 26, 8): "Each window reaches beyond its middle on both sides.",
        (18, 18, 8): "You took away the whole field. The window's own pixel stays.",
    },
)

# The kernel (1, 2, 3) at rate 3, as a kernel without a rate.
with_zeros = checks.Array(
    [1, 0, 0, 2, 0, 0, 3],
    hints={
        (1, 2, 3): "That is the kernel without its rate.",
        (1, 0, 2, 0, 3): "That is the rate below. How long is a step from one weight to the next?",
        (1, 0, 0, 0, 2, 0, 0, 0, 3): "One zero too many between the weights.",
        (1, 2, 3, 0, 0, 0, 0): "The zeros belong between the weights, not behind them.",
        (1, 0, 0, 2, 0, 0, 3, 0, 0): "There is nothing to be kept apart behind the last weight.",
        (0, 1, 0, 2, 0, 3, 0): "The window begins and ends with a weight.",
        (3, 0, 0, 2, 0, 0, 1): "Keras doesn't flip the kernel.",
    },
    hint="From one weight to the next the window moves on by the rate.",
)

# Narrowest first. A: rates 1-1-1-1, B: 1-2-4, C: 6-3, D: 5.
by_width = checks.Order(
    "ADBC",
    hints={
        "DA": "One layer at a rate of its own against four at rate one: add both up.",
        "BA": "More layers is not wider. What does each of them add?",
        "CB": "Two layers can be wider than three. Add up the rates.",
        "BD": "The single layer adds its rate once on each side. What do the three add?",
    },
    hint="Add up the rates of each stack; the widest has the largest sum.",
)

# Which stack of 3x3 layers leaves holes? A: 1-2-4, B: 3-1-1, C: 1-2-9, D: 1-2-5.
holes = checks.Choice(
    "C",
    hints={
        "A": "Two layers at one and two read seven pixels in a row. How far apart does the third "
        "put three such rows?",
        "B": "The order doesn't matter for what is read. Begin with the two layers at rate one.",
        "D": "Here three rows lie closer together than they are long.",
    },
)


def _painter(
    rates=(1, 2, 4), activation="relu", padding="same", kernel_size=3, last=None, last_size=1,
    last_filters=2, filters=8, use_bias=True,
):  # fmt: skip
    """The net of the exercise, from (32, 32, 1)."""
    inputs = x = keras.Input((32, 32, 1))
    options = {"padding": padding, "use_bias": use_bias}
    for rate in rates:
        more = {"dilation_rate": rate, "activation": activation}
        x = layers.Conv2D(filters, kernel_size, **options, **more)(x)
    x = layers.Conv2D(last_filters, last_size, activation=last, **options)(x)
    return keras.Model(inputs, x)


# Three 3x3 layers of 8 filters with ReLU, map size kept, together 15 wide without holes; then a
# linear 1x1 of 2 filters. Three sets of rates do it, in any order.
_DENSE_15 = [rates for three in ((1, 2, 4), (1, 3, 3), (1, 1, 5))
             for rates in sorted(set(itertools.permutations(three)))]  # fmt: skip
wide_net = checks.Model(
    _painter,
    also=[{"rates": rates} for rates in _DENSE_15[1:]],
    hints=[
        ({"rates": (1, 1, 1)}, "All three layers are at rate one. How wide do they see?"),
        ({"rates": (2, 2, 2)}, "Almost as wide, but full of holes."),
        ({"rates": (1, 2, 3)}, "The three rates add up to a little too little."),
        *(
            ({"rates": rates}, "Wide enough. Now count the pixels between: are all of them read?")
            for rates in ((2, 2, 3), (2, 3, 2), (3, 2, 2))
        ),
        ({"padding": "valid"}, "The map shrinks. Which argument keeps its size?"),
        ({"activation": None}, "The ReLUs after the 3x3 layers are missing."),
        ({"last": "relu"}, "The last layer is to be linear: no activation."),
        ({"last": "softmax"}, "The last layer is to be linear: no activation."),
        ({"last_size": 3}, "The last layer looks at one pixel only, and sets the channels."),
        ({"use_bias": False}, "The biases are missing: leave use_bias as it is."),
    ],
    hint="Add up your rates, and look for ReLUs.",
)

checks.count_together(globals())


# What the page computes with a line each


def view(rates: list[int], size: int = 15) -> np.ndarray:
    """The gradient of the middle output of a stack of 3x3 layers, all weights 1: (size, size).

    In picture number i only pixel i is lit; the layers are linear, so what the middle output makes
    of it is how strongly it depends on that pixel. Zero: not read.
    """
    x = np.eye(size * size, dtype="float32").reshape(-1, size, size, 1)
    for rate in rates:
        ones = {"use_bias": False, "kernel_initializer": "ones"}
        x = layers.Conv2D(1, 3, padding="same", dilation_rate=rate, **ones)(x)
    return ops.convert_to_numpy(x)[:, size // 2, size // 2, 0].reshape(size, size)


def refusal(**arguments) -> str:
    """The first line of Keras' error for layers.Conv2D(8, 3, **arguments), or "no error"."""
    try:
        layers.Conv2D(8, 3, **arguments)
    except ValueError as error:
        return f"ValueError: {str(error).splitlines()[0]}"
    return "no error"


# Outlines to be filled: the task

WHOLE = (0, 1, 2, 3, 4, 6, 8)  # clothes and bags; shoes, of which some are mostly straps, left out
CANVAS = 40  # pixels a side; the garment, 28x28, lies somewhere on it


@functools.cache
def outlines() -> tuple:
    """((x, y), (x_test, y_test)): outlines of 800 and 200 garments, and what is inside them.

    x: (garments, 40, 40, 1), 1 on a line one pixel wide, else 0. y: (garments, 40, 40), 1 on the
    line and inside it, else 0. The garments are the first of Fashion-MNIST that are no shoes, with
    their holes filled, each put somewhere on a larger canvas, the same on every computer.
    """
    rng, pairs = np.random.default_rng(0), []
    for (pictures, labels), count in zip(datasets.fashion_mnist(), (800, 200), strict=True):
        solid = ~_outside(pictures[np.isin(labels, WHOLE)][:count] > 25)
        inside = np.zeros((count, CANVAS, CANVAS), bool)
        for canvas, shape in zip(inside, solid, strict=True):
            row, column = rng.integers(0, CANVAS - 27, size=2)
            canvas[row : row + 28, column : column + 28] = shape
        up, down, left, right = _neighbours(inside)
        line = inside & ~(up & down & left & right)
        pairs.append((line[..., None].astype("float32"), inside.astype("int32")))
    return tuple(pairs)


def _outside(shapes):
    """The background that is connected to the edge of the picture: (pictures, height, width)."""
    free = np.pad(~shapes, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    found = np.zeros_like(free)
    found[:, 0] = True
    while True:
        grown = free & np.logical_or.reduce([found, *_neighbours(found)])
        if (grown == found).all():
            return found[:, 1:-1, 1:-1]
        found = grown


def _neighbours(pictures):
    """The pixel above, below, left and right of each pixel; False where there is none."""
    wide = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    return wide[:, :-2, 1:-1], wide[:, 2:, 1:-1], wide[:, 1:-1, :-2], wide[:, 1:-1, 2:]


def painter(rates: tuple[int, ...]) -> keras.Model:
    """3x3 layers of 8 filters at these rates and a 1x1 layer: for each pixel outside or inside."""
    inputs = x = keras.Input((CANVAS, CANVAS, 1))
    for number, rate in enumerate(rates, 1):
        options = {"padding": "same", "dilation_rate": rate, "activation": "relu"}
        x = layers.Conv2D(8, 3, name=f"conv{number}", **options)(x)
    x = layers.Conv2D(2, 1, activation="softmax", name="inside")(x)
    return keras.Model(inputs, x, name="painter")


def _experiment(name, rates, epochs=4, **options):
    """Equal parameters and multiplications, whatever the rates."""
    build = functools.partial(painter, rates)
    options |= {"epochs": epochs, "batch_size": 10, "learning_rate": 5e-3, "data": outlines}
    return training.Experiment(f"painter_{name}", build, **options)


EXPERIMENTS = {
    e.name: e
    for e in (
        _experiment("plain", (1, 1, 1, 1), keep_weights=True),  # 9 wide
        _experiment("holes", (4, 4, 4, 4), keep_weights=True),  # 33 wide, 81 pixels read
        _experiment("dilated", (1, 2, 4, 8), keep_weights=True),  # 31 wide
        _experiment("dense_25", (1, 1, 5, 5)),  # 25 wide: less than with holes, and all read
        _experiment("plain_long", (1, 1, 1, 1), epochs=12),
        _experiment("holes_long", (4, 4, 4, 4), epochs=12),
        _experiment("dilated_long", (1, 2, 4, 8), epochs=12),
    )
}


def painted(name: str, number: int) -> np.ndarray:
    """What the trained net `name` takes for inside on test outline `number`: 1 there, else 0."""
    answers = training.trained(EXPERIMENTS[f"painter_{name}"])(outlines()[1][0][number][None])
    return ops.convert_to_numpy(answers)[0].argmax(-1)
