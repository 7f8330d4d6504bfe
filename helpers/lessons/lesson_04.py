"""The exercises of lesson 04, pooling and LeNet, its nets and experiments."""

import keras
import numpy as np
from keras import layers, ops

from helpers import checks, datasets, training

# 3 1 0 2 4 / 2 5 1 1 0 / 0 2 6 3 1 / 1 1 2 0 7 / 4 0 1 5 2; MaxPooling2D(2, padding="same")
by_hand = checks.Array(
    [[5, 2, 4], [2, 6, 7], [4, 5, 2]],
    hints={
        ((5, 2), (2, 6)): "That is padding \"valid\", which drops the last row and column.",
        ((5, 5, 2, 4), (5, 6, 6, 3), (2, 6, 6, 7), (4, 2, 5, 7)): "There the window moves by one "
        "pixel. How far does it move if you don't say?",
        ((5, 5, 2, 4, 4), (5, 6, 6, 3, 1), (2, 6, 6, 7, 7), (4, 2, 5, 7, 7), (4, 1, 5, 5, 2)):
        "There the window moves by one pixel. How far does it move if you don't say?",
        ((2.75, 1, 2), (1, 2.75, 4), (2, 3, 2)): "Those are the means. Take the largest.",
        ((2, 0, 0), (0, 0, 1), (0, 1, 2)): "Those are the smallest numbers.",
        ((3, 2, 4), (5, 6, 7), (4, 5, 2)): "The windows begin in the first row, not above it: "
        "where does Keras put an odd row of padding?",
        ((3, 1, 4), (2, 6, 3), (4, 2, 7)): "Padding comes after the last row and column, not "
        "before the first.",
    },
    hint="Draw the borders of the windows into the table first.",
)  # fmt: skip

# (32, 32, 12) -> MaxPooling2D(3, padding="same")
default_stride = checks.Shape(
    (11, 11, 12),
    hints={
        (32, 32, 12): "That would be a stride of one. What is it if you don't say?",
        (16, 16, 12): "That would be a stride of two. What is it if you don't say?",
        (10, 10, 12): 'That is padding "valid". Two columns are left over; does "same" drop them?',
        (30, 30, 12): "That is a stride of one without padding. The layer has another stride.",
        (11, 11, 1): "Each channel is pooled by itself. How many were there?",
        (11, 11, 4): "Height and width shrink. The channels are not pooled.",
        (11, 11, 3): "How many channels went in? Each is pooled by itself.",
    },
)

# Which change makes MaxPooling2D(3, padding="same") keep 28x28.
pool_branch = checks.Choice(
    "D",
    hints={
        "A": "That leaves half of the size. The other branches have not shrunk at all.",
        "B": "Padding is not what makes it shrink so much. Look at how far the window moves.",
        "C": "Then every window holds one pixel: the size is right, and nothing is pooled.",
    },
)

# 12 cells in windows of 3; a bright cell moves by one to the right from cell 0 to 10.
survivors = checks.Number(
    8,
    hints={
        3: "Those are the starts from which the output changes. Count the others.",
        4: "That is the number of windows. How many starts are there in each?",
        6: "That would be right for windows of two.",
        7: "One is missing. Try every start, the last one, too.",
        9: "One is too many. From which cells does the bright one step over a border?",
        11: "From some starts the bright cell steps over a border between two windows.",
        12: "From the last cell it would step out of the row.",
        2: "That is so in one window. There are several.",
    },
    hint="Draw the row and its windows, and move the bright cell from each start.",
)

# (32, 32, 1) through LeNet with padding="same" in the first layer: parameters of dense_1.
larger_picture = checks.Number(
    (6 * 6 * 16 + 1) * 120,
    hints={
        48_120: "That is for clothes of 28x28. How large are the last maps now?",
        69_120: "Those are the weights. Is that all?",
        (7 * 7 * 16 + 1) * 120: "The second convolution has no padding: it takes something away.",
        (8 * 8 * 16 + 1) * 120: "The second convolution has no padding: it takes something away.",
        (5 * 5 * 16 + 1) * 120 + 1: "That is nearly the number for 28x28.",
        (6 * 6 + 1) * 120: "That is one map. How many are flattened?",
        (32 * 32 + 1) * 120: "The layer reads the last maps, not the picture.",
    },
    hint="Follow the size of the maps from layer to layer, as in the drawing.",
)


def _colour_lenet(
    first=6, second=16, kernel_size=5, padding="valid", pool="Max", size=(32, 32, 3),
    dense=(120, 84), activation="relu", last="softmax", pools=2,
):  # fmt: skip
    pool = getattr(layers, f"{pool}Pooling2D")
    options = {"padding": padding, "activation": activation}
    body = [
        keras.Input(size),
        layers.Conv2D(first, kernel_size, **options),
        pool(2),
        layers.Conv2D(second, kernel_size, **options),
        *[pool(2)] * (pools - 1),
        layers.Flatten(),
        *[layers.Dense(units, activation=activation) for units in dense],
        layers.Dense(10, activation=last),
    ]
    return keras.Sequential(body)


