"""Right answers to homework 4, written in other ways than in the notebook."""

RIGHT = [
    (
        "q01_output_padding",
        """
def q01_output_padding(size, strides):
    small = [-(-one // strides) for one in size]
    shortest = [(one - 1) * strides + 1 for one in small]
    return np.subtract(size, shortest)
""",
    ),
    (  # Keras tells
        "q01_output_padding",
        """
def q01_output_padding(size, strides):
    small = layers.Conv2D(8, 3, strides=strides, padding="same").compute_output_shape(
        (None, *size, 1)
    )
    for rows in range(strides):
        for columns in range(strides):
            back = layers.Conv2DTranspose(
                8, 3, strides=strides, padding="same", output_padding=(rows, columns)
            )
            if tuple(back.compute_output_shape(small))[1:3] == tuple(size):
                return rows, columns
""",
    ),
    (
        "q02_reads",
        """
def q02_reads(rates):
    places = np.zeros(1)
    for rate in rates:
        places = np.unique(places[:, None] + np.array([-rate, 0, rate]))
    return places
""",
    ),
    (  # a map that each layer lights
        "q02_reads",
        """
def q02_reads(rates):
    far = sum(rates)
    line = np.zeros(2 * far + 1, int)
    line[far] = 1
    for rate in rates:
        line = np.convolve(line, [1, *[0] * (rate - 1), 1, *[0] * (rate - 1), 1], "same")
    return [int(i) - far for i in np.flatnonzero(line)]
""",
    ),
    (
        "q03_pair",
        """
maps = np.maximum(np.sum(np.multiply({{pixels}}, {{kernels}}), axis=1), 0)
q03_pair = np.append(maps, maps @ {{mixing}})
""",
    ),
    (
        "q04_bill",
        """
def count(*stack):
    return keras.Sequential(
        [keras.Input(({{height}}, {{width}}, {{colours}})), *stack]
    ).count_params()


options = {"strides": 2, "padding": "same"}
places = {{height}} / 2 * {{width}} / 2
pair = layers.DepthwiseConv2D({{window}}, **options), layers.Conv2D({{maps_out}}, 1)
one = {{window}} ** 2 * {{colours}}
q04_bill = np.array([
    count(layers.Conv2D({{maps_out}}, {{window}}, **options)),
    count(*pair),
    one * {{maps_out}} * places,
    (one + {{colours}} * {{maps_out}}) * places,
])
""",
    ),
    (
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1)(x)
    y = ops.relu(y)
    y = layers.DepthwiseConv2D((3, 3), strides, "same")(y)
    y = layers.Activation("relu")(y)
    y = layers.Conv2D(filters, (1, 1), activation="linear")(y)
    return y + x if strides == 1 and filters == x.shape[3] else y
""",
    ),
    (  # the depthwise layer as an ordinary one in groups; a maximum for the ReLU
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, padding="same")(x)
    y = ops.maximum(y, 0.0)
    y = layers.Conv2D(wide, 3, strides, padding="same", groups=wide, activation="relu")(y)
    y = layers.Conv2D(filters, 1)(y)
    if x.shape == y.shape:
        y = ops.add(y, x)
    return y
""",
    ),
    (  # the 3x3 and the last 1x1 in one layer of Keras
        "q05_block",
        """
def q05_block(x, wide, filters, strides):
    y = layers.Conv2D(wide, 1, activation=keras.activations.relu)(x)
    y = layers.ZeroPadding2D(1)(y) if strides == 1 else y
    y = layers.DepthwiseConv2D(
        3, strides, "valid" if strides == 1 else "same", activation=ops.relu, name="look"
    )(y)
    y = layers.Conv2D(filters, 1, name="mix")(y)
    return y if strides != 1 or x.shape[-1] != filters else layers.add([y, x])
""",
    ),
    (
        "q06_grouped",
        """
layer = layers.Conv2D({{grouped_out}}, 3, padding="same", groups={{groups}})
layer.build((None, {{grouped_side}}, {{grouped_side}}, {{grouped_in}}))
q06_grouped = layer.count_params(), np.prod(layer.kernel.shape) * {{grouped_side}} ** 2.0
""",
    ),
    (
        "q07_full_kernel",
        """
def q07_full_kernel(kernel, groups):
    rows, columns, deep, filters = kernel.shape
    full = np.zeros((rows, columns, deep * groups, filters), kernel.dtype)
    for f in range(filters):
        g = f * groups // filters
        full[:, :, g * deep : (g + 1) * deep, f] = kernel[:, :, :, f]
    return full
""",
    ),
    (  # every weight everywhere, times a mask
        "q07_full_kernel",
        """
def q07_full_kernel(kernel, groups):
    *_, deep, filters = kernel.shape
    mask = np.kron(np.eye(groups), np.ones((deep, filters // groups)))
    return np.tile(kernel, (1, 1, groups, 1)) * mask
""",
    ),
    (
        "q08_unshuffle",
        """
def q08_unshuffle(x, groups):
    channels = x.shape[-1]
    order = np.arange(channels).reshape(groups, -1).T.reshape(-1)
    return x[..., np.argsort(order)]
""",
    ),
    (
        "q08_unshuffle",
        """
def q08_unshuffle(x, groups):
    return ops.concatenate([x[..., g::groups] for g in range(groups)], axis=-1)
""",
    ),
    (  # the shuffle by operations, after the depthwise layer; a maximum for the last ReLU
        "q09_unit",
        """
def q09_unit(x, groups):
    _, height, width, channels = x.shape
    inner = channels // 2
    y = layers.Conv2D(inner, 1, groups=groups)(x)
    y = ops.maximum(y, 0)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = ops.reshape(y, (-1, height, width, groups, inner // groups))
    y = ops.transpose(y, (0, 1, 2, 4, 3))
    y = ops.reshape(y, (-1, height, width, inner))
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return ops.maximum(x + y, 0.0)
""",
    ),
    (  # by slices, and shuffled back at the end of the branch
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    each = channels // 2 // groups
    y = layers.Concatenate()([y[..., i::each] for i in range(each)])
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return layers.Activation("relu")(layers.add([y, x]))
""",
    ),
    (  # rolled by half a group, as often as needed with groups that are wide enough
        "q09_unit",
        """
def q09_unit(x, groups):
    channels = x.shape[-1]
    y = layers.Conv2D(channels // 2, 1, groups=groups, activation="relu")(x)
    order = np.arange(channels // 2).reshape(groups, -1).T.ravel()
    y = ops.take(y, order, axis=-1)
    y = layers.DepthwiseConv2D(3, padding="same")(y)
    y = layers.Conv2D(channels, 1, groups=groups)(y)
    return ops.relu(ops.add(x, y))
""",
    ),
    (
        "q10_times",
        """
def time(macs):
    return max(2 * {{map_side}} ** 2 * {{map_channels}}, macs / {{per_move}})


area = {{map_side}} * {{map_side}}
q10_times = np.array([
    time(area * 9 * {{map_channels}} ** 2),
    time(area * 9 * {{map_channels}}),
    time(area * {{map_channels}} ** 2),
], "float32")
""",
    ),
    (  # other activations, a shortcut, a normalization, one 1x1 without groups
        "q11_design",
        """
def q11_design(x):
    y = x
    for rate in {{rates}}:
        y = layers.DepthwiseConv2D(3, padding="same", dilation_rate=rate, use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    y = ops.maximum(y, 0)
    channels = x.shape[-1]
    y = layers.Conv2D(channels, 1, groups={{few_groups}})(y)
    y = ops.take(y, np.arange(channels).reshape({{few_groups}}, -1).T.ravel(), axis=-1)
    y = layers.Conv2D(channels, 1, groups={{few_groups}}, activation="gelu")(y)
    return layers.LeakyReLU()(x + y)
""",
    ),
]
