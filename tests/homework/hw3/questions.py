"""Homework 3, residual networks: the hidden checks. tests/homework/README.md has the form."""

import zlib

import numpy as np
from keras import Input, Model, layers, ops

from helpers import checks
from helpers.arithmetic import conv_output, conv_parameters
from helpers.equivalence import difference, layout
from helpers.tools.questions import (
    Check,
    Question,
    Symbolic,
    Written,
    entry,
    numbers_beside,
)

n = numbers_beside(__file__)


# q01: one pixel through two blocks
def relu(values):
    return np.maximum(values, 0)


x1, f1, f2 = (np.array(values, float) for values in (n.pixel, n.change_1, n.change_2))
y1 = relu(x1 + f1)
PIXEL = relu(y1 + f2)


PIXEL_MISTAKES = [  # whole answers: in a single channel many mistakes write the same
    (y1, "That is what the first block writes. A second one follows."),
    (relu(x1 + f2), "The second block adds its F to what the first one wrote, not to x."),
    (relu(x1 + f1 + f2), "The first block has a ReLU of its own, before the second adds."),
    (y1 + f2, "The second block ends in a ReLU, too."),
    (x1 + relu(f1) + relu(f2), "You cut F(x) before the addition. Add first, then ReLU."),
    (relu(relu(f1) + f2), "Where did the shortcut of the first block go?"),
    (relu(f2), "That is F alone, after a ReLU. Where did the shortcut go?"),
]


def pixel_check(i: int) -> Check:
    def judge(answer) -> str | None:
        if not checks.Number(PIXEL[i]).mistake(answer[i]):
            return None
        given = np.array([float(value) for value in answer])
        for wrong, reason in PIXEL_MISTAKES:
            if given.shape == wrong.shape and np.allclose(given, wrong, atol=1e-6):
                return reason
        return f"Channel {i}: go block by block, first the sum, then the ReLU."

    return Check(2, judge)


# q02: what Add refuses, and what it adds
whole_map = (n.height, n.width, n.channels)
PAIRS = [
    (whole_map, (n.height, n.width, 1)),
    (whole_map, (n.width, n.height, n.channels)),
    (whole_map, (n.width, n.channels)),
    (whole_map, (n.height, n.width)),
    ((n.height, 1, 1), (1, 1, n.channels)),
    (whole_map, (n.height, n.width, n.half)),
]
SUM_HINTS = [  # of a sum that Keras makes and of one that it refuses
    "An axis of size one is not like other axes that differ.",
    "Position by position: has each row of the one map a partner in the other?",
    "Fewer axes are no error. Compare from the last axis on.",
    "Compare from the last axis on, not from the first.",
    "Both maps have axes of size one. Each of them can be stretched.",
    "A size that divides the other is not enough. Nothing is repeated.",
]


def added(*shapes) -> tuple | None:
    try:
        return layers.Add()([Input(shape) for shape in shapes]).shape[1:]
    except ValueError:
        return None


def sum_check(i: int) -> Check:
    right = added(*PAIRS[i])

    def judge(shape) -> str | None:
        given = shape if shape is None else tuple(int(size) for size in np.ravel(shape))
        return None if given == right else f"Row {i} of the table: {SUM_HINTS[i]}"

    return Check(1, judge, of=entry(i))


# q03, q04, q07: blocks, written as steps, so that a mistake is another list of steps
def walk(x, steps, use_bias=False, epsilon=1e-3):
    """x after the steps: "bn", "relu", or a convolution (filters, size, strides)."""
    for step in steps:
        if step == "bn":
            x = layers.BatchNormalization(epsilon=epsilon)(x)
        elif step == "relu":
            x = layers.ReLU()(x)
        else:
            x = layers.Conv2D(*step, padding="same", use_bias=use_bias)(x)
    return x


def block(x, road, shortcut, join="Add", last=("relu",), **options):
    """A residual block. A shortcut without steps is the identity; None adds nothing."""
    y = walk(x, road, **options)
    if shortcut is not None:
        y = getattr(layers, join)()([walk(x, shortcut, **options), y])
    return walk(y, last)


def basic_road(filters, strides=1):
    return ((filters, 3, strides), "bn", "relu", (filters, 3, 1), "bn")


