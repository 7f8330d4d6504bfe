"""Homework 1, convolution arithmetic: the hidden checks. tests/homework/README.md has the form."""

from math import ceil

import numpy as np
from keras import Model, Sequential, layers

from helpers import checks
from helpers.arithmetic import (
    conv_macs,
    conv_output,
    conv_parameters,
    dense_parameters,
    pool_output,
    receptive_field,
    same_padding,
)
from helpers.reference import convolution, cross_correlation, depthwise, flipped
from helpers.tools.questions import (
    Check,
    Question,
    Raises,
    Values,
    Written,
    entry,
    numbers_beside,
)

n = numbers_beside(__file__)
rng = np.random.default_rng(n.seed)


def draw(*shape):
    return rng.normal(size=shape).round(2)


# q01: the output size. The rest of a step is one pixel less than a whole one.
k, s = n.window, n.stride
whole_steps, with_rest = k + 6 * s, k + 6 * s + s - 1
FORGOT_ONE = "The first position is missing: steps and positions are not the same."
UP = 'You rounded up. With "valid", what does not fill a whole step is left out.'
DOWN = 'You rounded down. With "same", the pixels that are left over get a window, too.'
OTHER_RULE = "That is the rule of the other padding."


def size_check(points: int, pixels: int, padding: str) -> Check:
    right = conv_output(pixels, k, strides=s, padding=padding)
    if padding == "valid":
        hints = {
            (pixels - k) // s: FORGOT_ONE,
            ceil((pixels - k) / s) + 1: UP,
            ceil(pixels / s): OTHER_RULE,
            pixels - k + 1: "The stride is missing.",
        }
    else:
        hints = {
            pixels // s: DOWN,
            (pixels - k) // s + 1: OTHER_RULE,
            pixels: '"same" keeps the size at stride 1 only.',
        }
    number = checks.Number(right, hints, hint="Draw the first and the last window.")
    return Check(points, number, call=(pixels, k, s, padding))


