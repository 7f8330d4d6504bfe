"""Homework 2, 1x1 and Inception: the hidden checks. tests/homework/README.md has the form."""

import numpy as np
from keras import Model, layers

from helpers import checks
from helpers.arithmetic import conv_macs, conv_parameters
from helpers.tools.questions import (
    Check,
    Question,
    Raises,
    Symbolic,
    Values,
    Written,
    entry,
    numbers_beside,
)

n = numbers_beside(__file__)
rng = np.random.default_rng(2)


def draw(*shape):
    return rng.normal(size=shape).round(2)


# q01: one pixel, three filters, ReLU
products = np.array(n.pixel) * n.filters
sums = products.sum(1) + n.biases
crossed = (np.array(n.pixel)[:, None] * n.filters).sum(0) + n.biases


def pixel_check(i: int) -> checks.Number:
    right = max(sums[i], 0.0)
    hints = {
        crossed[i]: "You multiplied along the other axis: a row is one filter.",
        products[i].sum(): "The bias of the filter is missing, and the ReLU.",
        sums[i]: "A negative sum is there. What does ReLU make of it?",
        max(products[i].sum(), 0.0): "The bias of the filter is missing.",
        max(crossed[i], 0.0): "You multiplied along the other axis: a row is one filter.",
        max(products[i].sum() + len(n.pixel) * n.biases[i], 0.0): "The bias is added once.",
    }
    return checks.Number(
        right,
        {wrong: reason for wrong, reason in hints.items() if wrong != right},
        hint="Multiply channel by channel, add up, add the bias, then ReLU.",
    )


# q02, q03, q05: what a reduction costs and saves
weights = n.channels * n.reduced
parameters = conv_parameters((1, 1), n.channels, filters=n.reduced)
macs = conv_macs((1, 1), n.channels, filters=n.reduced, output_size=(n.height, n.width))
window = (n.large, n.large)
SWAPPED = "Is that the order that is asked for?"
direct = conv_parameters(window, n.channels, filters=n.maps_out)
after = conv_parameters(window, n.reduced, filters=n.maps_out)
both = parameters + after
direct_hints = {
    direct - n.maps_out: "The biases are missing.",
    direct // n.channels: "Each filter reads all channels.",
    n.large**2 * n.maps_out + n.maps_out: "Each filter reads all channels.",
    n.large * n.channels * n.maps_out + n.maps_out: "The window has rows and columns.",
    both: SWAPPED,
}
both_hints = {
    after: "That is the large layer alone. The 1x1 before it has parameters, too.",
    both - n.reduced - n.maps_out: "The biases of both layers are missing.",
    both - n.reduced: "The biases of the 1x1 are missing.",
    both - n.maps_out: "The biases of the large layer are missing.",
    parameters + direct: "The large layer reads only what the 1x1 leaves.",
    direct: SWAPPED,
}

# q04: the weights of a Dense and of a 1x1
square, single = (draw(5, 5), draw(5)), (draw(7, 1), draw(1))  # one filter: an axis of size 1
to_conv = [([kernel, bias],) for kernel, bias in (square, single)]
to_dense = [([kernel[None, None], bias],) for kernel, bias in (square, single)]
TRANSPOSED = "The kernel came out transposed: channels come before filters in both kinds."
BIAS = "The bias beside the kernel should come out as it went in."
AXES = "Which axes has the kernel of a Conv2D, and which of them does a Dense not have?"
NO_KERNEL = np.zeros(0)


def kernel(call, right, wrong) -> Check:
    judge = Values(right, [(wrong, TRANSPOSED), (NO_KERNEL, BIAS)], hint=AXES)
    return Check(2, judge, call=call, of=lambda weights: kept(weights, call))


def kept(weights, call):
    """The kernel, if the bias beside it is what went in."""
    kernel, bias = weights
    before = call[0][1]
    same = np.shape(bias) == before.shape and np.allclose(bias, before, atol=1e-5)
    return kernel if same else NO_KERNEL


# q06: two linear 1x1 layers
k1, b1, k2, b2 = draw(1, 1, 4, 6), draw(6), draw(1, 1, 6, 6), draw(6)
merge = (k1, b1, k2, b2)
merged_bias = b1 @ k2[0, 0] + b2
with_relu, with_tanh = (*merge, "relu"), (*merge, "tanh")
RAISE = Raises("ValueError", "With any activation between them, a ValueError should be raised.")

# q07: ranks, measured
x = np.random.default_rng(n.seed).normal(size=(n.pixels, n.few))
w = np.random.default_rng(n.seed + 1).normal(size=(n.few, n.many))
ranks = [int(np.linalg.matrix_rank(y)) for y in (x @ w, np.maximum(x @ w, 0))]