def bottleneck_road(filters, strides=1, inner=None, first=1, last=1):
    inner = inner or filters
    return (
        *((filters, 1, first), "bn", "relu"),
        *((inner, 3, strides), "bn", "relu"),
        *((4 * filters, 1, last), "bn"),
    )


def shortcut_of(channels, filters, strides):
    return () if (channels, strides) == (filters, 1) else ((filters, 1, strides), "bn")


def without(road, place):
    """The road without the ReLU (the first is 0) at this place."""
    places = [i for i, step in enumerate(road) if step == "relu"]
    return tuple(step for i, step in enumerate(road) if i != places[place])


def swapped(road):
    """The road with each ReLU in front of its normalization."""
    text = list(road)
    for i, step in enumerate(road):
        if step == "relu":
            text[i - 1 : i + 1] = ["relu", "bn"]
    return tuple(text)


def pre_activation(road):
    """Each convolution of the road after a normalization and a ReLU of its own."""
    return sum((("bn", "relu", step) for step in road if isinstance(step, tuple)), ())


def common_mistakes(road, shortcut) -> list[tuple]:
    mistakes = [
        ({"last": ()}, "The ReLU after the sum is missing."),
        ({"road": (*road, "relu")}, "There is a ReLU between the last normalization and the sum."),
        (
            {"road": (*road, "relu"), "last": ()},
            "The last ReLU is in front of the sum. It comes after it.",
        ),
        ({"road": without(road, 0)}, "The ReLU after the first normalization is missing."),
        ({"road": swapped(road)}, "A ReLU is in front of its normalization, not after it."),
        ({"use_bias": True}, "Convolutions have a bias, which a normalization makes useless."),
        ({"join": "Multiply"}, "The two roads are multiplied. The shortcut is added."),
        ({"shortcut": None}, "Nothing is added to F(x): where is the shortcut?"),
        (
            {"road": tuple(step for step in road if step != "bn")},
            "The normalizations on the way of F(x) are missing.",
        ),
        (
            {"road": pre_activation(road), "last": ()},
            "That is a pre-activation block: normalization and ReLU stand before the convolutions.",
        ),
    ]
    if not shortcut:
        filters = next(step[0] for step in reversed(road) if isinstance(step, tuple))
        return [
            *mistakes,
            ({"shortcut": ((filters, 1, 1), "bn")}, "There is a projection, though x fits."),
            ({"shortcut": ((filters, 1, 1),)}, "There is a projection, though x fits."),
        ]
    (filters, _, strides), _ = shortcut
    return [
        *mistakes,
        ({"shortcut": (*shortcut, "relu")}, "There is a ReLU on the shortcut. It is linear."),
        ({"shortcut": shortcut[:1]}, "The projection has no normalization of its own."),
        ({"shortcut": ((filters, 3, strides), "bn")}, "The window of a projection is one pixel."),
    ]


def same_block(shape, road, shortcut, mistakes) -> checks.Model:
    def build(road=road, shortcut=shortcut, **changes):
        x = Input(shape)
        return Model(x, block(x, road, shortcut, **changes))

    hints = [*mistakes, *common_mistakes(road, shortcut)]
    return checks.Model(build, also=[{"epsilon": 1e-5}], hints=hints)


def counted(reference: checks.Model, case: str):
    """A judge that asks for the output's shape and the number of parameters alone."""

    def judge(model) -> str | None:
        right = reference.made()
        if model.output_shape != right.output_shape:
            return "The output has another shape. Which layers have the stride, which padding?"
        few = "few" if model.count_params() < right.count_params() else "many"
        if model.count_params() == right.count_params():
            return None
        return f"Where {case}, there are too {few} parameters. Look at summary(), row by row."

    return judge


def block_checks(points, shape, filters, strides, road, shortcut, mistakes) -> list[Check]:
    """Of the parameters, and where `points` are two, of what the block computes."""
    call = (Symbolic(shape), filters) if strides == 1 else (Symbolic(shape), filters, strides)
    reference = same_block(shape, road, shortcut, mistakes)
    judges = counted(reference, "x does not fit" if shortcut else "x fits"), reference
    return [Check(p, judge, call=call) for p, judge in zip(points, judges, strict=False)]