# LeNet for (32, 32, 3), no padding anywhere.
colour_lenet = checks.Model(
    _colour_lenet,
    hints=[
        ({"padding": "same"}, "There is padding somewhere. These pictures need none."),
        ({"size": (32, 32, 1)}, "The pictures are in colour. How many channels come in?"),
        ({"size": (28, 28, 3)}, "The pictures have 32 rows and 32 columns."),
        ({"kernel_size": 3}, "The windows of LeNet are larger."),
        ({"pools": 1}, "A pooling is missing: LeNet has one after each convolution."),
        ({"dense": (120,)}, "A dense layer is missing. LeNet has three."),
        ({"first": 16, "second": 6}, "The numbers of filters are there, in the other order."),
        ({"pool": "Average"}, "Average pooling, as in early nets. The lesson's net takes the "
         "largest."),
        ({"activation": None}, "The activations are missing."),
        ({"activation": "tanh"}, "That is the activation of 1998. The lesson's net has ReLU."),
        ({"last": None}, "The last layer gives numbers that are not yet probabilities."),
        ({"last": "relu"}, "The last layer gives numbers that are not yet probabilities."),
    ],
    hint="Compare with the cell that builds LeNet: sizes, activations, kind of pooling.",
)  # fmt: skip

# A small = AveragePooling2D(9)(grey...), B grey = photo.mean / 255, C scores = net.predict(small),
# D grey = 1 - grey
photo_path = checks.Order(
    "BDAC",
    hints={
        "DB": "One line uses a grey picture that is not there yet.",
        "AB": "One line uses a grey picture that is not there yet.",
        "CA": "The net reads pictures of 28x28.",
        "AD": "Then the large picture is inverted when the small one is made already.",
    },
)

checks.count_together(globals())


# The nets of lesson 04 and their experiments


def lenet() -> keras.Model:
    """LeNet as the lesson builds it, for clothes of 28x28: 61,706 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="conv_1"),
            layers.MaxPooling2D(2, name="pool_1"),
            layers.Conv2D(16, 5, activation="relu", name="conv_2"),
            layers.MaxPooling2D(2, name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(120, activation="relu", name="dense_1"),
            layers.Dense(84, activation="relu", name="dense_2"),
            layers.Dense(10, activation="softmax", name="scores"),
        ]
    )


def dense_net() -> keras.Model:
    """Two hidden dense layers with nearly as many parameters as LeNet: 61,842."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(name="flatten"),
            layers.Dense(72, activation="relu", name="dense_1"),
            layers.Dense(64, activation="relu", name="dense_2"),
            layers.Dense(10, activation="softmax", name="scores"),
        ]
    )


def after_shifts(model: keras.Model) -> dict[str, float]:
    """Accuracy on the test images moved by 1, 2 and 4 pixels: the mean of four directions."""
    x, y = training.images(1)[1]
    found = {}
    for n in (1, 2, 4):
        steps = ((n, 0), (-n, 0), (0, n), (0, -n))
        moved = np.concatenate([training.shift(x, *step) for step in steps])
        best = model.predict(moved, batch_size=1000, verbose=0).argmax(-1)
        found[f"moved_{n}"] = float((best == np.tile(y, 4)).mean())
    return found


_LONG = {"epochs": 12, "measure": after_shifts}
EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        training.Experiment("lenet", lenet, keep_weights=True, **_LONG),
        training.Experiment("dense_net", dense_net, **_LONG),
        # nothing is learned at this rate: its weights are those that seed 0 starts from
        training.Experiment(
            "lenet_untrained", lenet, images=100, epochs=1, learning_rate=0.0, seeds=(0,),
            keep_weights=True,
        ),
    )
}  # fmt: skip


def trained_lenet() -> keras.Model:
    """LeNet after 12 epochs on 10,000 pictures of clothes, with stored weights (seed 0)."""
    return training.trained(EXPERIMENTS["lenet"])


def untrained_lenet() -> keras.Model:
    """The same net as it was before its training, with the random weights of seed 0."""
    return training.trained(EXPERIMENTS["lenet_untrained"])


def outputs(model: keras.Model, picture: np.ndarray) -> dict[str, np.ndarray]:
    """What each layer but Flatten writes for one picture (28, 28, 1): {name: array}."""
    named = [layer for layer in model.layers if not isinstance(layer, layers.Flatten)]
    inside = keras.Model(model.inputs[0], [layer.output for layer in named])
    written = inside(picture[None])
    return {layer.name: ops.convert_to_numpy(y)[0] for layer, y in zip(named, written, strict=True)}


def photograph(number: int) -> np.ndarray:
    """What a telephone would see of a test picture: uint8 (252, 252, 3), dark on a light table.

    The garment is enlarged 9 times and inverted; yellowish light falls from the right. It is made
    up here: a real one has noise, shadows and a table with edges.
    """
    garment = 1 - datasets.fashion_mnist()[1][0][number] / 255
    large = 0.05 + 0.85 * np.kron(garment, np.ones((9, 9))) * np.linspace(0.8, 1, 252)
    return (255 * large[..., None] * [1, 0.95, 0.85]).astype("uint8")
