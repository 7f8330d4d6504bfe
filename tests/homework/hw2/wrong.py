"""Wrong and partly wrong answers of homework 2: what each must score, and words of its hint.

(question, code in place of its answer cell, points, words of the hint); see README.md above.
"""

WRONG = [
    ("q01_pixel", "q01_pixel = np.array({{filters}}) @ {{pixel}} + {{biases}}", 4, "ReLU"),
    ("q01_pixel", "q01_pixel = np.maximum(np.array({{filters}}) @ {{pixel}}, 0)", 2, "bias"),
    ("q01_pixel", "q01_pixel = 8.25", 0, "three numbers"),
    ("q02_parameters", "q02_parameters = {{channels}} * {{reduced}}", 0, "biases are missing"),
    ("q02_parameters", "q02_parameters = {{reduced}}", 0, "each channel"),
    ("q02_parameters", "q02_parameters = '{{reduced}}'", 0, "That is text"),
    ("q03_macs", "q03_macs = {{channels}} * {{reduced}}", 0, "every position"),
    ("q03_macs", "q03_macs = 2 * {{height}} * {{width}} * {{channels}} * {{reduced}}", 0, "FLOPs"),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    return [kernel.T[None, None] if kernel.ndim == 2 else kernel[0, 0], bias]
""",
        4,
        "transposed",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    return [kernel[None, None], bias]
""",
        4,
        "shape",
    ),
    (
        "q05_both_ways",
        """
q05_both_ways = [
    {{large}} ** 2 * {{channels}} * {{maps_out}} + {{maps_out}},
    {{large}} ** 2 * {{reduced}} * {{maps_out}} + {{maps_out}},
]
""",
        4,
        "1x1 before it",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    return kernel_1 @ kernel_2, bias_1 + bias_2
""",
        3,
        "passes through",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    return kernel_1 * kernel_2, bias_1 * kernel_2.ravel() + bias_2
""",
        0,
        "could not be judged: ValueError",
    ),
    ("q07_ranks", "q07_ranks = [{{many}}, {{many}}]", 4, "mixture"),
    ("q07_ranks", "q07_ranks = [{{few}}, {{few}}]", 4, "after the ReLU"),
    ("q08_module", "q08_module = None", 0, "Not answered"),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.Conv2D(fp, 1, **options)(x)
    d = layers.MaxPooling2D(3, strides=1, padding="same")(d)
    return layers.Concatenate()([a, b, c, d])
""",
        6,
        "pooling comes before",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 5, **options)(layers.Conv2D(rd, 1, **options)(x))
    d = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    d = layers.Conv2D(fp, 1, **options)(d)
    return layers.Concatenate()([a, b, c, d])
""",
        3,
        "in its place",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return layers.Concatenate()([a, b, c, layers.Conv2D(fp, 1, **options)(d)])
""",
        6,
        "ReLU is missing",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    return layers.Conv2D(f1 + f3 + fd + fp, 3, activation="relu")(x)
""",
        0,
        "Height and width",
    ),
    (
        "q09_bill",
        """
area, c = {{size}} * {{size}}, {{module_channels}}
q09_bill = [
    area * c * {{f1}},
    area * 9 * {{r3}} * {{f3}},
    area * (c * {{rd}} + 25 * {{rd}} * {{fd}}),
    0,
]
""",
        2,
        "pooling multiplies nothing",
    ),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} // 4, 64, {{wanted}} // 4, 64] + 2 * [{{wanted}} // 4]",
        6,
        "too much",
    ),
    ("q10_budget", "q10_budget = [{{wanted}} - 2, 1, 1, 1, 0, 1]", 3, "at least one"),
    ("q10_budget", "q10_budget = [16, 16, 16, 16, 16, 16]", 1, "do not give"),
    (
        "q11_join",
        """
def q11_join(skip, up):
    return np.concatenate([skip[:, -up.shape[1] :, -up.shape[2] :], up], -1)
""",
        2,
        "drops the end",
    ),
    (
        "q11_join",
        """
def q11_join(skip, up):
    return np.concatenate([up, skip[:, : up.shape[1], : up.shape[2]]], -1)
""",
        0,
        "skip comes first",
    ),
]
