"""Homework 4, efficient blocks: the hidden checks. tests/homework/README.md has the form."""

import functools
import re

import numpy as np
from keras import Model, layers, ops

from helpers import arithmetic, checks
from helpers.arithmetic import conv_macs, conv_parameters
from helpers.cost import cost_table
from helpers.tools.questions import (
    Check,
    Question,
    Symbolic,
    Values,
    Written,
    entry,
    numbers_beside,
)

n = numbers_beside(__file__)
rng = np.random.default_rng(4)


def number(right: float, hints: dict, hint: str = "") -> checks.Number:
    """Judges one number. A wrong one that happens to be right this year needs no hint."""
    return checks.Number(right, {w: h for w, h in hints.items() if w != right}, hint=hint)


# q01: which output_padding leads back
def extra(size: int, strides: int) -> int:
    """The output_padding with which a transposed 3x3 layer, "same", leads back to `size`."""
    small = arithmetic.conv_output(size, 3, strides=strides, padding="same")
    options = {"strides": strides, "padding": "same"}
    return next(
        more
        for more in range(strides)
        if arithmetic.transposed_output(small, 3, output_padding=more, **options) == size
    )


def back_check(call: tuple) -> Check:
    size, s = call
    right = [extra(one, s) for one in size]
    also = ", or the larger of two sizes is taken for the smaller" if s == 2 else ""
    wrong = [
        (right[::-1], f"Rows and columns are exchanged{also}."),
        ([0, 0], "With none you always get the smallest of the sizes that become equal."),
        ([s - 1, s - 1], "With so many you always get the largest of the sizes that become equal."),
        ([1, 1], "It is not the same for every size."),
        ([one % s for one in size], "Which sizes become equal on the way down? Not those."),
        ([-one % s for one in size], "The larger a size is among its equals, the more it needs."),
    ]
    hint = "What does the layer write with output_padding=0, and how much is missing?"
    return Check(2, Values(right, wrong, hint=hint), call=call)


# q02: what a stack of dilated windows reads
def reads_in_a_row(rates) -> list[int]:
    found = {0}
    for rate in rates:
        found = {place + step for place in found for step in (-rate, 0, rate)}
    return sorted(found)


def row(answer) -> np.ndarray:
    given = np.asarray(answer, float)
    if given.ndim != 1:
        raise ValueError  # the answer has another form
    return given


def ends_check(call: tuple) -> Check:
    right = reads_in_a_row(call[0])
    largest = max(call[0])
    wrong = [
        ([-largest, largest], "That is the widest window alone. Every layer adds its own reach."),
        ([0, 2 * right[-1]], "Count from the output's own place, to the left with a minus."),
        ([1, 2 * right[-1] + 1], "Count from the output's own place, to the left with a minus."),
    ]
    hint = "How far does each layer lead away from the middle?"
    judge = Values([right[0], right[-1]], wrong, hint=hint)
    return Check(1, judge, call=call, of=lambda a: [row(a).min(), row(a).max()])


def reads_check(points: int, call: tuple) -> Check:
    right, (rates,) = reads_in_a_row(call[0]), call
    each = sorted({0, *rates, *(-rate for rate in rates)})

    def judge(answer) -> str | None:
        given = row(answer).tolist()
        if given == right:
            return None
        if sorted(set(given)) == right:
            return "The right places, but not each once and from left to right."
        if given == list(range(right[0], right[-1] + 1)):
            return "Those are all places between the ends. Is there a path to each of them?"
        if given == each:
            return "Each layer alone reads those. In a stack it reads what the one before wrote."
        if set(given) <= set(right) and 0 not in given:
            return "A window of three reads its middle, too."
        if set(given) <= set(right):
            return "Some places are missing: every window may step left, right or not at all."
        if min(given) >= 0:
            return "Count from the output's own place, to the left with a minus."
        return "There are places among them to which no path leads."

    return Check(points, judge, call=call)


dense, *holes = [(list(rates),) for rates in n.stacks]

