"""Wrong and partly wrong answers of homework 3: what each must score, and words of its hint.

Each stands alone in a notebook whose other answers are right: (question, code, points, words).
"""


def basic(
    first="layers.ReLU()(y)",
    second="y",
    case="strides != 1 or x.shape[-1] != filters",
    projection="layers.BatchNormalization()(layers.Conv2D(filters, 1, strides, use_bias=False)(x))",
    end="layers.ReLU()(layers.Add()([x, y]))",
    bias="False",
    steps=("strides", "1"),
) -> str:
    """The block of question 3 with some lines changed."""
    return f"""
def q03_block(x, filters, strides=1):
    y = layers.Conv2D(filters, 3, {steps[0]}, padding="same", use_bias={bias})(x)
    y = layers.BatchNormalization()(y)
    y = {first}
    y = layers.Conv2D(filters, 3, {steps[1]}, padding="same", use_bias={bias})(y)
    y = layers.BatchNormalization()(y)
    y = {second}
    if {case}:
        x = {projection}
    return {end}
"""


def narrow(
    steps=(1, "strides", 1),
    counts=("filters", "filters"),
    last="y",
    end="ReLU",
    case="strides != 1 or x.shape[-1] != 4 * filters",
) -> str:
    """The block of question 4 with some lines changed."""
    return f"""
def q04_bottleneck(x, filters, strides=1):
    options = {{"padding": "same", "use_bias": False}}
    y = layers.Conv2D({counts[0]}, 1, strides={steps[0]}, **options)(x)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D({counts[1]}, 3, strides={steps[1]}, **options)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(4 * filters, 1, strides={steps[2]}, **options)(y)
    y = layers.BatchNormalization()(y)
    y = {last}
    if {case}:
        x = layers.Conv2D(4 * filters, 1, strides=strides, **options)(x)
        x = layers.BatchNormalization()(x)
    return layers.Activation("{end.lower()}")(layers.Add()([x, y]))
"""


def net(
    stem="layers.ReLU()(layers.BatchNormalization()(x))", step="2", place="0", mean="Average"
) -> str:
    """The net of question 7 with some lines changed."""
    return f"""
def q07_resnet(blocks):
    inputs = keras.Input(({{{{image}}}}, {{{{image}}}}, 3))
    x = layers.Conv2D({{{{stage_1}}}}, 3, padding="same", use_bias=False)(inputs)
    x = {stem}
    for filters in ({{{{stage_1}}}}, {{{{stage_2}}}}, {{{{stage_3}}}}):
        for i in range(blocks):
            x = q03_block(x, filters, {step} if i == {place} and filters > {{{{stage_1}}}} else 1)
    x = layers.Global{mean}Pooling2D()(x)
    return keras.Model(inputs, layers.Dense({{{{classes}}}}, activation="softmax")(x))
"""


def through(block: str, end: str = "np.linalg.norm(b - a) / np.linalg.norm(nudge)") -> str:
    """The function of question 9 with another block or end."""
    return f"""
def q09_comes_through(x, nudge, kernels, shortcut):
    a, b = x, x + nudge
    for k in kernels:
        a, b = [{block} for v in (a, b)]
    return {end}
"""


