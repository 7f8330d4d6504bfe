"""Right answers to homework 1, written in other ways than in the notebook."""

RIGHT = [
    (
        "q01_size",
        """
def q01_size(n, k, s, padding):
    import math

    if padding.lower() == "same":
        return float(math.ceil(n / s))
    if k > n:
        raise ValueError("no place")
    return (n - k + s) // s
""",
    ),
    (  # Keras counts
        "q01_size",
        """
def q01_size(n, k, s, padding):
    layer = layers.Conv1D(1, k, strides=s, padding=padding)
    return layer.compute_output_shape((None, n, 1))[1]
""",
    ),
    (
        "q02_zeros",
        """
q02_zeros = {}
for i, (n, k, s) in enumerate([{{uneven}}, {{even}}, {{gaps}}]):
    rest = n % s or s
    both = max(k - rest, 0)
    q02_zeros[i] = both // 2, both - both // 2
q02_zeros = np.array(list(q02_zeros.values()), "float32")
""",
    ),
    ("q03_parameters", "q03_parameters = {{few}} * (3 * {{rows}} * {{columns}} + 1.0)"),
    (
        "q03_parameters",
        """
layer = layers.Conv2D({{few}}, ({{rows}}, {{columns}}))
layer.build((None, {{picture}}, {{picture}}, 3))
q03_parameters = np.array(layer.count_params())
""",
    ),
    (
        "q04_lenet",
        """
net = keras.Sequential([
    keras.Input(({{height}}, {{width}}, 3)),
    layers.Conv2D({{first}}, 5, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Conv2D({{second}}, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense({{units}}, activation="relu"),
    layers.Dense({{classes}}, activation="softmax"),
])
q04_lenet = tuple(l.count_params() for l in net.layers if l.weights)
""",
    ),
    (
        "q05_macs",
        """
a = ({{high}} + 1) // 2 * (({{wide}} + 1) // 2) * {{window_a}}**2 * {{channels}} * {{filters_a}}
b = ({{high}} - {{window_b}} + 1) * ({{wide}} - {{window_b}} + 1)
q05_macs = np.array([a, b * {{window_b}}**2 * {{channels}} * {{filters_b}}], dtype=np.int64)
""",
    ),
    (
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)
""",
    ),
    (  # a list of lists
        "q06_correlate",
        """
def q06_correlate(image, kernel):
    rows, columns = kernel.shape
    map_ = []
    for i in range(len(image) - rows + 1):
        map_.append([])
        for j in range(len(image[0]) - columns + 1):
            total = 0
            for a in range(rows):
                for b in range(columns):
                    total += image[i + a][j + b] * kernel[a][b]
            map_[i].append(total)
    return map_
""",
    ),
    (  # in single precision
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    rows, columns = kernel.shape[:2]
    x, kernel = x.astype("float32"), kernel.astype("float32")
    height, width = x.shape[0] - rows + 1, x.shape[1] - columns + 1
    output = 0
    for i in range(rows):
        for j in range(columns):
            output = output + x[i : i + height, j : j + width] @ kernel[i, j]
    return output + bias
""",
    ),
    (  # of the function before
        "q07_layer",
        """
def q07_layer(x, kernel, bias):
    maps = []
    for f in range(kernel.shape[3]):
        one = [q06_correlate(x[:, :, c], kernel[:, :, c, f]) for c in range(kernel.shape[2])]
        maps.append(sum(one) + bias[f])
    return ops.stack(maps, axis=-1)
""",
    ),
    ("q08_kernel", "def q08_kernel(kernel):\n    return np.flip(kernel, (0, 1))"),
    ("q08_kernel", "def q08_kernel(kernel):\n    return np.rot90(kernel, 2).tolist()"),
    ("q08_kernel", "q08_kernel = lambda kernel: ops.flip(kernel, axis=(0, 1))"),
    (  # from the last layer to the first
        "q09_field",
        """
def q09_field(stack):
    field = 1
    for k, s in reversed(stack):
        field = (field - 1) * s + k
    return field
""",
    ),
    (
        "q10_net",
        """
x = y = keras.Input(({{tall}}, {{broad}}, 3), name="pictures")
y = layers.Conv2D({{maps_1}}, (5, 5), padding="same")(y)
y = layers.MaxPool2D((3, 3), 2, "same")(ops.relu(y))
for filters in ({{maps_2}}, {{maps_3}}):
    y = layers.ZeroPadding2D()(y)
    y = layers.Conv2D(filters, 3)(y)
    y = layers.Activation("relu")(y)
q10_net = keras.Model(x, layers.MaxPooling2D(3, strides=(2, 2), padding="same")(y))
""",
    ),
    (  # the broken net's own layers
        "q10_net",
        """
broken = keras.Sequential([
    keras.Input(({{tall}}, {{broad}}, 3)),
    layers.ZeroPadding2D(2),
    layers.Conv2D({{maps_1}}, 5, activation="relu"),
    layers.MaxPooling2D(3, strides=2, padding="same"),
    layers.Conv2D({{maps_2}}, 3, activation="relu"),
    layers.Conv2D({{maps_3}}, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(3, padding="same"),
])
parts = list(broken.layers)
parts[3] = layers.Conv2D({{maps_2}}, 3, padding="same", activation="relu")
parts[5] = layers.MaxPooling2D(3, strides=2, padding="same")
q10_net = keras.Sequential([keras.Input(({{tall}}, {{broad}}, 3)), *parts])
""",
    ),
]
