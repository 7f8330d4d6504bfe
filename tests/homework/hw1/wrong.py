"""Wrong and partly wrong answers of homework 1: what each must score, and words of its hint.

Each stands alone in a notebook whose other answers are right: (question, code, points, words).
"""


def net(middle=', padding="same"', after="", last='3, strides=2, padding="same"') -> str:
    """The net of question 10 with some arguments changed, or a layer added."""
    return f"""
q10_net = keras.Sequential([
    keras.Input(({{{{tall}}}}, {{{{broad}}}}, 3)),
    layers.ZeroPadding2D(2),
    layers.Conv2D({{{{maps_1}}}}, 5, activation="relu"),
    layers.MaxPooling2D(3, strides=2, padding="same"),
    layers.Conv2D({{{{maps_2}}}}, 3{middle}, activation="relu"), {after}
    layers.Conv2D({{{{maps_3}}}}, 3, padding="same", activation="relu"),
    layers.MaxPooling2D({last}),
])
"""


WRONG = [
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    if padding == "same":
        return n // s
    if k > n:
        raise ValueError
    return (n - k) // s + 1
""",
        6,
        "get a window, too",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    if padding == "same":
        return np.ceil(n / s)
    if k > n:
        raise ValueError
    return np.ceil((n - k) / s) + 1
""",
        7,
        "is left out",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    if k > n:
        raise ValueError
    return -(-n // s) if padding == "same" else (n - k) // s
""",
        4,
        "steps and positions",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    return -(-n // s) if padding == "same" else (n - k) // s + 1
""",
        6,
        "raise a ValueError",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    if padding == "same":
        return -(-n // s)
    if k >= n:
        raise ValueError
    return (n - k) // s + 1
""",
        7,
        "",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    size = int((n - k) / s) + 1 if padding == "valid" else -(-n // s)
    if size < 1:
        raise ValueError
    return size
""",
        6,
        "raise a ValueError",
    ),
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    print(n, k, s, padding)
""",
        0,
        "Not answered",
    ),
    (
        "q02_zeros",
        """
windows = [{{uneven_k}}, {{even_k}}, {{gaps_k}}]
q02_zeros = [[k // 2, k // 2] for k in windows]
""",
        3,
        "Half a window",
    ),
    (
        "q02_zeros",
        """
q02_zeros = []
for n, k, s in [{{uneven}}, {{even}}, {{gaps}}]:
    total = max((-(-n // s) - 1) * s + k - n, 0)
    q02_zeros.append([total - total // 2, total // 2])
""",
        6,
        "wrong side",
    ),
    ("q02_zeros", "q02_zeros = [1, 2, 3, 4, 5, 6]", 0, "not the shape"),
    (
        "q03_parameters",
        "q03_parameters = {{rows}} * {{columns}} * 3 * {{few}}",
        0,
        "biases are missing",
    ),
    ("q03_parameters", "q03_parameters = ({{rows}} * {{columns}} + 1) * {{few}}", 0, "each colour"),
    (
        "q03_parameters",
        "q03_parameters = ({{rows}} * {{columns}} * 3 + 3) * {{few}}",
        0,
        "however many kernels",
    ),
    (
        "q04_lenet",
        """
flat = ({{height}} // 4) * ({{width}} // 4) * {{second}}
q04_lenet = [
    (5 * 5 * 3 + 1) * {{first}},
    (3 * 3 * {{first}} + 1) * {{second}},
    (flat + 1) * {{units}},
    ({{units}} + 1) * {{classes}},
]
""",
        6,
        "no padding",
    ),
    (
        "q04_lenet",
        """
rows, columns = [(((n - 4) // 2 - 2) + 1) // 2 for n in ({{height}}, {{width}})]
q04_lenet = [
    (5 * 5 * 3 + 1) * {{first}},
    (3 * 3 * 3 + 1) * {{second}},
    (rows * columns * {{second}} + 1) * {{units}},
    ({{units}} + 1) * {{classes}},
]
""",
        4,
        "isn't full",
    ),
    (
        "q05_macs",
        """
positions = {{high}} * {{wide}}
q05_macs = [
    positions * {{window_a}} ** 2 * {{channels}} * {{filters_a}},
    positions * {{window_b}} ** 2 * {{channels}} * {{filters_b}},
]
""",
        0,
        "map that the layer writes",
    ),
    (
        "q05_macs",
        """
a = -(-{{high}} // 2) * -(-{{wide}} // 2)
b = ({{high}} - {{window_b}} + 1) * ({{wide}} - {{window_b}} + 1)
q05_macs = [
    a * {{window_a}} ** 2 * {{channels}} * {{filters_a}},
    b * {{window_b}} ** 2 * {{filters_b}},
]
""",
        5,
        "all channels",
    ),
    (
        "q05_macs",
        """
a = ({{high}} // 2) * ({{wide}} // 2)
b = ({{high}} - {{window_b}} + 1) * ({{wide}} - {{window_b}} + 1)
q05_macs = [
    a * {{window_a}} ** 2 * {{channels}} * {{filters_a}},
    2 * b * {{window_b}} ** 2 * {{channels}} * {{filters_b}},
]
""",
        0,
        "FLOPs",
    ),
    (
        "q05_macs",
        """
a = ({{high}} // 2) * ({{wide}} // 2)
b = ({{high}} - {{window_b}} + 1) * ({{wide}} - {{window_b}} + 1)
q05_macs = [
    a * {{window_a}} ** 2 * {{channels}} * {{filters_a}},
    b * {{window_b}} ** 2 * {{channels}} * {{filters_b}},
]
""",
        5,
        "How does",
    ),
    (
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    kernel = kernel[::-1, ::-1]
    rows, columns = kernel.shape
    output = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[i : i + rows, j : j + columns] * kernel).sum()
    return output
""",
        0,
        "turned the kernel round",
    ),
    (
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    output = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            piece = image[i : i + 3, j : j + 3]
            output[i, j] = (piece * kernel).sum()
    return output
""",
        6,
        "it stopped: ValueError",
    ),
    (
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    rows, columns = kernel.shape
    output = np.zeros((image.shape[1] - columns + 1, image.shape[0] - rows + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[j : j + rows, i : i + columns] * kernel).sum()
    return output
""",
        3,
        "changed places",
    ),
    (
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    a, b = kernel.shape
    image = np.pad(image, ((a - 1, a - 1), (b - 1, b - 1)))
    output = np.zeros((image.shape[0] - a + 1, image.shape[1] - b + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = (image[i : i + a, j : j + b] * kernel).sum()
    return output
""",
        0,
        "no zeros around it",
    ),
    (
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns, channels, filters = kernel.shape
    output = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1, filters))
    for i, j in np.ndindex(output.shape[:2]):
        window = x[i : i + rows, j : j + columns, :, None]
        output[i, j] = (window * kernel).sum((0, 1)).mean(0) + bias
    return output
""",
        2,
        "take their mean",
    ),
    (
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns, channels, filters = kernel.shape
    output = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1, filters))
    for i, j, f in np.ndindex(output.shape):
        for c in range(channels):
            window = x[i : i + rows, j : j + columns, c]
            output[i, j, f] += (window * kernel[:, :, c, f]).sum() + bias[f]
    return output
""",
        6,
        "in every channel",
    ),
    (
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns, channels, filters = kernel.shape
    output = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1, channels, filters))
    for i, j in np.ndindex(output.shape[:2]):
        window = x[i : i + rows, j : j + columns, :, None]
        output[i, j] = (window * kernel).sum((0, 1)) + bias
    return output.reshape(*output.shape[:2], -1)
""",
        2,
        "one map, not one each",
    ),
    (
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns, channels, filters = kernel.shape
    output = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1, filters))
    for i, j, f in np.ndindex(output.shape):
        window = x[i : i + rows, j : j + columns]
        output[i, j, f] = (window * kernel[..., f]).sum()
    return output
""",
        4,
        "bias is missing",
    ),
    (
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns, filters, channels = kernel.shape
    output = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1, filters))
    for i, j, f in np.ndindex(output.shape):
        window = x[i : i + rows, j : j + columns]
        output[i, j, f] = (window * kernel[:, :, f, :]).sum() + bias[f]
    return output
""",
        0,
        "Channels in and filters",
    ),
    ("q08_kernel", "def q08_kernel(kernel):\n    return kernel[::-1]", 0, "the columns aren't"),
    ("q08_kernel", "def q08_kernel(kernel):\n    return np.flip(kernel)", 2, "changed places, too"),
    ("q08_kernel", "def q08_kernel(kernel):\n    return kernel", 0, "still the same"),
    (
        "q08_kernel",
        "def q08_kernel(kernel):\n    return np.swapaxes(kernel, 0, 1)",
        0,
        "transposed",
    ),
    (
        "q09_field",
        "def q09_field(stack):\n    return 1 + sum(k - 1 for k, s in stack)",
        4,
        "steps of later layers",
    ),
    ("q09_field", "def q09_field(stack):\n    return sum(k for k, s in stack)", 0, "overlap"),
    (
        "q09_field",
        """
def q09_field(stack):
    field, step = 1, 1
    for k, s in stack:
        step *= s
        field += (k - 1) * step
    return field
""",
        2,
        "own stride",
    ),
    (
        "q09_field",
        """
def q09_field(stack):
    field, before = 1, 1
    for k, s in stack:
        field += (k - 1) * before
        before = s
    return field
""",
        4,
        "strides of all layers before it",
    ),
    (
        "q09_field",
        """
def q09_field(stack):
    field, step = 1, 1
    for k, s in stack[::-1]:
        field += (k - 1) * step
        step *= s
    return field
""",
        2,
        "other end",
    ),
    ("q10_net", net(last='3, padding="same"'), 3, "How far does a pooling move"),
    ("q10_net", net(middle=""), 3, "Not every convolution keeps"),
    ("q10_net", net(last="3, strides=2"), 3, "what does its padding do"),
    ("q10_net", net(middle="", after="layers.ZeroPadding2D(1),"), 3, "Not every convolution keeps"),
    ("q10_net", net(last="2"), 6, "3x3 any more"),
    ("q10_net", net(middle="", last='3, padding="same"'), 0, "Both faults"),
    ("q10_net", "q10_net = [{{tall}}, {{broad}}]", 0, "a Keras model"),
]
