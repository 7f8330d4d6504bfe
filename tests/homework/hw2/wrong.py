"""Wrong and partly wrong answers of homework 2: what each must score, and words of its hint.

(question, code in place of its answer cell, points, words of the hint); see README.md above.
"""

WRONG = [
    ("q01_pixel", "q01_pixel = np.array({{filters}}) @ {{pixel}} + {{biases}}", 4, "ReLU"),
    ("q01_pixel", "q01_pixel = np.maximum(np.array({{filters}}) @ {{pixel}}, 0)", 2, "bias"),
    ("q01_pixel", "q01_pixel = np.array({{filters}}) @ {{pixel}}", 0, "missing, and the ReLU"),
    ("q01_pixel", "q01_pixel = np.array({{filters}}).T @ {{pixel}} + {{biases}}", 0, "other axis"),
    ("q01_pixel", "q01_pixel = 8.25", 0, "three numbers"),
    ("q02_parameters", "q02_parameters = {{channels}} * {{reduced}}", 0, "biases are missing"),
    ("q02_parameters", "q02_parameters = {{reduced}}", 0, "each channel"),
    (
        "q02_parameters",
        "q02_parameters = {{height}} * {{width}} * {{channels}} * {{reduced}} + {{reduced}}",
        0,
        "share their weights",
    ),
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
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    return [kernel.T[None, None] if kernel.ndim == 2 else kernel[0, 0].T, bias]
""",
        0,
        "channels come before filters",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    return [kernel[None, None] if kernel.ndim == 2 else np.squeeze(kernel), bias]
""",
        6,
        "Which axes",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    if kernel.ndim == 2:
        return [kernel[None, None], bias[None, None]]
    return [kernel[0, 0], bias.ravel()]
""",
        4,
        "as it went in",
    ),
    (
        "q04_convert",
        """
def q04_convert(weights):
    kernel, bias = weights
    return [kernel[None, None] if kernel.ndim == 2 else kernel[0, 0], 0 * bias]
""",
        0,
        "as it went in",
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
        "q05_both_ways",
        """
q05_both_ways = [
    {{large}} ** 2 * {{maps_out}} + {{maps_out}},
    {{large}} ** 2 * {{channels}} * {{maps_out}} + {{maps_out}},
]
""",
        0,
        "reads all channels",
    ),
    (
        "q05_both_ways",
        """
q05_both_ways = [
    ({{channels}} + 1) * {{reduced}} + ({{large}} ** 2 * {{reduced}} + 1) * {{maps_out}},
    ({{large}} ** 2 * {{channels}} + 1) * {{maps_out}},
]
""",
        0,
        "the order that is asked for",
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
        "it stopped: ValueError",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    if activation is not None:
        raise ValueError
    return kernel_1 @ kernel_2, bias_1 @ kernel_2 + bias_2
""",
        5,
        "a bias has one axis",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    if activation == "relu":
        raise ValueError
    return kernel_1 @ kernel_2, bias_1 @ kernel_2[0, 0] + bias_2
""",
        7,
        "any activation",
    ),
    (
        "q06_merge",
        """
def q06_merge(kernel_1, bias_1, kernel_2, bias_2, activation=None):
    if activation is not None:
        return ValueError("an activation")
    return kernel_1 @ kernel_2, bias_1 @ kernel_2[0, 0] + bias_2
""",
        6,
        "should be raised",
    ),
    ("q07_ranks", "q07_ranks = [{{many}}, {{many}}]", 4, "mixture"),
    ("q07_ranks", "q07_ranks = [{{few}}, {{few}}]", 4, "after the ReLU"),
    ("q07_ranks", "q07_ranks = [{{many}}, {{few}}]", 0, "other order"),
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
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    d = layers.Conv2D(fp, 1, **options)(d)
    return layers.Concatenate()([a, c, b, d])
""",
        6,
        "joined in another order",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    d = layers.Conv2D(fp, 1, padding="same")(d)
    return layers.Concatenate()([a, b, c, d])
""",
        6,
        "One of the convolutions",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    d = layers.Conv2D(fp, 1, **options)(d)
    return layers.Concatenate()([a, b, c, d])
""",
        6,
        "is 2x2",
    ),
    (
        "q08_module",
        """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    options = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(f1, 1, **options)(x)
    b = layers.Conv2D(f3, 3, **options)(layers.Conv2D(r3, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(layers.Conv2D(rd, 1, **options)(x))
    c = layers.Conv2D(fd, 3, **options)(c)
    d = layers.MaxPooling2D(3, strides=1)(layers.ZeroPadding2D(1)(x))
    d = layers.Conv2D(fp, 1, **options)(d)
    return layers.Concatenate()([a, b, c, d])
""",
        6,
        "Let the pooling itself pad",
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
        "q09_bill",
        """
area, c = {{size}} * {{size}}, {{module_channels}}
q09_bill = [
    area * (c + 1) * {{f1}},
    area * ((c + 1) * {{r3}} + (9 * {{r3}} + 1) * {{f3}}),
    area * ((c + 1) * {{rd}} + (9 * {{rd}} + 1) * {{fd}} + (9 * {{fd}} + 1) * {{fd}}),
    area * (c + 1) * {{fp}},
]
""",
        0,
        "leave them out",
    ),
    (
        "q09_bill",
        """
area, c = {{size}} * {{size}}, {{module_channels}}
q09_bill = [
    area * c * {{f1}},
    area * c * ({{r3}} + 9 * {{f3}}),
    area * (c * {{rd}} + 9 * c * {{fd}} + 9 * {{fd}} * {{fd}}),
    area * (9 * c + c * {{fp}}),
]
""",
        2,
        "what the reduction leaves",
    ),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} // 4, 64, {{wanted}} // 4, 64] + 2 * [{{wanted}} // 4]",
        6,
        "too much",
    ),
    (
        "q10_budget",
        "q10_budget = (float({{wanted}} - 2 * {{narrowest}} - 48), 16, np.int64(48), "
        "{{narrowest_reduction}}, {{narrowest}}, {{narrowest}})",
        10,
        "",
    ),
    ("q10_budget", "q10_budget = [{{wanted}} - 2, 1, 1, 1, 0, 1]", 0, "at least one"),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} - 3 * {{narrowest}}, 0, {{narrowest}}, 0] + 2 * [{{narrowest}}]",
        0,
        "at least one",
    ),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} - 3 * {{narrowest}} - 0.5, 16, {{narrowest}} + 0.5, 16] "
        "+ 2 * [{{narrowest}}]",
        0,
        "whole numbers",
    ),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} - 3 * {{narrowest}}, 1, {{narrowest}}, 1] + 2 * [{{narrowest}}]",
        8,
        "A reduction leaves",
    ),
    (
        "q10_budget",
        "q10_budget = [{{wanted}} - 3 * {{narrowest}} + 1, 16, {{narrowest}}, 16, {{narrowest}}, "
        "{{narrowest}} - 1]",
        8,
        "A branch gives fewer",
    ),
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