# q02: zeros of "same"
def zeros_check(i: int, pixels: int, k: int, s: int) -> Check:
    right = same_padding(pixels, k, strides=s)
    wrong = [
        (right[::-1], "The odd zero is on the wrong side."),
        ((k // 2, k // 2), "Half a window on each side is right at stride 1, for odd windows."),
        (
            ((k - 1) // 2, k // 2),
            "So many zeros are needed at stride 1. What does a stride change?",
        ),
        ((sum(right), sum(right)), "Those are the zeros of both sides together."),
        ((1, 1), "It isn't always one zero on each side."),
    ]
    hint = "How far do all windows together reach, and how many pixels are there?"
    return Check(3, Values(right, wrong, hint=hint), of=entry(i))


# q03: one layer on colour pictures
oblong = (n.rows, n.columns)
parameters = conv_parameters(oblong, 3, filters=n.few)
cells = n.rows * n.columns
parameter_hints = {
    parameters - n.few: "The biases are missing.",
    cells * n.few: "A filter has a kernel for each colour. And where are the biases?",
    cells * n.few + n.few: "A filter has a kernel for each colour.",
    (cells * 3 + 3) * n.few: "Each filter has one bias, however many kernels it has.",
    cells * 3 * n.few + 3: "There is one bias for each filter, not for each channel.",
    cells * 3 * n.few + 1: "There is one bias for each filter.",
    cells * 3 + 1: "That is a single filter.",
    conv_parameters((n.rows, n.rows), 3, filters=n.few): "The window isn't square.",
    conv_parameters((n.columns, n.columns), 3, filters=n.few): "The window isn't square.",
    parameters * n.picture**2: "All positions share their weights.",
    (parameters - n.few) * n.picture**2: "All positions share their weights.",
}


# q04: a small LeNet
def flat(padding: str = "valid", pools: bool = True, up: bool = False) -> int:
    """Numbers after Flatten."""
    size = (n.height, n.width)
    for window in (5, 3):
        size = conv_output(size, (window, window), padding=padding)
        if pools:
            size = pool_output(size, (2, 2), padding="same" if up else "valid")
    return size[0] * size[1] * n.second


def dense(inputs: int) -> int:
    return dense_parameters(inputs, n.units)


NO_BIAS = "The biases are missing."
lenet = [
    (
        conv_parameters((5, 5), 3, filters=n.first),
        {
            25 * n.first + n.first: "The pictures are in colour.",
            (25 * 3 + 3) * n.first: "Each filter has one bias, however many kernels it has.",
            25 * 3 * n.first: NO_BIAS,
        },
    ),
    (
        conv_parameters((3, 3), n.first, filters=n.second),
        {
            9 * n.second + n.second: "Each filter reads all maps of the layer before.",
            9 * 3 * n.second + n.second: "It reads the maps of the layer before, not the picture.",
            (9 + 1) * n.first * n.second: "Each filter has one bias, however many maps it reads.",
            9 * n.first * n.second: NO_BIAS,
        },
    ),
    (
        dense(flat()),
        {
            flat() * n.units: NO_BIAS,
            dense(flat(up=True)): "A pooling window that isn't full is left out here.",
            dense(flat("same")): "These convolutions have no padding.",
            dense(flat("same", up=True)): "These convolutions have no padding.",
            dense(flat(pools=False)): "The poolings make the maps smaller.",
            dense(n.second): "Each unit reads every place of every map.",
            dense(flat() // n.second): "Each unit reads all maps, not only one.",
        },
    ),
    (
        dense_parameters(n.units, n.classes),
        {
            n.units * n.classes: NO_BIAS,
            dense_parameters(flat(), n.classes): "This layer reads the units of the one before.",
        },
    ),
]


# q05: multiply-accumulates
def macs_check(i: int, filters: int, window: int, other_ways: dict, **options) -> Check:
    """`other_ways` maps output sizes of a wrong rule to what is wrong in it."""
    maps, square = (n.high, n.wide), (window, window)

    def macs(size, channels=n.channels):
        return conv_macs(square, channels, filters=filters, output_size=size)

    output = conv_output(maps, square, **options)
    right, weights = macs(output), macs(1)
    hints = {
        weights: "Those are the weights. Each is used at every position.",
        weights + filters: "Those are the parameters. The weights are used at every position.",
        right + macs(output, 1) // window**2: "Biases are added, not multiplied.",
        right + filters: "Biases are added, not multiplied.",
        2 * right: "Those are FLOPs: one MAC is two of them.",
        macs(output, 1): "Each filter reads all channels.",
        macs(maps): "Count the positions on the map that the layer writes, not on what it reads.",
    }
    hints |= {macs(size): reason for size, reason in other_ways.items()}
    number = checks.Number(right, hints, hint="How large is the map that it writes?")
    return Check(5, number, of=entry(i))


def positions(window: int, **options) -> tuple:
    return conv_output((n.high, n.wide), (window, window), **options)


ways_a = {
    (n.high // 2, n.wide // 2): 'How does "same" round?',
    positions(n.window_a, strides=2): 'This layer has the padding "same".',
    positions(n.window_a): 'This layer has a stride, and the padding "same".',
}
ways_b = {
    positions(n.window_b, strides=2, padding="same"): "This layer has no stride and no padding."
}


# q06: one channel, one kernel
def one_channel(image, kernel, operation=cross_correlation, **options):
    return operation(image[..., None], kernel[..., None, None], **options)[..., 0]


def correlate_check(image, kernel) -> Check:
    rows, columns = (size - 1 for size in kernel.shape)
    around = np.pad(image, ((rows, rows), (columns, columns)))
    right = one_channel(image, kernel)
    wrong = [
        (one_channel(image, kernel, convolution), "You turned the kernel round. Keras doesn't."),
        (right.T, "Rows and columns have changed places."),
        (one_channel(around, kernel), "The window must stay inside the image: no zeros around it."),
        (one_channel(image, kernel, padding="same"), "The window must stay inside the image."),
        (right / kernel.size, "Add the products up; don't take their mean."),
    ]
    if kernel.shape[0] == kernel.shape[1]:
        wrong.append((one_channel(image, kernel.T), "The kernel is transposed."))
    hint = "Check one cell by hand: which window does it read?"
    return Check(3, Values(right, wrong, hint=hint), call=(image, kernel))


# q07: channels and filters
def layer_check(points: int, x, kernel, bias) -> Check:
    channels, filters = kernel.shape[2:]
    sums = cross_correlation(x, kernel)
    wrong = [
        (sums, "The bias is missing."),
        (sums + channels * bias, "The bias is added once for each filter, not in every channel."),
        (sums / channels + bias, "A filter adds over the channels. It doesn't take their mean."),
        (depthwise(x, kernel) + np.tile(bias, channels), "A filter writes one map, not one each."),
        (sums.sum(-1), "Each filter writes a map of its own."),
        (sums.mean(-1), "Each filter writes a map of its own."),
        (
            cross_correlation(x[..., :1], kernel[:, :, :1]) + bias,
            "That is the first channel alone.",
        ),
        (convolution(x, kernel) + bias, "You turned the kernels round. Keras doesn't."),
        (np.moveaxis(sums + bias, -1, 0), "The maps should be along the last axis."),
    ]
    if channels == filters:
        swapped = cross_correlation(x, kernel.swapaxes(2, 3)) + bias
        wrong.append((swapped, "Channels in and filters have changed places in the kernel."))
    hint = "Compare one cell of one map with a sum over a window in all channels."
    return Check(points, Values(sums + bias, wrong, hint=hint), call=(x, kernel, bias))


# q08: the kernel of a true convolution
def flip_check(points: int, kernel) -> Check:
    wrong = [
        (kernel, "It is still the same kernel."),
        (kernel[::-1], "The rows are turned round; the columns aren't."),
        (kernel[:, ::-1], "The columns are turned round; the rows aren't."),
        (kernel[::-1, ::-1, ::-1, ::-1], "The channels or filters have changed places, too."),
        (kernel[::-1, ::-1, ::-1], "The channels have changed places, too."),
        (kernel[::-1, ::-1, :, ::-1], "The filters have changed places, too."),
        (kernel.swapaxes(0, 1), "That is transposed. Nothing is turned round."),
        (np.rot90(kernel), "That is a quarter of a turn."),
    ]
    hint = "Take the numbers 1 to 9 as kernel and look at what comes out."
    return Check(points, Values(flipped(kernel), wrong, hint=hint), call=(kernel,))


# q09: receptive fields
def field_check(stack) -> Check:
    windows = [k for k, _ in stack]
    own, jump = 1, 1  # a layer's own stride counted for itself
    last, before = 1, 1  # only the stride of the layer before counted
    for k, s in stack:
        jump *= s
        own += (k - 1) * jump
        last += (k - 1) * before
        before = s
    hints = {
        1 + sum(k - 1 for k in windows): "The strides make the steps of later layers longer.",
        own: "A layer's own stride counts for the layers after it only.",
        receptive_field(stack[::-1]): "The layers are counted from the other end.",
        sum(windows): "Neighbouring windows overlap: what they share counts once.",
        receptive_field(stack) - 1: "The pixel that you start from is missing.",
        max(windows): "Each layer adds to what the layers before it see.",
        last: "The strides of all layers before it count, not only that of the last one before.",
    }
    number = checks.Number(receptive_field(stack), hints, hint="Go layer by layer, on paper.")
    return Check(2, number, call=(list(stack),))


# q10: a net to repair
def net(
    conv: bool = True,
    pool_size: int = 3,
    strides: int | None = 2,
    padding: str = "same",
    pool: str = "MaxPooling2D",
) -> Sequential:
    """The repaired net; `conv=False` and `strides=None` leave its faults in."""
    return Sequential(
        [
            layers.Input((n.tall, n.broad, 3)),
            layers.ZeroPadding2D(2),
            layers.Conv2D(n.maps_1, 5, activation="relu"),
            layers.MaxPooling2D(3, strides=2, padding="same"),
            layers.Conv2D(n.maps_2, 3, padding="same" if conv else "valid", activation="relu"),
            layers.Conv2D(n.maps_3, 3, padding="same", activation="relu"),
            getattr(layers, pool)(pool_size, strides=strides, padding=padding),
        ]
    )


def steps(model: Model, kinds: tuple) -> list:
    """(size before, size after) of each layer of these kinds. What pads belongs to the next."""
    found, size = [], model.input_shape[1:3]
    for layer in flat_layers(model):
        if isinstance(layer, (*CONVOLUTIONS, *POOLINGS)):
            after = tuple(layer.output.shape[1:3])
            if isinstance(layer, kinds):
                found.append((size, after))
            size = after
    return found


def flat_layers(model: Model):
    for layer in model.layers:
        yield from flat_layers(layer) if isinstance(layer, Model) else [layer]


CONVOLUTIONS, POOLINGS = (layers.Conv2D,), (layers.MaxPooling2D, layers.AveragePooling2D)


def convolutions_mended(model) -> str | None:
    pairs = steps(model, CONVOLUTIONS)
    if len(pairs) == 3 and all(before == after for before, after in pairs):
        return None
    return "Not every convolution keeps height and width. Write down the size after each layer."


def poolings_mended(model) -> str | None:
    pairs = steps(model, POOLINGS)
    if len(pairs) == 2 and all(after == tuple(n // 2 for n in before) for before, after in pairs):
        return None
    return (
        "Not every pooling halves the maps. How far does a pooling move if you don't say, and "
        "what does its padding do?"
    )


NET_MISTAKES = [
    ({"conv": False, "strides": None}, "Both faults are still there."),
    ({"conv": False}, "A convolution shrinks its maps, or a pooling has lost its padding."),
    ({"strides": None}, "One of the two faults is left: a pooling doesn't halve."),
    ({"strides": 1}, "A pooling that moves by one pixel doesn't halve."),
    (
        {"pool_size": 2},
        "The sizes are right now, but the windows of a pooling aren't 3x3 any more.",
    ),
    ({"pool": "AveragePooling2D"}, "A pooling takes the mean; it took the largest value before."),
]

QUESTIONS = [
    Question(
        "q01_size",
        "The size that comes out",
        [
            size_check(1, whole_steps, "valid"),
            size_check(1, with_rest, "valid"),
            size_check(1, k, "valid"),
            size_check(1, 6 * s, "same"),
            size_check(1, 6 * s + 1, "same"),
            size_check(1, s + 1, "same"),
            Check(
                2,
                Raises(
                    "ValueError",
                    'With "valid", a window that doesn\'t fit should raise a ValueError.',
                ),
                call=(k - 1, k, s, "valid"),
            ),
        ],
        form="a function that gives one number",
    ),
    Question(
        "q02_zeros",
        "Where the zeros go",
        [zeros_check(i, *layer) for i, layer in enumerate([n.uneven, n.even, n.gaps])],
        form="three pairs of numbers",
    ),
    Question(
        "q03_parameters",
        "The parameters of one layer",
        [Check(7, checks.Number(parameters, parameter_hints))],
        form="one number",
    ),
    Question(
        "q04_lenet",
        "A small LeNet, layer by layer",
        [
            Check(2, checks.Number(right, hints), of=entry(i))
            for i, (right, hints) in enumerate(lenet)
        ],
        form="four numbers",
    ),
    Question(
        "q05_macs",
        "The work of two layers",
        [
            macs_check(0, n.filters_a, n.window_a, ways_a, strides=2, padding="same"),
            macs_check(1, n.filters_b, n.window_b, ways_b),
        ],
        form="two numbers",
    ),
    Question(
        "q06_correlate",
        "A kernel moves over an image",
        [
            correlate_check(draw(6, 6), draw(3, 3)),
            correlate_check(draw(5, 9), draw(3, 3)),
            correlate_check(draw(6, 8), draw(2, 4)),
            correlate_check(draw(4, 5), draw(4, 5)),
        ],
        form="a function that gives an array",
    ),
    Question(
        "q07_layer",
        "Channels and filters",
        [
            layer_check(4, draw(6, 6, 3), draw(3, 3, 3, 5), np.zeros(5)),
            layer_check(4, draw(5, 7, 4), draw(3, 3, 4, 4), draw(4)),
            layer_check(2, draw(6, 5, 5), draw(2, 3, 5, 1), draw(1)),
            layer_check(2, draw(5, 5, 1), draw(3, 3, 1, 2), draw(2)),
        ],
        form="a function that gives an array",
    ),
    Question(
        "q08_kernel",
        "A kernel from somewhere else",
        [
            flip_check(points, draw(*shape))
            for points, shape in [(1, (3, 3, 1, 1)), (1, (2, 4, 1, 1)), (4, (3, 3, 4, 5))]
        ],
        form="a function that gives an array",
    ),
    Question(
        "q09_field",
        "What one output sees",
        [field_check(stack) for stack in n.stacks],
        form="a function that gives one number",
    ),
    Question(
        "q10_net",
        "Two faults in a net",
        [
            Check(3, convolutions_mended),
            Check(3, poolings_mended),
            Check(4, checks.Model(net, hints=NET_MISTAKES)),
        ],
        form="a Keras model",
    ),
    Written(
        "q11_text",
        "In your own words",
        10,
        [
            "2: the same weights are used at every position, so what was found is found again",
            "2: the map moves with the picture: equivariant; invariant would be: nothing changes",
            "3: a first case with its reason, such as zero padding: the zeros don't move along",
            "3: a second one, such as a stride: a shift by less than a step has no whole cell",
        ],
    ),
]