def basic_checks(points: tuple, channels: int, size: tuple, filters: int, strides: int):
    road, shortcut = basic_road(filters, strides), shortcut_of(channels, filters, strides)
    late = ((filters, 3, 1), "bn", "relu", (filters, 3, strides), "bn")
    mistakes = [({"road": late}, "The stride is in the second convolution, not in the first.")]
    mistakes = mistakes if strides > 1 else []
    return block_checks(points, (*size, channels), filters, strides, road, shortcut, mistakes)


# q04: the bottleneck
def bottleneck_checks(points: tuple, channels: int, size: tuple, filters: int, strides: int):
    road, shortcut = bottleneck_road(filters, strides), shortcut_of(channels, 4 * filters, strides)
    mistakes = [
        ({"road": without(road, 1)}, "The ReLU after the second normalization is missing."),
        (
            {"road": bottleneck_road(filters, strides, inner=4 * filters)},
            "The 3x3 has as many filters as the block writes. It should work among few.",
        ),
    ]
    if strides > 1:
        in_first, in_last = ({"strides": 1, where: strides} for where in ("first", "last"))
        mistakes += [
            (
                {"road": bottleneck_road(filters, **in_first)},
                "The stride is in the first 1x1: which pixels does that never read?",
            ),
            (
                {"road": bottleneck_road(filters, **in_last)},
                "The stride is in the last 1x1. What the 3x3 computed is left out there.",
            ),
        ]
    return block_checks(points, (*size, channels), filters, strides, road, shortcut, mistakes)


# q05: parameters of a convolution and its normalization
weights = conv_parameters((3, 3), n.before, filters=n.after, use_bias=False)
total, trainable = weights + 4 * n.after, weights + 2 * n.after
NOT_TRAINED = "The running means and variances are not trained: training collects them."
OTHER_SIDE = "It normalizes the channels that the convolution writes."
# Where two mistakes make the same number, the lower hint counts: the rarer mistake stands above.
TOTAL_HINTS = {
    weights + 4 * n.before: OTHER_SIDE,
    weights: "The parameters of the normalization are missing.",
    weights + n.after: "The convolution has no bias, and a normalization is more than one.",
    trainable: "The total of summary() has the running means and variances, too.",
    total + n.after: "The convolution has no bias here.",
    trainable + n.after: "Count for each channel what a normalization learns and what it "
    "collects. And is there a bias?",
    weights + 4: "A normalization has its numbers for each channel.",
    n.before * n.after + 4 * n.after: "The window has more than one pixel.",
    9 * n.before + 4 * n.after: "That is one filter. There are more.",
}
TRAINABLE_HINTS = {
    weights + 2 * n.before: OTHER_SIDE,
    total: NOT_TRAINED,
    weights: "Training changes two numbers of each channel's normalization, too.",
    trainable + n.after: "The convolution has no bias here.",
    weights + n.after: "Per channel it multiplies by one learned number and adds another.",
    weights + 2: "A normalization has its numbers for each channel.",
    n.before * n.after + 2 * n.after: "The window has more than one pixel.",
    2 * n.after: "The kernels are trained, too.",
}