# q08: the module, with two 3x3 layers in place of the 5x5
def module(
    channels=n.module_channels,
    widths=n.widths,
    second=True,
    last=3,
    order=(0, 1, 2, 3),
    activation="relu",
    pool_first=True,
    pool_reads=True,
    use_bias=True,
    average=False,
    reads_input=False,
    pool_size=3,
    zeros=False,
    linear="",
    size=None,
):
    f1, r3, f3, rd, fd, fp = widths
    x = inputs = layers.Input((size, size, channels))

    def conv(name, filters, window):
        """The convolution of this name, without activation if it is `linear`."""
        used = None if name == linear else activation
        return layers.Conv2D(filters, window, padding="same", activation=used, use_bias=use_bias)

    def pool(maps):
        maps = layers.ZeroPadding2D(1)(maps) if zeros else maps
        kind = layers.AveragePooling2D if average else layers.MaxPooling2D
        return kind(pool_size, strides=1, padding="valid" if zeros else "same")(maps)

    a = conv("f1", f1, 1)(x)
    b = conv("r3", r3, 1)(x)
    b = conv("f3", f3, 3)(x if reads_input else b)
    c = conv("rd", rd, 1)(x)
    c = conv("fd", fd, last)(c)
    c = conv("fd again", fd, 3)(c) if second else c
    d = x if pool_reads else a
    d = conv("fp", fp, 1)(pool(d)) if pool_first else pool(conv("fp", fp, 1)(d))
    branches = [a, b, c, d]
    return Model(inputs, layers.Concatenate()([branches[i] for i in order]))


MISTAKES = [
    ({"pool_first": False}, "The pooling comes before its 1x1, not after it."),
    ({"average": True}, "The pooling takes the mean. It should take the largest value."),
    ({"pool_reads": False}, "The pooling should read the module's input."),
    ({"pool_size": 2}, "The window of the pooling is 2x2."),
    (
        {"zeros": True},
        "The pooling takes the zeros around the maps for pixels. Let the pooling itself pad.",
    ),
    ({"activation": None}, "The ReLU is missing."),
    *(
        ({"linear": name}, "One of the convolutions has no ReLU.")
        for name in ("f1", "r3", "f3", "rd", "fd", "fd again", "fp")
    ),
    ({"second": False}, "The third branch has one 3x3 layer; it should have two in a row."),
    ({"second": False, "last": 5}, "The third branch has a 5x5; two 3x3 should be in its place."),
    ({"reads_input": True}, "The 3x3 reads the module's input instead of its reduction."),
    ({"use_bias": False}, "The convolutions have no biases."),
    ({"order": (0, 2, 1, 3)}, "The branches are joined in another order."),
    ({"order": (0, 1, 3, 2)}, "The branches are joined in another order."),
    ({"order": (3, 0, 1, 2)}, "The branches are joined in another order."),
    ({"order": (3, 2, 1, 0)}, "The branches are joined in another order."),
]
this_year = (Symbolic((n.size, n.size, n.module_channels)), *n.widths)
small = (Symbolic((None, None, 6)), *n.more_widths)
wide = n.widths[0] + n.widths[2] + n.widths[4] + n.widths[5]
f1, r3, f3, rd, fd, fp = n.widths
total = sum(
    conv_parameters(window, reads, filters=filters)
    for window, reads, filters in [
        ((1, 1), n.module_channels, f1 + r3 + rd + fp),
        ((3, 3), r3, f3),
        ((3, 3), rd, fd),
        ((3, 3), fd, fd),
    ]
)


def joined(model) -> str | None:
    """Does the module keep height and width and join four branches?"""
    height, width, channels = model.output_shape[1:]
    if (height, width) != (n.size, n.size):
        return "Height and width change. Which layers need padding, and which one a stride?"
    return None if channels == wide else "The number of channels is not that of four branches."


def counted(model) -> str | None:
    return None if model.count_params() == total else "It has another number of parameters."


# q09: the bill
def bill(channels: int, size: int, widths) -> list[int]:
    """MACs of the four branches."""
    f1, r3, f3, rd, fd, fp = widths

    def layer(window, reads, filters):
        area = (size, size)
        return conv_macs((window, window), reads, filters=filters, output_size=area)

    return [
        layer(1, channels, f1),
        layer(1, channels, r3) + layer(3, r3, f3),
        layer(1, channels, rd) + layer(3, rd, fd) + layer(3, fd, fd),
        layer(1, channels, fp),
    ]