WRONG = [
    # The ReLU is taken for the last thing in a net, or for a part of F.
    (
        "q01_pixel",
        "q01_pixel = np.maximum(np.array({{pixel}}) + {{change_1}} + {{change_2}}, 0)",
        4,
        "ReLU of its own",
    ),
    (
        "q01_pixel",
        """
x = np.array({{pixel}})
for change in ({{change_1}}, {{change_2}}):
    x = x + np.maximum(change, 0)
q01_pixel = x
""",
        0,
        "Add first",
    ),
    # Each channel of these is what another mistake writes, too.
    (
        "q01_pixel",
        "q01_pixel = np.maximum(np.array({{pixel}}) + {{change_1}}, 0)",
        0,
        "A second one follows",
    ),
    (
        "q01_pixel",
        "q01_pixel = np.maximum(np.array({{pixel}}) + {{change_2}}, 0)",
        2,
        "not to x",
    ),
    # "Keras always raises where shapes differ", and "shapes are compared from the front".
    ("q02_sums", "q02_sums = [None] * 6", 3, "size one"),
    (
        "q02_sums",
        """
whole_map = ({{height}}, {{width}}, {{channels}})
q02_sums = [whole_map, None, None, whole_map, ({{height}}, 1, {{channels}}), None]
""",
        4,
        "not from the first",
    ),
    ("q02_sums", "q02_sums = ['yes', 'no', 'yes', 'no', 'yes', 'no']", 0, "a list of six"),
    # F ends in a ReLU, so that it can only add.
    ("q03_block", basic(second="layers.ReLU()(y)"), 7, "between the last normalization"),
    ("q03_block", basic(second="layers.ReLU()(y)", end="layers.Add()([x, y])"), 7, "in front of"),
    ("q03_block", basic(end="layers.Add()([x, y])"), 7, "after the sum is missing"),
    ("q03_block", basic(first="y"), 7, "after the first normalization"),
    # A projection everywhere, or only where the maps shrink, or one that is not linear.
    ("q03_block", basic(case="True"), 8, "Where x fits, there are too many"),
    ("q03_block", basic(case="strides != 1"), 12, "it stopped: ValueError"),
    ("q03_block", basic(case="x.shape[-1] != filters"), 13, "it stopped: ValueError"),
    (
        "q03_block",
        basic(projection="layers.Conv2D(filters, 1, strides, use_bias=False)(x)"),
        6,
        "no normalization of its own",
    ),
    (
        "q03_block",
        basic(
            projection="layers.ReLU()(layers.BatchNormalization()("
            "layers.Conv2D(filters, 1, strides, use_bias=False)(x)))"
        ),
        11,
        "on the shortcut",
    ),
    (
        "q03_block",
        basic(
            projection="layers.BatchNormalization()("
            "layers.Conv2D(filters, 3, strides, padding='same', use_bias=False)(x))"
        ),
        6,
        "window of a projection",
    ),
    ("q03_block", basic(bias="True"), 0, "which a normalization makes useless"),
    ("q03_block", basic(steps=("1", "strides")), 11, "in the second convolution"),
    # Stride is taken for 1 or 2; one way through it has no return; the block of 2016.
    (
        "q03_block",
        basic(case="strides == 2 or x.shape[-1] != filters"),
        13,
        "it stopped: ValueError",
    ),
    (
        "q03_block",
        basic(end="layers.ReLU()(layers.Add()([x, y])) if strides == 1 else None"),
        8,
        "it returned None",
    ),
    (
        "q03_block",
        """
def q03_block(x, filters, strides=1):
    y = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    if strides != 1 or x.shape[-1] != filters:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides, use_bias=False)(x))
    return layers.Add()([x, y])
""",
        3,
        "a pre-activation block",
    ),
    # The bottleneck: stride in the first 1x1, a third ReLU, many channels in the middle.
    ("q04_bottleneck", narrow(steps=("strides", 1, 1)), 9, "which pixels"),
    ("q04_bottleneck", narrow(steps=(1, 1, "strides")), 9, "in the last 1x1"),
    ("q04_bottleneck", narrow(last="layers.ReLU()(y)"), 6, "between the last normalization"),
    ("q04_bottleneck", narrow(end="linear"), 6, "after the sum is missing"),
    ("q04_bottleneck", narrow(case="strides != 1"), 11, "it stopped: ValueError"),
    ("q04_bottleneck", narrow(case="x.shape[-1] != 4 * filters"), 11, "it stopped: ValueError"),
    ("q04_bottleneck", narrow(counts=["4 * filters"] * 2), 0, "too many parameters"),
    ("q04_bottleneck", narrow(counts=("filters", "4 * filters")), 0, "work among few"),
    # A normalization is two numbers, or four for the whole layer; a bias before it.
    (
        "q05_parameters",
        "q05_parameters = [9 * {{before}} * {{after}} + 2 * {{after}}] * 2",
        4,
        "running means and variances, too",
    ),
    (
        "q05_parameters",
        "q05_parameters = [9 * {{before}} * {{after}} + 4 * {{after}}] * 2",
        4,
        "are not trained",
    ),
    (
        "q05_parameters",
        """
weights = 9 * {{before}} * {{after}} + {{after}}
q05_parameters = [weights + 4 * {{after}}, weights + 2 * {{after}}]
""",
        0,
        "no bias here",
    ),
    ("q05_parameters", "q05_parameters = [9 * {{before}} * {{after}} + 4, 0]", 0, "each channel"),
    # The variance is forgotten; that makes as much as a bias would.
    (
        "q05_parameters",
        """
weights = 9 * {{before}} * {{after}}
q05_parameters = [weights + 3 * {{after}}, weights + 2 * {{after}}]
""",
        4,
        "what it collects",
    ),
    # "Stride 2 halves", "a quarter is read": right where sides are even.
    (
        "q06_positions",
        "q06_positions = [{{rows}} // 2 * ({{columns}} // 2), 0.75]",
        0,
        "odd number of rows",
    ),
    (
        "q06_positions",
        """
read = -(-{{rows}} // 2) * -(-{{columns}} // 2)
q06_positions = [read, read / ({{rows}} * {{columns}})]
""",
        4,
        "share that it reads",
    ),
    ("q06_positions", "q06_positions = [{{rows}} * {{columns}} // 2, 0.5]", 0, "along rows and"),
    (
        "q06_positions",
        """
read = -(-{{rows}} // 2) * -(-{{columns}} // 2)
q06_positions = [read, round(1 - read / ({{rows}} * {{columns}}), 1)]
""",
        4,
        "fewer than four digits",
    ),
    # The maps never shrink, the stem is bare, the mean is a maximum.
    ("q07_resnet", net(step="1"), 10, "maps stay large"),
    ("q07_resnet", net(place="blocks - 1"), 6, "A later block of a stage"),
    ("q07_resnet", net(stem="x"), 2, "after the first convolution"),
    ("q07_resnet", net(stem="layers.BatchNormalization()(x)"), 10, "ReLU after the first"),
    ("q07_resnet", net(mean="Max"), 10, "not its mean"),
    (
        "q07_resnet",
        net(stem="layers.MaxPooling2D(2)(layers.ReLU()(layers.BatchNormalization()(x)))"),
        10,
        "a pooling after",
    ),
    # Weights are taken by their order; running means, or other layers, are forgotten; the other net
    # comes back.
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    ours.set_weights(theirs.get_weights())
    return ours
""",
        0,
        "of its name",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    for layer in theirs.layers:
        for i, weight in enumerate(layer.trainable_weights):
            ours.get_layer(layer.name).trainable_weights[i].assign(weight)
    return ours
""",
        5,
        "running means and variances are not",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    for layer in theirs.layers:
        if isinstance(layer, (layers.Conv2D, layers.BatchNormalization)):
            ours.get_layer(layer.name).set_weights(layer.get_weights())
    return ours
""",
        5,
        "of its name",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    return theirs
""",
        0,
        "not the net ours",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    for layer in theirs.layers:
        ours.get_layer(layer.name).set_weights(layer.get_weights())
    return ours
""",
        0,
        "it stopped: ValueError",
    ),
    # The ReLU before the sum; no ReLU; a shortcut around everything; always or never one.
    ("q09_comes_through", through("np.maximum(v @ k, 0) + shortcut * v"), 5, "not before it"),
    ("q09_comes_through", through("v @ k + shortcut * v"), 0, "The ReLU is missing"),
    ("q09_comes_through", through("np.maximum(v @ k, 0)"), 7, "leaves the shortcut out"),
    ("q09_comes_through", through("np.maximum(v @ k + v, 0)"), 7, "where none is asked"),
    ("q09_comes_through", through("np.maximum(k @ v + shortcut * v, 0)"), 2, "transposed"),
    (
        "q09_comes_through",
        through("np.maximum(v @ k + shortcut * v, 0)", "np.linalg.norm(b - a)"),
        2,
        "Divide by",
    ),
    (
        "q09_comes_through",
        through(
            "np.maximum(v @ k + shortcut * v, 0)",
            "abs(np.linalg.norm(b) - np.linalg.norm(a)) / np.linalg.norm(nudge)",
        ),
        2,
        "difference of two lengths",
    ),
    (
        "q09_comes_through",
        """
def q09_comes_through(x, nudge, kernels, shortcut):
    a, b = x, x + nudge
    for k in kernels:
        a, b = np.maximum(a @ k, 0), np.maximum(b @ k, 0)
    if shortcut:
        a, b = np.maximum(a + x, 0), np.maximum(b + x + nudge, 0)
    return np.linalg.norm(b - a) / np.linalg.norm(nudge)
""",
        5,
        "around each block",
    ),
]