# q06: positions that a projection with stride 2 reads
height, width = (conv_output(size, 1, strides=2) for size in (n.rows, n.columns))
area, read = n.rows * n.columns, height * width
ODD = "In an odd number of rows the last one is read, too."
POSITIONS = checks.Number(
    read,
    {
        (n.rows // 2) * (n.columns // 2): ODD,
        area: "That is all of them. The layer moves by two.",
        height * n.columns: "It moves by two along rows and along columns.",
        n.rows * width: "It moves by two along rows and along columns.",
        area - read: "Those are the ones that it never reads.",
    },
)
NEVER = checks.Number(
    1 - read / area,
    {round(1 - read / area, d): "That has fewer than four digits." for d in (1, 2, 3)}
    | {
        read / area: "That is the share that it reads.",
        0.75: "That holds where both sides are even.",
        0.25: "That is the share that it reads, and where both sides are even.",
        0.5: "It moves by two along rows and along columns.",
        1 - (n.rows // 2) * (n.columns // 2) / area: ODD,
    },
    tolerance=1e-4,
)


# q07: a small ResNet
def draw(seed, shape):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


stages = (n.stage_1, n.stage_2, n.stage_3)


def resnet(
    count,
    first=("bn", "relu"),
    steps=(1, 2, 2),
    every=False,
    pool=False,
    mean="GlobalAveragePooling2D",
    activation="softmax",
    **changes,
):
    inputs = Input((n.image, n.image, 3))
    options = {key: changes[key] for key in ("use_bias", "epsilon") if key in changes}
    x = walk(inputs, ((n.stage_1, 3, 1), *first), **options)
    x = layers.MaxPooling2D(2)(x) if pool else x
    for filters, step in zip(stages, steps, strict=True):
        for i in range(count):
            strides = step if i == 0 or every else 1
            road = basic_road(filters, strides)
            shortcut = shortcut_of(x.shape[-1], filters, strides)
            x = block(x, road, shortcut, **changes)
    x = getattr(layers, mean)()(x)
    return Model(inputs, layers.Dense(n.classes, activation=activation)(x))


def tied(model) -> np.ndarray:
    """What the model answers when all weights of one shape and kind have the same values.

    So it does not matter in which order a net lists its many layers of one shape.
    """
    for variable in model.weights:
        kind = variable.path.rpartition("/")[2]
        shape = tuple(map(int, variable.shape))
        values = draw([zlib.crc32(kind.encode()), *shape], shape)
        if kind == "kernel":
            values = values / np.sqrt(np.prod(shape[:-1]))
        elif "variance" in kind or kind == "gamma":
            values = np.abs(values) / 2 + 0.5
        variable.assign(values / 2 if kind in ("beta", "bias", "moving_mean") else values)
    images = draw(5, (2, *model.input_shape[1:]))
    return ops.convert_to_numpy(model(images, training=False))


class Net(checks.Model):
    """checks.Model for nets that have too many layers of one shape to try them in every order."""

    def judge(self, model) -> str | None:
        problem = difference(model, self.made())
        given = None if problem else tied(model)
        if not problem and any(self.agrees(given, v) for v in [{}, *self.also]):
            return None
        for changes, reason in self.hints:
            if layout(self.made(*changes.items())) == layout(model) and (
                problem or self.agrees(given, changes)
            ):
                return reason
        return problem or f"Every shape fits, but it computes something else. {self.hint}"

    def agrees(self, given, changes) -> bool:
        right = tied(self.made(*changes.items()))
        return np.allclose(given, right, rtol=0, atol=1e-3 * np.abs(right).max())


NET_MISTAKES = [
    ({"steps": (1, 1, 1)}, "The maps stay large: no stage begins with stride 2."),
    ({"steps": (2, 2, 2)}, "The first stage begins with stride 2, too."),
    ({"every": True}, "A later block of a stage has the stride. Only the first one has it."),
    ({"pool": True}, "There is a pooling after the first convolution."),
    ({"mean": "GlobalMaxPooling2D"}, "It takes the largest value of a map, not its mean."),
    ({"mean": "Flatten"}, "The dense layer reads all positions. The mean over them comes first."),
    ({"activation": None}, "The softmax at the end is missing."),
    ({"first": ()}, "Normalization and ReLU are missing after the first convolution."),
    ({"first": ("bn",)}, "The ReLU after the first convolution is missing."),
    ({"first": ("relu",)}, "The normalization after the first convolution is missing."),
    ({"use_bias": True}, "Convolutions have a bias, which a normalization makes useless."),
    ({"last": ()}, "A block does not end in a ReLU."),
    ({"join": "Multiply"}, "The blocks multiply where they should add."),
]


def ends(model) -> str | None:
    right = (None, n.image, n.image, 3), (None, n.classes)
    if (model.input_shape, model.output_shape) != right:
        return "Images of this size come in, and a number for each class comes out."
    answer = ops.convert_to_numpy(model(draw(6, (4, n.image, n.image, 3))))
    good = answer.min() >= 0 and np.allclose(answer.sum(1), 1, atol=1e-3)
    return None if good else "The numbers for the classes are no probabilities: see point 5."


two_blocks = Net(
    lambda **changes: resnet(2, **changes), also=[{"epsilon": 1e-5}], hints=NET_MISTAKES
)


def net_counted(reference: checks.Model):
    def judge(model) -> str | None:
        right, given = reference.made().count_params(), model.count_params()
        if given == right:
            return None
        few = "few" if given < right else "many"
        return f"It has too {few} parameters. Compare stage by stage: filters, blocks, shortcuts."

    return judge


# q08: weights by name
def two_roads(other_order: bool) -> Model:
    """Two roads of the same depth; Keras lists first what is first in Add.

    All kernels on the roads have one shape, so that weights in the wrong order make no error.
    """
    own = "ours" if other_order else "theirs"  # counted names would depend on what ran before
    x = inputs = Input((6, 6, n.copied), name=f"{own}_input")
    for i in (1, 2):
        a = layers.ReLU(name=f"{own}_relu{i}")(x)
        a = layers.Conv2D(n.copied, 1, name=f"block{i}_conv")(a)
        a = layers.BatchNormalization(name=f"block{i}_bn")(a)
        b = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{own}_pool{i}")(x)
        b = layers.Conv2D(n.copied, 1, name=f"block{i}_shortcut")(b)
        b = layers.BatchNormalization(name=f"block{i}_shortcut_bn")(b)
        x = layers.Add(name=f"{own}_add{i}")([b, a] if other_order else [a, b])
    x = layers.GlobalAveragePooling2D(name=f"{own}_mean")(x)
    return Model(inputs, layers.Dense(n.copied, name="classes")(x))


def copy_checks() -> list[Check]:
    theirs, ours = two_roads(other_order=False), two_roads(other_order=True)
    for seed, variable in enumerate(theirs.weights):
        variable.assign(np.abs(draw(seed, tuple(variable.shape))) + 0.1)

    def judge(which: slice, reason: str):
        def mistake(model) -> str | None:
            if not isinstance(model, Model):
                return "Return the model."
            if [layer.name for layer in model.layers] != [layer.name for layer in ours.layers]:
                return "That is not the net ours: its layers have other names."
            for layer in (layer for layer in theirs.layers if layer.weights):
                right, given = layer.get_weights(), model.get_layer(layer.name).get_weights()
                pairs = list(zip(right, given, strict=True))[which]
                if not all(np.allclose(a, b, atol=1e-6) for a, b in pairs):
                    return reason
            return None

        return mistake

    call = (theirs, ours)
    # kernel and bias, gamma and beta; then the running mean and variance
    learned = judge(slice(0, 2), "A layer did not get the weights of the layer of its name.")
    collected = judge(slice(2, 4), "The running means and variances are not those of theirs.")
    return [Check(5, learned, call=call), Check(5, collected, call=call)]


# q09: what comes through
def factor(x, nudge, kernels, block, around=False, lengths=False) -> float:
    ends = []
    for start in (x, x + nudge):
        v = start
        for kernel in kernels:
            v = block(v, kernel)
        v = relu(v + start) if around else v
        ends.append(np.linalg.norm(v) if lengths else v)
    return float(np.linalg.norm(ends[1] - ends[0]) / np.linalg.norm(nudge))


def factor_check(points: int, shortcut: bool, depth: int = 0) -> Check:
    """Of `depth` random blocks; without a depth, of one block with F(v) = -3v.

    With -2v, the sum without any ReLU is as long as v with the ReLU before the sum.
    """
    rng = np.random.default_rng([depth, shortcut])
    scale = n.strength / np.sqrt(n.signals)
    kernels = scale * rng.normal(size=(depth, n.signals, n.signals))
    kernels = kernels if depth else -3 * np.eye(n.signals)[None]
    x, nudge = rng.uniform(size=n.signals) + 0.1, 1e-3 * rng.normal(size=n.signals)

    def of(block, kernels=kernels, **options):
        return factor(x, nudge, kernels, block, **options)

    def asked(v, k):
        return relu(v @ k + shortcut * v)

    right = of(asked)
    wrong = [
        (of(lambda v, k: relu(v @ k + v)), "It adds a shortcut where none is asked for."),
        (of(lambda v, k: relu(v @ k)), "It leaves the shortcut out."),
        (of(lambda v, k: v + relu(v @ k)), "The ReLU comes after the sum, not before it."),
        (of(lambda v, k: v @ k + shortcut * v), "The ReLU is missing: each block ends in one."),
        (of(lambda v, k: asked(v, k.T)), "The kernel is transposed: v @ kernel is asked for."),
        (
            of(lambda v, k: relu(v @ k), around=True),
            "The shortcut goes around each block, not around all of them at once.",
        ),
        (of(asked, kernels[:1]), "Only one block is used. There is one for each kernel."),
        (
            of(asked, lengths=True),
            "That is the difference of two lengths. Subtract first, then take the length.",
        ),
        (right * np.linalg.norm(nudge), "Divide by the length of the nudge."),
        (right**2, "A length is the root of the sum of squares."),
    ]

    def judge(answer) -> str | None:
        value = float(np.asarray(answer).reshape(()))
        if close(value, right):
            return None
        reasons = [reason for other, reason in wrong if close(abs(value), other)]
        return reasons[0] if reasons else "Send x and x + nudge through the same blocks."

    return Check(points, judge, call=(x, nudge, kernels, shortcut))


def close(a: float, b: float) -> bool:
    """Within a hundredth: float32 passes."""
    return abs(a - b) <= 0.01 * abs(b) + 1e-12


odd, even = n.block_size
resnets = {count: (count,) for count in (1, 2)}  # one tuple a call

QUESTIONS = [
    Question(
        "q01_pixel",
        "One pixel through two blocks",
        [pixel_check(i) for i in range(3)],
        form="three numbers",
    ),
    Question(
        "q02_sums",
        "Refused, or added without a word",
        [sum_check(i) for i in range(6)],
        form="a list of six, each a shape or None",
    ),
    Question(
        "q03_block",
        "The basic block, with a shortcut that fits",
        [
            *basic_checks((2, 4), n.block_filters, (odd, even), n.block_filters, 1),
            *basic_checks((2, 3), n.block_filters, (even, odd), n.more_filters, 2),
            *basic_checks((2,), n.block_filters, (even, even), n.more_filters, 1),
            *basic_checks((1,), n.block_filters, (odd, odd), n.block_filters, 3),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Question(
        "q04_bottleneck",
        "The bottleneck",
        [
            *bottleneck_checks((2, 3), 4 * n.narrow, (odd, even), n.narrow, 1),
            *bottleneck_checks((2, 3), 4 * n.narrow, (even, even), n.wider, 2),
            *bottleneck_checks((1,), 4 * n.narrow, (even, even), n.wider, 1),
            *bottleneck_checks((1,), 4 * n.narrow, (odd, odd), n.narrow, 2),
        ],
        form="a function that takes and gives a symbolic tensor",
    ),
    Question(
        "q05_parameters",
        "What a normalized layer consists of",
        [
            Check(4, checks.Number(total, TOTAL_HINTS), of=entry(0)),
            Check(4, checks.Number(trainable, TRAINABLE_HINTS), of=entry(1)),
        ],
        form="two numbers",
    ),
    Question(
        "q06_positions",
        "What a projection never reads",
        [Check(4, POSITIONS, of=entry(0)), Check(4, NEVER, of=entry(1))],
        form="two numbers",
    ),
    Question(
        "q07_resnet",
        "A small ResNet",
        [
            Check(2, ends, call=resnets[1]),
            Check(4, net_counted(checks.Model(lambda: resnet(1))), call=resnets[1]),
            Check(4, net_counted(two_blocks), call=resnets[2]),
            Check(4, two_blocks, call=resnets[2]),
        ],
        form="a function that gives a model",
    ),
    Question(
        "q08_copy",
        "The same net, written in another order",
        copy_checks(),
        form="the net ours",
    ),
    Question(
        "q09_comes_through",
        "What comes through",
        [
            factor_check(5, shortcut=False, depth=4),
            factor_check(5, shortcut=True, depth=n.blocks),
            factor_check(2, shortcut=True),
        ],
        form="one number",
    ),
    Written(
        "q10_text",
        "In your own words",
        10,
        [
            "3: overfitting shows on the test images alone; here the training loss is higher",
            "2: the deep net could do what the shallow one does; training doesn't find it",
            "3: own numbers of question 9: a nudge dies out in plain blocks, not in residual ones",
            "2: those blocks have no normalization and random weights; the cause is left open",
        ],
    ),
]