area = n.size * n.size
BILL = bill(n.module_channels, n.size, n.widths)
NO_BIASES = "Biases are no multiplications: leave them out."
NO_1X1 = "The 1x1 of this branch is missing."
REDUCED = "The 3x3 after the reduction reads what the reduction leaves."
BILL_HINTS = [
    {BILL[0] + area * f1: NO_BIASES},
    {
        BILL[1] + area * (r3 + f3): NO_BIASES,
        area * 9 * r3 * f3: NO_1X1,
        area * 9 * n.module_channels * f3: REDUCED,
        area * (n.module_channels * r3 + 9 * n.module_channels * f3): REDUCED,
    },
    {
        BILL[2] + area * (rd + 2 * fd): NO_BIASES,
        area * 9 * (rd + fd) * fd: NO_1X1,
        area * (n.module_channels * (rd + 9 * fd) + 9 * fd * fd): REDUCED,
        area * (n.module_channels * rd + 9 * rd * fd): "The second 3x3 is missing.",
        area
        * (n.module_channels * rd + 18 * rd * fd): "The second 3x3 reads what the first gives.",
        area * (n.module_channels * rd + 25 * rd * fd): "That is a 5x5 in place of two 3x3.",
    },
    {
        BILL[3] + area * fp: NO_BIASES,
        0: "The pooling multiplies nothing, but the 1x1 after it does.",
        BILL[3] + area * 9 * n.module_channels: "The pooling compares, and multiplies nothing.",
    },
]


def branch_bill(i: int) -> Check:
    also = {
        BILL[i] // area: "Those are the weights. Each is used at every position.",
        2 * BILL[i]: "Those are FLOPs: one MAC is two of them.",
    }
    number = checks.Number(BILL[i], BILL_HINTS[i] | also, hint="Go layer by layer.")
    return Check(2, number, of=entry(i))


# q10: six widths for a budget
def channels_of(widths) -> int:
    f1, _, f3, _, fd, fp = widths
    return f1 + f3 + fd + fp


def six_widths(widths) -> str | None:
    good = len(widths) == 6 and all(w >= 1 and w == int(w) for w in widths)
    return None if good else "Six whole numbers, each at least one, are asked for."


def enough_channels(widths) -> str | None:
    if problem := six_widths(widths):
        return problem
    if channels_of(widths) == n.wanted:
        return None
    return "The four branches together do not give the channels that are asked for."


def not_too_narrow(widths) -> str | None:
    if problem := enough_channels(widths):
        return problem
    f1, r3, f3, rd, fd, fp = widths
    if min(f1, f3, fd, fp) < n.narrowest:
        return "A branch gives fewer channels than it should."
    if min(r3, rd) < n.narrowest_reduction:
        return "A reduction leaves fewer channels than it should."
    return None


def within_budget(widths) -> str | None:
    if problem := six_widths(widths):
        return problem
    if channels_of(widths) != n.wanted:
        return "A budget counts only for a module with the channels that are asked for."
    if sum(bill(n.module_channels, n.size, [int(width) for width in widths])) < n.budget:
        return None
    return "It costs too much. Count MACs, and look for the layer that costs most."


