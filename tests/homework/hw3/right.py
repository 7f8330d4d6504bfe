"""Right answers to homework 3, written in other ways than in the notebook."""

# Both blocks with operations for layers, and other numbers for momentum and epsilon
IN_OTHER_WORDS = """
def q03_block(x, filters, strides=1):
    normal = {"momentum": 0.9, "epsilon": 1e-5}
    y = layers.Conv2D(filters, (3, 3), (strides, strides), "same", use_bias=False, name="a")(x)
    y = ops.relu(layers.BatchNormalization(**normal, name="a_bn")(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False, name="b")(y)
    y = layers.BatchNormalization(axis=-1, **normal, name="b_bn")(y)
    if strides != 1 or filters != x.shape[3]:
        x = layers.Conv2D(filters, 1, strides=strides, use_bias=False, name="c")(x)
        x = layers.BatchNormalization(**normal, name="c_bn")(x)
    return keras.activations.relu(x + y)
"""

RIGHT = [
    (
        "q01_pixel",
        """
x = list({{pixel}})
for change in ({{change_1}}, {{change_2}}):
    x = [max(a + b, 0) for a, b in zip(x, change)]
q01_pixel = tuple(x)
""",
    ),
    (
        "q02_sums",
        """
q02_sums = [
    [{{height}}, {{width}}, {{channels}}],
    None,
    np.array([{{height}}, {{width}}, {{channels}}]),
    None,
    ({{height}}, 1.0, {{channels}}),
    None,
]
""",
    ),
    ("q03_block", IN_OTHER_WORDS),
    (  # the shortcut first, ops.add, a maximum for the ReLU
        "q03_block",
        """
def q03_block(x, filters, strides=1):
    def conv_bn(y, size, steps):
        y = layers.Conv2D(filters, size, strides=steps, padding="same", use_bias=False)(y)
        return layers.BatchNormalization()(y)

    fits = strides == 1 and x.shape[-1] == filters
    shortcut = x if fits else conv_bn(x, 1, strides)
    y = layers.Activation("relu")(conv_bn(x, 3, strides))
    return ops.maximum(ops.add(conv_bn(y, 3, 1), shortcut), 0)
""",
    ),
    (
        "q04_bottleneck",
        """
def q04_bottleneck(x, filters, strides=1):
    out = 4 * filters
    plan = [(filters, 1, 1), (filters, 3, strides), (out, 1, 1)]
    y = x
    for i, (n, size, steps) in enumerate(plan):
        y = layers.Conv2D(n, size, steps, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization(epsilon=1.001e-5)(y)
        if i < 2:
            y = layers.Activation(keras.activations.relu)(y)
    if x.shape[-1] != out or strides > 1:
        x = layers.Conv2D(out, 1, strides, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
    return layers.ReLU()(layers.add([y, x]))
""",
    ),
    (
        "q05_parameters",
        """
net = keras.Sequential([
    keras.Input((8, 8, {{before}})),
    layers.Conv2D({{after}}, 3, padding="same", use_bias=False),
    layers.BatchNormalization(),
])
trainable = sum(np.prod(w.shape) for w in net.trainable_weights)
q05_parameters = np.array([net.count_params(), trainable])
""",
    ),
    (
        "q06_positions",
        """
read = np.zeros(({{rows}}, {{columns}}))
read[::2, ::2] = 1
q06_positions = read.sum(), round(1 - read.mean(), 4)
""",
    ),
    (
        "q07_resnet",
        """
def normal(x, filters, size=3, strides=1):
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(epsilon=1e-5)(x)


def q07_resnet(blocks):
    images = keras.Input(({{image}}, {{image}}, 3))
    x = ops.relu(normal(images, {{stage_1}}))
    for stage in range(3):
        filters = {{stage_1}} * 2**stage
        for block in range(blocks):
            y, strides = x, 1
            if stage > 0 and block == 0:
                x, strides = normal(x, filters, 1, 2), 2
            y = layers.Activation("relu")(normal(y, filters, strides=strides))
            x = ops.relu(ops.add(x, normal(y, filters)))
    x = layers.Flatten()(layers.AveragePooling2D({{image}} // 4)(x))
    return keras.Model(images, layers.Softmax()(layers.Dense({{classes}})(x)))
""",
    ),
    (
        "q07_resnet",
        """
def q07_resnet(blocks):
    net = keras.Sequential(name="stem")
    net.add(keras.Input(({{image}}, {{image}}, 3)))
    net.add(layers.Conv2D({{stage_1}}, 3, padding="same", use_bias=False))
    net.add(layers.BatchNormalization())
    net.add(layers.ReLU())
    inputs = keras.Input(({{image}}, {{image}}, 3))
    x = net(inputs)
    for i in range(3 * blocks):
        new = i % blocks == 0 and i > 0
        x = q03_block(x, ({{stage_1}}, {{stage_2}}, {{stage_3}})[i // blocks], 1 + new)
    x = ops.mean(x, axis=(1, 2))
    return keras.Model(inputs, layers.Dense({{classes}}, "softmax")(x))
""",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    by_name = {layer.name: layer for layer in theirs.layers}
    for layer in ours.layers:
        if layer.get_weights():
            for old, new in zip(layer.weights, by_name[layer.name].weights):
                old.assign(new)
    return ours
""",
    ),
    (
        "q08_copy",
        """
def q08_copy(theirs, ours):
    for layer in theirs.layers:
        try:
            mine = ours.get_layer(name=layer.name)
        except ValueError:
            continue
        mine.set_weights([np.array(w) for w in layer.weights])
    return ours
""",
    ),
    (
        "q09_comes_through",
        """
def q09_comes_through(x, nudge, kernels, shortcut):
    both = np.stack([x, x + nudge])
    for k in kernels:
        y = both @ k
        both = np.clip(y + both if shortcut else y, 0, None)
    a, b = both
    return float(np.sqrt(((b - a) ** 2).sum()) / np.sqrt(np.sum(nudge**2)))
""",
    ),
    (  # in single precision, with Keras
        "q09_comes_through",
        """
def q09_comes_through(x, nudge, kernels, shortcut):
    def run(v):
        for kernel in kernels:
            y = ops.matmul(v, kernel)
            v = ops.relu(y + v) if shortcut else ops.relu(y)
        return v

    return ops.norm(run(x + nudge) - run(x)) / ops.norm(nudge)
""",
    ),
]