# q03: a depthwise step with ReLU, and one 1x1 filter
sums = (np.array(n.pixels) * n.kernels).sum(1)
kept = np.maximum(sums, 0)
flipped = (np.array(n.pixels) * np.array(n.kernels)[:, ::-1]).sum(1)
mixed = int(kept @ n.mixing)


def map_check(i: int) -> Check:
    hints = {
        sums.sum(): "You added the three up. A depthwise layer adds nothing across channels.",
        kept.sum(): "You added the three up. A depthwise layer adds nothing across channels.",
        max(flipped[i], 0): "The kernel was flipped. Keras doesn't flip.",
    }
    hints |= {
        int(np.dot(n.pixels[i], kernel)): "This channel got the kernel of another one."
        for kernel in n.kernels
    }
    hints[sums[i]] = "A negative sum is there. What does the ReLU make of it?"
    return Check(1, number(kept[i], hints, "Three products, one sum, then ReLU."), of=entry(i))


mixed_hints = {
    int(sums @ n.mixing): "The ReLU comes before the 1x1.",
    int(kept.sum()): "The filter has a weight for each map.",
    int((kept * n.mixing).max()): "The 1x1 adds up what it makes of the maps.",
}

# q04: an ordinary layer, and the pair, both with stride 2
taps = n.window**2
area = n.height * n.width
below = arithmetic.conv_output((n.height, n.width), n.window, strides=2, padding="same")
places = below[0] * below[1]
inside = np.prod(arithmetic.conv_output((n.height, n.width), n.window, strides=2, padding="valid"))
k = (n.window, n.window)
plain = conv_parameters(k, n.colours, filters=n.maps_out)
plain_macs = conv_macs(k, n.colours, filters=n.maps_out, output_size=below)
first = conv_parameters(k, n.colours, filters=n.colours, groups=n.colours)
second = conv_parameters((1, 1), n.colours, filters=n.maps_out)
first_macs = conv_macs(k, n.colours, filters=n.colours, groups=n.colours, output_size=below)
second_macs = conv_macs((1, 1), n.colours, filters=n.maps_out, output_size=below)
pair, pair_macs = first + second, first_macs + second_macs
FLOPS = "Those are FLOPs: one MAC is two of them."
STRIDE = "Those are the places of a layer without stride."
VALID = "Those are the places of a layer without padding."
BILL = [
    (
        plain,
        {
            plain - n.maps_out: "The biases are missing.",
            taps * n.maps_out + n.maps_out: "Each filter reads all channels.",
        },
    ),
    (
        pair,
        {
            pair - n.colours: "Here the depthwise layer has biases of its own.",
            pair - n.colours - n.maps_out: "The biases are missing.",
            pair - n.maps_out: "The biases of the 1x1 are missing.",
            first: "That is the depthwise layer alone.",
            second: "That is the 1x1 alone.",
            taps * n.colours * n.maps_out
            + second: "A depthwise layer has one kernel for each channel that it reads.",
            plain // taps: "A rule of thumb doesn't count the 1x1, nor the biases.",
        },
    ),
    (
        plain_macs,
        {
            plain - n.maps_out: "Those are the weights. They are used at every place.",
            plain * places: "Biases are added, not multiplied.",
            area * (plain - n.maps_out): STRIDE,
            inside * (plain - n.maps_out): VALID,
            2 * plain_macs: FLOPS,
        },
    ),
    (
        pair_macs,
        {
            pair * places: "Biases are added, not multiplied.",
            area * pair_macs // places: STRIDE,
            inside * pair_macs // places: VALID,
            places * taps * n.colours + area * n.colours * n.maps_out: "The 1x1 works on the maps "
            "that the depthwise layer has written.",
            area * taps * n.colours + places * n.colours * n.maps_out: "The stride is in the "
            "depthwise layer: it stops at every second place only.",
            first_macs: "That is the depthwise layer alone.",
            second_macs: "That is the 1x1 alone.",
            plain_macs / taps: "A rule of thumb forgets the depthwise step.",
            2 * pair_macs: FLOPS,
        },
    ),
]