# q11: a join that does not fit
def join_check(points: int, rows: int, columns: int) -> Check:
    """`up` is as large as pooling and doubling leave a map of these rows and columns."""
    skip, up = draw(1, rows, columns, 2), draw(1, rows // 2 * 2, columns // 2 * 2, 3)
    high, wide = up.shape[1:3]

    def cut(top, left):
        return np.concatenate([skip[:, top : top + high, left : left + wide], up], -1)

    wrong = [
        (cut(rows - high, columns - wide), "You cut at the top or left: pooling drops the end.")
    ]
    wrong.append((np.concatenate([up, cut(0, 0)[..., :2]], -1), "The skip comes first."))
    wrong = wrong[1:] if (rows, columns) == (high, wide) else wrong
    judge = Values(cut(0, 0), wrong, hint="Which rows and columns did the pooling leave out?")
    return Check(points, judge, call=(skip, up))


QUESTIONS = [
    Question(
        "q01_pixel",
        "Three filters at one pixel",
        [Check(2, pixel_check(i), of=entry(i)) for i in range(3)],
        form="three numbers",
    ),
    Question(
        "q02_parameters",
        "The parameters of a reduction",
        [
            Check(
                6,
                checks.Number(
                    parameters,
                    {
                        weights: "The biases are missing.",
                        weights + n.channels: "There is one bias for each filter.",
                        n.reduced: "A 1x1 filter holds a number for each channel that it reads.",
                        n.reduced
                        * 2: "A 1x1 filter holds a number for each channel that it reads.",
                        macs: "The positions share their weights.",
                        macs + n.reduced: "The positions share their weights.",
                        9 * weights + n.reduced: "That is a 3x3.",
                    },
                ),
            )
        ],
        form="one number",
    ),
    Question(
        "q03_macs",
        "The work of a reduction",
        [
            Check(
                6,
                checks.Number(
                    macs,
                    {
                        weights: "Those are the weights. They are used at every position.",
                        parameters: "Those are the parameters. They are used at every position.",
                        2 * macs: "Those are FLOPs: one MAC is two of them.",
                        n.height * n.width * parameters: "Biases are added, not multiplied.",
                        n.height * n.width * n.reduced: "Each output is a sum over all channels.",
                    },
                ),
            )
        ],
        form="one number",
    ),
    Question(
        "q04_convert",
        "Dense to 1x1, and back",
        [
            *(kernel(c, c[0][0][None, None], c[0][0].T[None, None]) for c in to_conv),
            *(kernel(c, c[0][0][0, 0], c[0][0][0, 0].T) for c in to_dense),
        ],
        form="a list of a kernel and a bias",
    ),
    Question(
        "q05_both_ways",
        "Directly, or after a reduction",
        [
            Check(4, checks.Number(direct, direct_hints), of=entry(0)),
            Check(4, checks.Number(both, both_hints), of=entry(1)),
        ],
        form="two numbers",
    ),
    Question(
        "q06_merge",
        "Two linear layers are one",
        [
            Check(
                3,
                Values(
                    k1 @ k2,
                    [((k2 @ k2)[..., :4, :], "Multiply the first kernel with the second.")],
                    hint="Each output is a sum over the channels in the middle.",
                ),
                call=merge,
                of=entry(0),
            ),
            Check(
                3,
                Values(
                    merged_bias,
                    [
                        (merged_bias[None, None], "Right numbers, but a bias has one axis."),
                        (b1 + b2, "The first bias passes through the second kernel."),
                        (b2, "The first bias is lost."),
                        (b1 @ k2[0, 0], "The second bias is lost."),
                        (k2[0, 0] @ b1 + b2, "The second kernel is transposed."),
                    ],
                    hint="Put zeros into the first layer: what comes out of the second?",
                ),
                call=merge,
                of=entry(1),
            ),
            Check(1, RAISE, call=with_relu),
            Check(1, RAISE, call=with_tanh),
        ],
        form="a kernel and a bias",
    ),
    Question(
        "q07_ranks",
        "How many maps are new?",
        [
            Check(
                4,
                checks.Number(
                    ranks[0],
                    {
                        n.many: "Every one of these maps is a mixture of the channels before it.",
                        n.pixels: "A rank is at most the number of columns.",
                    },
                ),
                of=entry(0),
            ),
            Check(
                4,
                checks.Number(
                    ranks[1],
                    {
                        n.few: "Measure after the ReLU: it is not linear. Or are the two in the "
                        "other order?",
                        n.pixels: "A rank is at most the number of columns.",
                    },
                ),
                of=entry(1),
            ),
        ],
        form="two numbers",
    ),
    Question(
        "q08_module",
        "A newer module",
        [
            Check(3, joined, call=this_year),
            Check(3, counted, call=this_year),
            Check(
                5,
                checks.Model(lambda **o: module(size=n.size, **o), hints=MISTAKES),
                call=this_year,
            ),
            Check(
                5,
                checks.Model(lambda **o: module(6, n.more_widths, **o), hints=MISTAKES),
                call=small,
            ),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Question("q09_bill", "The bill", [branch_bill(i) for i in range(4)], form="four numbers"),
    Question(
        "q10_budget",
        "Within a budget",
        [
            Check(1, six_widths),
            Check(3, enough_channels),
            Check(2, not_too_narrow),
            Check(4, within_budget),
        ],
        form="six whole numbers",
    ),
    Question(
        "q11_join",
        "A join that does not fit",
        [join_check(2, 7, 7), join_check(2, 6, 9), join_check(2, 8, 4)],
        form="a function that gives an array or a tensor",
    ),
    Written(
        "q12_text",
        "In your own words",
        10,
        [
            "2: the module is a sum; only a part of it got cheaper",
            "3: uses own numbers of question 9, and names the branch that sets the limit",
            "2: trained without: what another net can do without; silenced: what this net uses",
            "3: a third experiment, not the lesson's, that takes the window and keeps the channels",
        ],
    ),
]
