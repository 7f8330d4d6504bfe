"""Right answers to homework 2, written in other ways than in the notebook."""

RIGHT = [
    (
        "q01_pixel",
        """
weights, pixel = {{filters}}, {{pixel}}
q01_pixel = []
for row, bias in zip(weights, {{biases}}):
    q01_pixel.append(max(0.0, sum(w * p for w, p in zip(row, pixel)) + bias))
""",
    ),
    (
        "q01_pixel",
        """
y = np.array({{pixel}}, "float32")[None] @ np.array({{filters}}, "float32").T + {{biases}}
q01_pixel = ops.relu(y)[0]
""",
    ),
    ("q02_parameters", "q02_parameters = ({{channels}} + 1.0) * {{reduced}}"),
    (
        "q03_macs",
        """
_positions = np.prod([{{height}}, {{width}}], dtype="float64")
q03_macs = _positions * {{channels}} * {{reduced}}
""",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    if len(kernel.shape) == 2:
        return kernel.reshape((1, 1) + kernel.shape), bias
    return np.squeeze(kernel, (0, 1)), bias
""",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    weights[0] = ops.reshape(weights[0], (1, 1, *weights[0].shape)) if (
        np.ndim(weights[0]) == 2
    ) else ops.reshape(weights[0], weights[0].shape[2:])
    return weights
""",
    ),
    (
        "q05_both_ways",
        """
def _count(*stack):
    net = keras.Sequential([keras.Input(({{height}}, {{width}}, {{channels}})), *stack])
    return net.count_params()


_last = {"filters": {{maps_out}}, "kernel_size": {{large}}, "padding": "same"}
q05_both_ways = (
    _count(layers.Conv2D(**_last)),
    _count(layers.Conv2D({{reduced}}, 1), layers.Conv2D(**_last)),
)
""",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    assert activation is None or raises()
    kernel = np.einsum("xyab,xybc->xyac", kernel_1, kernel_2)
    bias = np.dot(kernel_2[0, 0].T, bias_1) + bias_2
    return kernel, bias


def raises():
    raise ValueError
""",
    ),
    (  # what the two layers make of 0 and of each channel
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    if activation:
        raise ValueError("no")
    go = lambda x: (x @ kernel_1[0, 0] + bias_1) @ kernel_2[0, 0] + bias_2
    channels = kernel_1.shape[2]
    bias = go(np.zeros((1, channels)))
    return [np.reshape(go(np.eye(channels)) - bias, (1, 1, channels, -1)), bias[0]]
""",
    ),
    (
        "q07_ranks",
        """
x = np.random.default_rng({{seed}}).normal(size=({{pixels}}, {{few}}))
w = np.random.default_rng({{seed_2}}).normal(size=({{few}}, {{many}}))
q07_ranks = (
    np.linalg.matrix_rank(x @ w),
    int(np.linalg.matrix_rank(np.where(x @ w > 0, x @ w, 0))),
)
""",
    ),
    (  # activations as layers and operations, branches in another order, names
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    pooled = layers.MaxPool2D((3, 3), (1, 1), "same", name="pool")(x)
    d = ops.relu(layers.Conv2D(fp, (1, 1), name="last")(pooled))
    c = layers.Conv2D(rd, 1)(x)
    for _ in range(2):
        c = layers.Activation("relu")(c)
        c = layers.ZeroPadding2D(1)(c)
        c = layers.Conv2D(fd, 3)(c)
    c = keras.activations.relu(c)
    a = layers.ReLU()(layers.Conv2D(f1, 1)(x))
    b = layers.Conv2D(r3, 1, activation=keras.activations.relu)(x)
    b = layers.Conv2D(f3, 3, 1, padding="same", activation=ops.relu)(b)
    return ops.concatenate([a, b, c, d], axis=3)
""",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    def conv(filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")

    branches = (
        [conv(f1, 1)],
        [conv(r3, 1), conv(f3, 3)],
        [conv(rd, 1), conv(fd, 3), conv(fd, 3)],
        [layers.MaxPooling2D(3, strides=1, padding="same"), conv(fp, 1)],
    )
    return layers.concatenate([keras.Sequential(one)(x) for one in branches])
""",
    ),
    (  # a maximum for the ReLU
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    def conv(y, filters, size=1):
        return ops.maximum(layers.Conv2D(filters, size, padding="same")(y), 0)

    ends = [
        conv(x, f1),
        conv(conv(x, r3), f3, 3),
        conv(conv(conv(x, rd), fd, 3), fd, 3),
        conv(layers.MaxPooling2D(3, 1, "same")(x), fp),
    ]
    return layers.Concatenate(axis=-1)(ends)
""",
    ),
    (
        "q09_bill",
        """
_c, _area = {{module_channels}}, {{size}} ** 2
q09_bill = np.array([
    {{f1}} * _c,
    {{r3}} * (_c + 9 * {{f3}}),
    {{rd}} * _c + 9 * {{fd}} * ({{rd}} + {{fd}}),
    _c * {{fp}},
]) * float(_area)
""",
    ),
    (
        "q11_join",
        """
def q11_join(skip, up):
    odd_rows, odd_columns = skip.shape[1] % 2, skip.shape[2] % 2
    skip = skip[:, : skip.shape[1] - odd_rows, : skip.shape[2] - odd_columns, :]
    return ops.concatenate([skip, up], -1)
""",
    ),
    (
        "q11_join",
        """
def q11_join(skip, up):
    n, height, width, channels = np.shape(up)
    out = np.zeros((n, height, width, skip.shape[3] + channels))
    out[..., : skip.shape[3]] = np.array(skip)[:, 0:height, 0:width]
    out[..., skip.shape[3] :] = up
    return out
""",
    ),
]