# q05: narrow, wide, narrow
def inverted(
    size=n.side,
    channels=n.channels,
    wide=n.wide,
    filters=n.channels,
    strides=1,
    *,
    first="relu",
    middle="relu",
    last=None,
    after=None,
    add=True,
    project=False,
    depthwise=True,
    in_groups=False,
    separable=False,
    stride_at=1,
    use_bias=True,
):
    inputs = layers.Input((size, size, channels))
    at = [strides if i == stride_at else 1 for i in range(3)]
    options = {"use_bias": use_bias, "padding": "same"}
    x = layers.Conv2D(wide, 1, at[0], activation=first, **options)(inputs)
    if separable:
        x = layers.SeparableConv2D(filters, 3, at[1], activation=last, **options)(x)
    else:
        if depthwise:
            x = layers.DepthwiseConv2D(3, at[1], activation=middle, **options)(x)
        else:
            each = wide if in_groups else 1
            x = layers.Conv2D(wide, 3, at[1], activation=middle, groups=each, **options)(x)
        x = layers.Conv2D(filters, 1, at[2], activation=last, **options)(x)
    if strides == 1 and filters == channels and add:
        x = layers.Add()([inputs, x])
    elif project:
        x = layers.Add()([layers.Conv2D(filters, 1, strides)(inputs), x])
    return Model(inputs, layers.Activation(after)(x) if after else x)


OTHER_PLACES = (
    "The windows stop at other places. Padding by hand does that, and so does a stride in the last "
    "1x1, which skips most of what it could read."
)
MISTAKES = [
    ({"last": "relu"}, "There is a ReLU after the last 1x1, where there should be none."),
    ({"after": "relu"}, "There is a ReLU at the end, where there should be none."),
    ({"last": "relu", "add": False}, "A ReLU is at the end, and the input is not added."),
    ({"add": False}, "The input is not added where it could be."),
    ({"first": None}, "The ReLU after the first 1x1 is missing."),
    ({"middle": None}, "The ReLU after the depthwise layer is missing."),
    ({"first": None, "middle": None}, "Both ReLUs are missing."),
    *(
        ({"first": first, "middle": middle}, "A ReLU is cut off at the top. Use a plain one here.")
        for first, middle in (("relu6", "relu6"), ("relu6", "relu"), ("relu", "relu6"))
    ),
    ({"depthwise": False}, "The 3x3 mixes the channels. A depthwise layer doesn't."),
    ({"separable": True}, "In SeparableConv2D nothing can come between its two steps."),
    ({"use_bias": False}, "The biases are missing: leave use_bias as Keras has it."),
    ({"stride_at": 0}, "The stride is in a 1x1, which skips most of what it could read."),
    ({"stride_at": 2}, OTHER_PLACES),
    ({"project": True}, "Where the shapes differ, nothing is added: no projection, either."),
]


def filled(model, number_of, x: np.ndarray) -> np.ndarray:
    """What the model makes of x when its weights are filled with numbers, told by their shapes."""
    model.set_weights([np.full(w.shape, number_of(w.shape)) for w in model.get_weights()])
    return ops.convert_to_numpy(model(x, training=False))


class DepthwiseOrGrouped(checks.Model):
    """As many groups as channels is depthwise, too, with its weights in another layout."""

    def mistake(self, answer: object) -> str | None:
        problem = super().mistake(answer)
        if problem and not checks.Model(lambda: self.made(*IN_GROUPS)).mistake(answer):
            return None
        return problem


IN_GROUPS = (("depthwise", False), ("in_groups", True))


def block_check(points: int, *settings) -> Check:
    size, channels, wide, filters, strides = settings
    judge = DepthwiseOrGrouped(lambda **o: inverted(*settings, **o), hints=MISTAKES)
    return Check(points, judge, call=(Symbolic((size, size, channels)), wide, filters, strides))


