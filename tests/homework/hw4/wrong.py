"""Wrong and partly wrong answers of homework 4: what each must score, and words of its hint.

In each: (question, code, points, words).
"""

SHUFFLED = """
def q09_unit(x, groups):
    height, width, channels = x.shape[1:]

    def shuffle(y):
        y = layers.Reshape((height, width, groups, y.shape[-1] // groups))(y)
        y = layers.Permute((1, 2, 4, 3))(y)
        return layers.Reshape((height, width, -1))(y)
"""

WRONG = [
    # q01: leaves it to the stride, takes one number for all sizes, the remainder, the padding
    (
        "q01_output_padding",
        "def q01_output_padding(size, strides):\n    return 0, 0",
        0,
        "smallest",
    ),
    (
        "q01_output_padding",
        "def q01_output_padding(size, strides):\n    return [strides - 1] * 2",
        0,
        "largest",
    ),
    (
        "q01_output_padding",
        "def q01_output_padding(size, strides):\n    return [one % strides for one in size]",
        0,
        "on the way down",
    ),
    (
        "q01_output_padding",
        """
def q01_output_padding(size, strides):
    height, width = size
    return [(width - 1) % strides, (height - 1) % strides]
""",
        0,
        "exchanged",
    ),
    (
        "q01_output_padding",
        "def q01_output_padding(size, strides):\n    return [1 - one % 2 for one in size]",
        4,
        "missing",
    ),
    (
        "q01_output_padding",
        "def q01_output_padding(size, strides):\n    return [-one % strides for one in size]",
        0,
        "for the smaller",
    ),
    # q02: a wide field is taken for a dense one; layers side by side; the widest layer alone
    (
        "q02_reads",
        """
def q02_reads(rates):
    return list(range(-sum(rates), sum(rates) + 1))
""",
        4,
        "all places between the ends",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    return sorted({0, *rates, *(-rate for rate in rates)})
""",
        0,
        "widest window alone",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    places = [0]
    for rate in rates:
        places = [place + step for place in places for step in (-rate, 0, rate)]
    return places
""",
        3,
        "each once",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    places = {0}
    for rate in rates:
        places = {place + step for place in places for step in (0, rate, 2 * rate)}
    return sorted(places)
""",
        0,
        "own place",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    places = {0}
    for rate in rates:
        places = {place + step for place in places for step in (-rate, rate)}
    return sorted(places)
""",
        3,
        "its middle, too",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    places = {1}
    for rate in rates:
        places = {place + step for place in places for step in (0, rate, 2 * rate)}
    return sorted(places)
""",
        0,
        "to the left with a minus",
    ),
    # q03: no ReLU between the steps; a depthwise layer that adds; a flipped kernel
    (
        "q03_pair",
        """
maps = (np.array({{pixels}}) * {{kernels}}).sum(axis=1)
q03_pair = [*maps, maps @ {{mixing}}]
""",
        2,
        "ReLU comes before",
    ),
    (
        "q03_pair",
        """
total = np.maximum((np.array({{pixels}}) * {{kernels}}).sum(axis=1), 0).sum()
q03_pair = [total, total, total, total]
""",
        0,
        "adds nothing across",
    ),
    (
        "q03_pair",
        """
maps = np.maximum((np.array({{pixels}}) * np.array({{kernels}})[:, ::-1]).sum(axis=1), 0)
q03_pair = [*maps, maps @ {{mixing}}]
""",
        1,
        "flipped",
    ),
    # q04: biases of one layer only, the places of the input, a rule of thumb, FLOPs
    (
        "q04_bill",
        """
taps, places = {{window}} ** 2, {{height}} // 2 * {{width}} // 2
ordinary = taps * {{colours}} * {{maps_out}}
depthwise, pointwise = taps * {{colours}}, {{colours}} * {{maps_out}}
q04_bill = [
    ordinary + {{maps_out}},
    depthwise + pointwise + {{maps_out}},
    ordinary * {{height}} * {{width}},
    depthwise * places + pointwise * {{height}} * {{width}},
]
""",
        2,
        "biases of its own",
    ),
    (
        "q04_bill",
        """
taps, places = {{window}} ** 2, {{height}} // 2 * {{width}} // 2
ordinary = taps * {{colours}} * {{maps_out}}
q04_bill = [
    ordinary + {{maps_out}},
    taps * {{colours}} * {{maps_out}} + {{colours}} * {{maps_out}} + {{maps_out}},
    ordinary * places,
    ordinary * places / taps,
]
""",
        4,
        "rule of thumb",
    ),
    (
        "q04_bill",
        """
places = {{height}} // 2 * {{width}} // 2
weights = np.array([{{window}} ** 2 * {{maps_out}}, {{window}} ** 2 + {{maps_out}}])
weights *= {{colours}}
biases = np.array([{{maps_out}}, {{colours}} + {{maps_out}}])
q04_bill = [*(weights + biases), *(2 * weights * places)]
""",
        4,
        "FLOPs",
    ),
    (
        "q04_bill",
        """
places = (({{height}} - {{window}}) // 2 + 1) * (({{width}} - {{window}}) // 2 + 1)
ordinary = {{window}} ** 2 * {{colours}} * {{maps_out}}
both = {{window}} ** 2 * {{colours}} + {{colours}} * {{maps_out}}
biases = {{colours}} + {{maps_out}}
q04_bill = [ordinary + {{maps_out}}, both + biases, ordinary * places, both * places]
""",
        4,
        "without padding",
    ),
    # q05: ReLU where the block is linear, no ReLU between, ordinary 3x3, stride in a 1x1
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, strides=strides, padding="same", activation="relu")(y)
    y = layers.Conv2D(filters, 1, activation="relu")(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        0,
        "ReLU after the last 1x1",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.SeparableConv2D(filters, 3, strides=strides, padding="same")(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        0,
        "nothing can come between",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu", strides=strides)(x)
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu")(y)
    y = layers.Conv2D(filters, 1)(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        6,
        "skips most",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, strides=strides, padding="same", activation="relu")(y)
    return layers.Conv2D(filters, 1)(y)
""",
        6,
        "not added where it could",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, strides=strides, padding="same", activation="relu")(y)
    y = layers.Conv2D(filters, 1)(y)
    if strides > 1 or x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Add()([x, y])
""",
        4,
        "no projection",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.Conv2D(wide, 3, strides=strides, padding="same", activation="relu")(y)
    y = layers.Conv2D(filters, 1)(y)
    if x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        0,
        "mixes the channels",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, strides=strides, padding="same", activation="relu")(y)
    y = layers.Conv2D(filters, 1)(y)
    if x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        8,
        "it stopped: ",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu6")(x)
    y = layers.DepthwiseConv2D(3, strides=strides, padding="same", activation="relu6")(y)
    y = layers.Conv2D(filters, 1)(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        0,
        "cut off",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation="relu")(x)
    y = layers.ReLU(6)(layers.DepthwiseConv2D(3, strides=strides, padding="same")(y))
    y = layers.Conv2D(filters, 1)(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        0,
        "cut off",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.ZeroPadding2D(1)(layers.Conv2D(wide, 1)(x))
    y = layers.DepthwiseConv2D(3, strides=strides, activation="relu")(layers.ReLU()(y))
    y = layers.Conv2D(filters, 1)(y)
    if strides == 1 and x.shape[-1] == filters:
        y = layers.Add()([x, y])
    return y
""",
        6,
        "stop at other places",
    ),
    # q06: groups that divide the biases; groups ignored; one group only
    (
        "q06_grouped",
        """
weights = 9 * {{grouped_in}} * {{grouped_out}}
q06_grouped = [(weights + {{grouped_out}}) // {{groups}}, weights * {{grouped_side}} ** 2]
""",
        0,
        "not divided",
    ),
    (
        "q06_grouped",
        """
weights = 9 * {{grouped_in}} // {{groups}} * {{grouped_out}}
q06_grouped = [weights, (weights + {{grouped_out}}) * {{grouped_side}} ** 2]
""",
        0,
        "added, not multiplied",
    ),
    (
        "q06_grouped",
        """
weights = 9 * {{grouped_in}} // {{groups}} * {{grouped_out}}
macs = weights // {{groups}} * {{grouped_side}} ** 2
q06_grouped = [weights + {{grouped_out}}, macs]
""",
        3,
        "one group of filters",
    ),
    # q07: no zeros, filters dealt out in turn, the kernel as it is, axes exchanged
    (
        "q07_full_kernel",
        """
def q07_full_kernel(kernel, groups):
    return np.tile(kernel, (1, 1, groups, 1))
""",
        2,
        "reads every group",
    ),
    (
        "q07_full_kernel",
        """
def q07_full_kernel(kernel, groups):
    *window, deep, filters = kernel.shape
    full = np.zeros((*window, deep * groups, filters))
    for f in range(filters):
        g = f % groups
        full[..., g * deep : (g + 1) * deep, f] = kernel[..., f]
    return full
""",
        2,
        "dealt out in turn",
    ),
    (
        "q07_full_kernel",
        "def q07_full_kernel(kernel, groups):\n    return kernel",
        2,
        "every channel",
    ),
    (
        "q07_full_kernel",
        """
def q07_full_kernel(kernel, groups):
    *window, deep, filters = kernel.shape
    full = np.zeros((*window, filters, deep * groups))
    for f in range(filters):
        g = f // (filters // groups)
        full[..., f, g * deep : (g + 1) * deep] = kernel[..., f]
    return full
""",
        0,
        "rows, columns, channels, filters",
    ),
    # q08: shuffles again; no transpose; a reverse order
    (
        "q08_unshuffle",
        """
def q08_unshuffle(x, groups):
    *rest, channels = x.shape
    table = x.reshape(*rest, groups, channels // groups)
    return table.swapaxes(-1, -2).reshape(x.shape)
""",
        2,
        "once more",
    ),
    (
        "q08_unshuffle",
        """
def q08_unshuffle(x, groups):
    *rest, channels = x.shape
    return x.reshape(*rest, channels // groups, groups).reshape(x.shape)
""",
        0,
        "as they came",
    ),
    (
        "q08_unshuffle",
        """
def q08_unshuffle(x, groups):
    return x.reshape(-1, groups).T.ravel()
""",
        5,
        "not the shape",
    ),
    # q09: the given unit; a shuffle that comes too early; no groups; a roll that joins neighbours
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "as far apart",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    height, width, channels = x.shape[1:]
    y = layers.Reshape((height, width, groups, channels // groups))(x)
    y = layers.Permute((1, 2, 4, 3))(y)
    y = layers.Reshape((height, width, channels))(y)
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(y)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "not every output",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        0,
        "only places of channels",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Concatenate()([y[..., 1:], y[..., :1]])
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "not every output",
    ),
    # q09: channels meet, but it is no longer the same unit
    (
        "q09_unit",
        SHUFFLED
        + """
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(shuffle(y))
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(y)
""",
        2,
        "added as it came",
    ),
    (
        "q09_unit",
        SHUFFLED
        + """
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(shuffle(y))
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.Add()([x, y])
""",
        2,
        "after the addition",
    ),
    (
        "q09_unit",
        SHUFFLED
        + """
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(shuffle(y))
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.Add()([x, layers.ReLU()(y)])
""",
        2,
        "after the addition",
    ),
    (
        "q09_unit",
        SHUFFLED
        + """
    y = layers.Conv2D(channels // 2, 1, groups=groups)(x)
    y = layers.DepthwiseConv2D(3, padding="same")(shuffle(y))
    y = layers.ReLU()(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "activation where the unit has none",
    ),
    (
        "q09_unit",
        SHUFFLED
        + """
    x = shuffle(x)
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(shuffle(y))
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "added as it came",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    y = y + ops.mean(x, axis=-1, keepdims=True)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "more than move",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups)(x)
    y = layers.Softmax()(y)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "more than move",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    y = y + ops.roll(y, channels // 2 // groups, axis=-1)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "sum over all channels",
    ),
    (
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    each = channels // 2 // groups
    for i in range(1, groups):
        y = ops.maximum(y, ops.roll(y, i * each, axis=-1))
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.ReLU()(layers.Add()([x, y]))
""",
        2,
        "sum over all channels",
    ),
    # q10: MACs taken for time; both added; one map only
    (
        "q10_times",
        """
values = {{map_side}} ** 2 * {{map_channels}}
macs = np.array([9 * {{map_channels}}, 9, {{map_channels}}]) * values
q10_times = macs / {{per_move}}
""",
        2,
        "multiplies that long",
    ),
    (
        "q10_times",
        """
values = {{map_side}} ** 2 * {{map_channels}}
macs = np.array([9 * {{map_channels}}, 9, {{map_channels}}]) * values
q10_times = macs / {{per_move}} + 2 * values
""",
        0,
        "same time",
    ),
    (
        "q10_times",
        """
values = {{map_side}} ** 2 * {{map_channels}}
q10_times = [9 * {{map_channels}} * values / {{per_move}}, values, values]
""",
        2,
        "another one is written",
    ),
    # q11: cheap and blind; wide with holes; nothing is mixed; mixed, but at what price; pooling
    ("q11_design", "def q11_design(x):\n    return layers.ReLU()(x)", 2, "nothing to learn"),
    (
        "q11_design",
        """
def q11_design(x):
    for rate in ({{field}} // 4 + 1, {{field}} // 4 + 1):
        x = layers.SeparableConv2D(x.shape[-1], 3, padding="same", dilation_rate=rate)(x)
    return x
""",
        8,
        "has holes",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    for rate in {{rates}}:
        x = layers.DepthwiseConv2D(3, padding="same", dilation_rate=rate)(x)
    return x
""",
        7,
        "do not read every channel",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    for rate in {{rates}}:
        x = layers.Conv2D(x.shape[-1], 3, padding="same", dilation_rate=rate)(x)
    return x
""",
        10,
        "too many MACs",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    for rate in {{rates}}:
        x = layers.SeparableConv2D(x.shape[-1], 3, padding="same", dilation_rate=rate)(x)
    return x
""",
        12,
        "keeps the first budget",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    y = layers.DepthwiseConv2D(({{field}}, 1), padding="same")(x)
    z = layers.DepthwiseConv2D((1, {{field}}), padding="same")(x)
    return layers.Conv2D(x.shape[-1], 1)(layers.Add()([y, z]))
""",
        8,
        "has holes",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    x = layers.AveragePooling2D({{field}}, strides=1, padding="same")(x)
    return layers.Conv2D(x.shape[-1], 1)(x)
""",
        2,
        "not on the list",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    return layers.SeparableConv2D(x.shape[-1], 3)(x)
""",
        0,
        "should stay",
    ),
    # q11: outputs that are nearly blind; values mixed, or moved and added, without weights
    (
        "q11_design",
        """
def q11_design(x):
    y = layers.Conv2D(x.shape[-1], 1)(layers.Conv2D(12, 1)(x))
    z, y = ops.split(y, 2, axis=-1)
    y = layers.DepthwiseConv2D(({{field}}, 1), padding="same")(y)
    y = layers.DepthwiseConv2D((1, {{field}}), padding="same")(y)
    return layers.Concatenate()([y, z])
""",
        5,
        "far enough",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    y = layers.Conv2D(x.shape[-1], 1)(layers.Conv2D(12, 1)(x))
    y = layers.ZeroPadding2D(((0, 0), ({{field}} // 2, {{field}} // 2)))(y)
    lines = []
    for i in range({{field}}):  # each of them sees another column
        some = y[:, :, i : i + x.shape[2], i :: {{field}}]
        lines.append(layers.DepthwiseConv2D(({{field}}, 1), padding="same")(some))
    return layers.Concatenate()(lines)
""",
        5,
        "far enough",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    y = layers.DepthwiseConv2D(({{field}}, 1), padding="same")(x)
    return layers.DepthwiseConv2D((1, {{field}}), padding="same", activation="softmax")(y)
""",
        2,
        "mixes values",
    ),
    (
        "q11_design",
        """
def q11_design(x):
    for axis, size in enumerate(x.shape[1:3], 1):
        pad = [(0, 0)] * 4
        pad[axis] = ({{field}} // 2, {{field}} // 2)
        y = ops.pad(x, pad)
        x = layers.Add()([ops.take(y, np.arange(i, i + size), axis) for i in range({{field}})])
    return layers.Add()([ops.roll(x, i, axis=-1) for i in range(x.shape[-1])])
""",
        2,
        "nothing to learn",
    ),
]