# q06: a grouped layer
one_filter = 9 * (n.grouped_in // n.groups)
grouped = conv_parameters((3, 3), n.grouped_in, filters=n.grouped_out, groups=n.groups)
grouped_area = (n.grouped_side, n.grouped_side)
grouped_macs = conv_macs(
    (3, 3), n.grouped_in, filters=n.grouped_out, groups=n.groups, output_size=grouped_area
)
whole_weights = 9 * n.grouped_in * n.grouped_out
grouped_hints = {
    grouped - n.grouped_out: "Those are the weights. The layer has biases, too.",
    (whole_weights + n.grouped_out) // n.groups: "The biases are not divided: each filter has one.",
    whole_weights + n.grouped_out: "Then every filter would read every channel.",
    grouped // n.groups: "That is one group of filters.",
    9 * n.groups * n.grouped_out + n.grouped_out: "How many channels are in one group?",
}
grouped_macs_hints = {
    grouped * grouped_macs // (one_filter * n.grouped_out): "Biases are added, not multiplied.",
    n.groups * grouped_macs: "Then every filter would read every channel.",
    grouped_macs // n.groups: "That is one group of filters.",
    one_filter * n.grouped_out: "Those are the weights. They are used at every place.",
    2 * grouped_macs: FLOPS,
}


# q07: a grouped kernel, written for an ordinary layer
def full(kernel: np.ndarray, groups: int, group_of=None) -> np.ndarray:
    """The same layer without groups; `group_of` says which group a filter reads."""
    *window, deep, filters = kernel.shape
    whole = np.zeros((*window, deep * groups, filters))
    for f in range(filters):
        g = group_of(f) if group_of else f // (filters // groups)
        whole[..., g * deep : (g + 1) * deep, f] = kernel[..., f]
    return whole


def full_check(k: int, deep: int, filters: int, groups: int) -> Check:
    kernel = rng.normal(size=(k, k, deep, filters)).round(2)
    right = full(kernel, groups)
    everywhere = "Every filter reads every group. Where are the zeros?"
    wrong = [
        (kernel, "Without groups a filter needs a weight for every channel."),
        (np.tile(kernel, (1, 1, groups, 1)), everywhere),
        (np.repeat(kernel, groups, 2), everywhere),
        (
            full(kernel, groups, lambda f: f % groups),
            "Neighbouring filters belong to one group; yours are dealt out in turn.",
        ),
        (
            full(kernel, groups, lambda f: groups - 1 - f // (filters // groups)),
            "The groups are in the opposite order.",
        ),
        (right.swapaxes(2, 3), "The order is rows, columns, channels, filters."),
    ]
    hint = "Which channels does each filter read, and where do its weights belong?"
    return Check(2, Values(right, wrong, hint=hint), call=(kernel, groups))


# q08: a shuffle undone
def shuffled(x: np.ndarray, groups: int) -> np.ndarray:
    *rest, channels = x.shape
    table = x.reshape(*rest, groups, channels // groups)
    return table.swapaxes(-1, -2).reshape(x.shape)


def deck_check(points: int, shape: tuple, groups: int) -> Check:
    x = rng.normal(size=shape).round(2)
    dealt = shuffled(x, groups)
    wrong = [
        (shuffled(dealt, groups), "That shuffles once more. Only a square table hides that."),
        (dealt, "The channels lie as they came."),
        (x[..., ::-1], "The channels come out in the opposite order."),
    ]
    hint = "Follow one channel: where did the shuffle put it?"
    return Check(points, Values(x, wrong, hint=hint), call=(dealt, groups))


# q09 and q11: who reads whom, in the middle of the map, with positive weights
def make_positive(model) -> None:
    """Give all kernels positive random weights, so that nothing cancels, and no biases."""
    draw = np.random.default_rng(0)
    for weight in model.weights:
        kind = weight.path.rpartition("/")[2]
        if len(weight.shape) > 1:
            size = np.sqrt(np.prod(weight.shape[:-1]))
            weight.assign(draw.uniform(0.5, 1.5, size=weight.shape) / size)
        else:
            weight.assign(np.full(weight.shape, kind in ("gamma", "moving_variance")))


def noticed(model, pictures: list) -> np.ndarray:
    """Which outputs in the middle notice each picture: (pictures, channels that come out).

    Each is compared with a black one. All of them go in at once: a grouped layer is compiled for
    every size of a batch, which takes longer than running it.
    """
    make_positive(model)
    black = np.zeros((1, *model.input_shape[1:]), "float32")
    written = ops.convert_to_numpy(model(np.concatenate([black, *pictures]), training=False))
    middle = written[:, written.shape[1] // 2, written.shape[2] // 2]
    rounding = 1e-6 * abs(middle[0]).max()  # nothing, unless an activation makes 0 something else
    return abs(middle[1:] - middle[0]) > rounding


def lit_channels(model) -> np.ndarray:
    """A picture for each channel, in which that channel is 1 everywhere."""
    height, width, channels = model.input_shape[1:]
    one = np.eye(channels, dtype="float32")[:, None, None]
    return np.broadcast_to(one, (channels, height, width, channels))


@functools.cache
def who_reads_whom(model) -> np.ndarray:
    """(channels in, channels out): does an output in the middle read the channel anywhere?"""
    return noticed(model, [lit_channels(model)])


MOVES = set(
    "InputLayer Reshape Permute Transpose Swapaxes Moveaxis GetItem Split Stack Unstack ExpandDims "
    "Squeeze Ravel Concatenate Take Roll Flip Add ZeroPadding Cropping Pad Identity Dropout "
    "SpatialDropout".split()
)


RELUS = {"Activation", "ReLU", "Relu", "Maximum"}  # ops.maximum(y, 0); others: something_else


def unit(channels: int, groups: int):
    inputs = layers.Input((6, 6, channels))
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(inputs)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return Model(inputs, layers.ReLU()(layers.Add()([inputs, y])))


def unit_call(channels: int, groups: int) -> tuple:
    return Symbolic((6, 6, channels)), groups


unit_calls = {settings: unit_call(*settings) for settings in n.units}


def no_more_weights(settings):
    def judge(model) -> str | None:
        if model.output_shape != model.input_shape:
            return "The unit should keep height, width and channels."
        if model.count_params() == unit(*settings).count_params():
            return None
        return "It has another number of parameters: only places of channels may change."

    return judge


# Numbers for the kernels of the three layers, and what is wrong if something else comes out
KERNELS = {
    (0, 0, 0): "x should be added as it came, and once, and nothing but the ReLU should follow.",
    (-1, 1, 1): "The ReLU after the first 1x1 is missing.",
    (1, 1, 1): "The sum over all channels has changed. Does one get lost, come twice or change?",
    (1, -1, -1): "There is an activation where the unit has none.",
    (1, 1, -1): "The last ReLU should come after the addition, not before it.",
}


def of_positive(model, kernels, settings) -> np.ndarray:
    """What the unit makes of positive maps; a sum over channels, which may change places."""
    channels, groups = settings
    first, middle, last = kernels
    in_group = channels // 2 // groups  # between the 1x1 layers

    def number_of(shape):
        if len(shape) == 1:
            return 0
        if shape[0] == 3:
            return middle
        return last if shape[2] == in_group else first * (1 + np.arange(shape[3]) % in_group)

    x = np.random.default_rng(1).uniform(0.5, 1, (1, 6, 6, channels)).astype("float32")
    y = filled(model, number_of, x)
    return y.sum(-1) if any(kernels) else y


def something_else(model, settings) -> str | None:
    """What else was changed in the unit, where only places of channels may."""
    kinds = {row.layer.replace("2D", "") for row in cost_table(model)}
    if not kinds <= MOVES | {"Conv", "DepthwiseConv"} | RELUS:
        return "There is a layer in it that does more than move channels."
    for kernels, problem in KERNELS.items():
        given, right = (of_positive(one, kernels, settings) for one in (model, unit(*settings)))
        if not np.allclose(given, right, rtol=1e-3):
            return problem
    return None


def all_meet(settings):
    def judge(model) -> str | None:
        if problem := no_more_weights(settings)(model) or something_else(model, settings):
            return problem
        reads = who_reads_whom(model)
        if reads.all():
            return None
        if (reads == who_reads_whom(unit(*settings))).all():
            return "The groups are as far apart as before. Between which layers must they meet?"
        return "Some channels meet, but not every output reads every channel."

    return judge


# q10: a machine that multiplies and moves at the same time
map_values = n.map_side**2 * n.map_channels
moves = 2 * map_values
per_value = {"whole": 9 * n.map_channels, "depthwise": 9, "pointwise": n.map_channels}


def time_check(kind: str, i: int) -> Check:
    macs = map_values * per_value[kind]
    right = max(macs / n.per_move, moves)
    hints = {
        macs: "Those are the MACs. How many of them are done while one value is moved?",
        moves + macs: "The machine does both at the same time, and many MACs for one move.",
        moves + macs / n.per_move: "Multiplying and moving go on at the same time.",
        min(macs / n.per_move, moves): "The slower of the two decides.",
        map_values: "A map is read, and another one is written.",
        macs / n.per_move: "It multiplies that long. Can it move its maps in that time?",
    }
    hint = "How long does it multiply, and how long does it move?"
    return Check(2, number(right, hints, hint), of=entry(i))


# q11: a design, by rules
CONVOLUTIONS = {"Conv", "DepthwiseConv", "SeparableConv"}
POINTWISE = set(
    "Activation ReLU Relu Maximum Relu6 LeakyReLU LeakyRelu PReLU ELU Elu Selu Celu Silu Gelu "
    "Sigmoid HardSigmoid HardSilu Tanh HardTanh Softplus Softsign LogSigmoid "
    "BatchNormalization".split()
)
MIXING = r'"(softmax|log_?softmax|sparsemax|glu)"'  # in a model's config, in small letters
half = n.field // 2
asked = (n.design_side, n.design_side, n.design_channels)


def shape_kept(model) -> str | None:
    fits = tuple(model.output_shape[1:]) == asked
    return None if fits else "Height, width and channels should stay as they are."


@functools.cache
def listed(model) -> str | None:
    """Is it made of layers that are allowed?"""
    kinds = {row.layer.replace("2D", "").replace("1D", "") for row in cost_table(model)}
    if re.search(MIXING, model.to_json().lower()):
        return "A softmax, or the like, mixes values. An activation should take each by itself."
    if not kinds <= MOVES | CONVOLUTIONS | POINTWISE:
        return "There is a layer in it that is not on the list."
    if not kinds & CONVOLUTIONS:
        return "Without a convolution it has nothing to learn."
    return shape_kept(model)


@functools.cache
def macs_of(model) -> int:
    """Counted before the weights are changed, and without running it."""
    return sum(row.macs or 0 for row in cost_table(model))  # None: it only moves values


@functools.cache
def view(model) -> tuple[bool, bool, bool]:
    """Does every output read every channel, see far, and read the whole field?"""
    side, middle = n.design_side, n.design_side // 2
    lines = np.zeros((2 * side, *asked), "float32")
    for i in range(side):
        lines[i, i] = lines[side + i, :, i] = 1
    pixels = np.zeros((n.field**2, *asked), "float32")
    for i in range(n.field**2):
        y, x = divmod(i, n.field)
        pixels[i, middle - half + y, middle - half + x] = 1
    found = noticed(model, [lit_channels(model), lines, pixels])
    channels, lines, pixels = np.split(found, np.cumsum([n.design_channels, 2 * side]))
    far = all(
        line[: middle - half + 1].any(0).all() and line[middle + half :].any(0).all()
        for line in lines.reshape(2, side, -1)
    )
    return channels.all(), far, pixels.all()


def mixes(model) -> str | None:
    if problem := listed(model):
        return problem
    return None if view(model)[0] else "Some outputs do not read every channel."


def sees_far(model) -> str | None:
    if problem := listed(model):
        return problem
    return None if view(model)[1] else "Some outputs do not see far enough on every side."


def without_holes(model) -> str | None:
    if problem := sees_far(model):
        return problem
    return None if view(model)[2] else "The field has holes: some outputs miss pixels of it."


def within(budget: int):
    def judge(model) -> str | None:
        if mixes(model) or without_holes(model):
            return "A budget counts only for a design that sees and mixes all that is asked for."
        if macs_of(model) <= budget:
            return None
        if macs_of(model) <= n.loose:
            return "It keeps the first budget, and needs too many MACs for the second."
        return "It needs too many MACs. Which of its layers needs most of them?"

    return judge


design = (Symbolic(asked),)

QUESTIONS = [
    Question(
        "q01_output_padding",
        "Back to the old size",
        [back_check(call) for call in n.sizes],
        form="two numbers, for rows and columns",
    ),
    Question(
        "q02_reads",
        "What a stack reads",
        [
            *(ends_check(call) for call in (dense, *holes)),
            reads_check(1, dense),
            *(reads_check(2, call) for call in holes),
        ],
        form="a list of whole numbers",
    ),
    Question(
        "q03_pair",
        "A depthwise step and a 1x1 by hand",
        [
            *(map_check(i) for i in range(3)),
            Check(3, number(mixed, mixed_hints, "Each map times its weight, added."), of=entry(3)),
        ],
        form="four numbers",
    ),
    Question(
        "q04_bill",
        "The bill of the pair",
        [
            Check(2, number(right, hints, "Go layer by layer."), of=entry(i))
            for i, (right, hints) in enumerate(BILL)
        ],
        form="four numbers",
    ),
    Question(
        "q05_block",
        "Narrow, wide, narrow",
        [
            block_check(4, n.side, n.channels, n.wide, n.channels, 1),
            block_check(2, n.side, n.channels, n.wide, n.fewer_or_more, 2),
            block_check(2, None, n.few_channels, n.few_wide, n.few_filters, 1),
            block_check(2, n.side, n.few_channels, n.few_wide, n.few_channels, 2),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Question(
        "q06_grouped",
        "The bill of a grouped layer",
        [
            Check(3, number(grouped, grouped_hints, "How deep is one filter?"), of=entry(0)),
            Check(3, number(grouped_macs, grouped_macs_hints, "Weights and places."), of=entry(1)),
        ],
        form="two numbers",
    ),
    Question(
        "q07_full_kernel",
        "The zeros of a grouped layer",
        [full_check(*settings) for settings in n.grouped_kernels],
        form="an array, the kernel of a layer without groups",
    ),
    Question(
        "q08_unshuffle",
        "A shuffle undone",
        [
            deck_check(points, *settings)
            for points, settings in zip((2, 3, 3), n.decks, strict=True)
        ],
        form="an array",
    ),
    Question(
        "q09_unit",
        "Groups that never meet",
        [
            Check(2, no_more_weights(n.units[0]), call=unit_calls[n.units[0]]),
            *(Check(3, all_meet(settings), call=call) for settings, call in unit_calls.items()),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Question(
        "q10_times",
        "A sketch of a processor",
        [time_check(kind, i) for i, kind in enumerate(per_value)],
        form="three numbers",
    ),
    Question(
        "q11_design",
        "Your own block, within a budget",
        [
            Check(2, shape_kept, call=design),
            Check(3, mixes, call=design),
            Check(3, sees_far, call=design),
            Check(2, without_holes, call=design),
            Check(2, within(n.loose), call=design),
            Check(2, within(n.tight), call=design),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Written(
        "q12_text",
        "In your own words",
        10,
        [
            "2: compares the times of question 10 with the MACs: own numbers, both ratios",
            "3: why: two layers move their maps, and do few MACs for each value that they move",
            "3: groups stay apart, so a shuffle is needed; it has no weights, but it moves values",
            "2: would measure the whole net on the phone itself, and its accuracy",
        ],
    ),
]
