"""Small honest trainings over several seeds: live in a lesson, or longer by `make experiments`.

    python -m helpers.experiments                  all that data/results/ lacks
    python -m helpers.experiments residual_34      one experiment

A lesson trains one seed live with `train` and compares it with the stored curves of `results`.
"""

import datetime
import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from helpers import blocks, datasets

RESULTS = Path(__file__).resolve().parent.parent / "data" / "results"


@dataclass(frozen=True)
class Experiment:
    """A model and how it is trained. `size` 14 averages 2x2 pixels of the 28x28 images."""

    build: Callable[[], keras.Model]
    images: int = 10_000
    size: int = 28
    epochs: int = 5
    batch_size: int = 100
    learning_rate: float = 1e-3
    seeds: tuple[int, ...] = (0, 1, 2)

    def settings(self) -> dict:
        """What a stored result depends on; a result with other settings is run anew."""
        names = ("images", "size", "epochs", "batch_size", "learning_rate")
        return {name: getattr(self, name) for name in names} | {
            "parameters": self.build().count_params()
        }


def images(count: int = 10_000, size: int = 28):
    """Fashion-MNIST as floats from 0 to 1: ((x_train, y_train), (x_test, y_test)).

    x has shape (images, size, size, 1). The first `count` training images are a balanced choice
    only in the mean; the test set is always whole (2,000 images).
    """
    if size not in (14, 28):
        raise ValueError(f"size={size}: the images come in 28 or, averaged over 2x2, in 14.")
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist()

    def prepare(x):
        x = x.astype("float32")[..., None] / 255
        return x if size == 28 else x.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4))

    return (prepare(x_train[:count]), y_train[:count]), (prepare(x_test), y_test)


def train(
    model: keras.Model,
    data,
    *,
    seed: int,
    epochs: int,
    batch_size: int = 100,
    learning_rate: float = 1e-3,
    **fit_options,
) -> dict[str, list[float]]:
    """Train `model` from fresh weights drawn with `seed`; return its curves, one value an epoch.

    Keys: loss, accuracy (training, running means of the epoch), val_loss, val_accuracy (test
    images). The model is compiled once: the next seed resets weights and optimizer, which saves
    the seconds that tracing a deep net takes. `data` is what `images` returns.
    """
    (x, y), test = data
    keras.utils.set_random_seed(seed)
    model.set_weights(keras.models.clone_model(model).get_weights())  # initializers drawn anew
    if not model.compiled:
        model.compile(
            keras.optimizers.Adam(),
            loss="sparse_categorical_crossentropy",
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
            jit_compile=False,  # compiling costs more seconds than these trainings win
        )
        # TensorFlow traces the first step twice if that step makes variables: the metric's are
        # made above, the moments here.
        model.optimizer.build(model.trainable_variables)
    for variable in model.optimizer.variables:  # moments, step count, learning rate: all anew
        variable.assign(keras.ops.zeros_like(variable))
    model.optimizer.learning_rate = learning_rate
    keras.utils.set_random_seed(seed)  # the same order of batches, whatever was drawn above
    history = model.fit(
        x, y, batch_size=batch_size, epochs=epochs, validation_data=test, verbose=0, **fit_options
    )
    return {name: [float(v) for v in values] for name, values in history.history.items()}


def run(
    name: str, seed: int, model: keras.Model | None = None, **fit_options
) -> dict[str, list[float]]:
    """Train one seed of a named experiment. Pass the `model` again to save building it."""
    experiment = EXPERIMENTS[name]
    return train(
        model or experiment.build(),
        images(experiment.images, experiment.size),
        seed=seed,
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        learning_rate=experiment.learning_rate,
        **fit_options,
    )


def results(name: str) -> dict[str, np.ndarray]:
    """The stored curves of an experiment: key -> array (seeds, epochs)."""
    path = datasets.find(f"results/{name}.json")
    if path is None:
        raise FileNotFoundError(
            f"data/results/{name}.json is missing. Run `make experiments` (minutes), or get the "
            "folder data/ again (git checkout data)."
        )
    curves = json.loads(path.read_text())["curves"]
    keys = next(iter(curves.values()))
    return {key: np.array([curves[seed][key] for seed in curves]) for key in keys}


def store(name: str) -> None:
    """Run the seeds of an experiment that its file lacks; save after each one."""
    from tqdm import tqdm  # the lessons, which only read results, do without it

    path = RESULTS / f"{name}.json"
    experiment = EXPERIMENTS[name]
    stored = json.loads(path.read_text()) if path.is_file() else {}
    if stored.get("settings") != experiment.settings():
        stored = {"settings": experiment.settings(), "curves": {}}
    missing = [seed for seed in experiment.seeds if str(seed) not in stored["curves"]]
    model = experiment.build() if missing else None
    for seed in tqdm(missing, desc=name):
        curves = run(name, seed, model)
        stored["curves"][str(seed)] = {k: [round(v, 5) for v in vs] for k, vs in curves.items()}
        stored["date"] = datetime.date.today().isoformat()
        stored["versions"] = {"keras": keras.__version__, keras.backend.backend(): _backend()}
        RESULTS.mkdir(exist_ok=True)
        path.write_text(json.dumps(stored, indent=1) + "\n")


def _backend() -> str:
    return sys.modules[keras.backend.backend()].__version__


def reduction_net(*, reduce_to: int | None = None, filters: int = 64) -> keras.Model:
    """Lesson 05: 64 maps of 7x7, then a 5x5 layer on all of them or on `reduce_to` mixtures."""
    same = {"padding": "same", "activation": "relu"}
    x = inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(32, 3, strides=2, name="stem_1", **same)(x)
    x = keras.layers.Conv2D(64, 3, strides=2, name="stem_2", **same)(x)
    if reduce_to:
        x = keras.layers.Conv2D(reduce_to, 1, activation="relu", name="reduce")(x)
    x = keras.layers.Conv2D(filters, 5, name="wide", **same)(x)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    outputs = keras.layers.Dense(10, activation="softmax", name="classes")(x)
    return keras.Model(inputs, outputs)


def nin_small(class_maps: str = "linear", input_shape=(14, 14, 1)) -> keras.Model:
    """A Network in Network for 14x14 images: three mlpconv blocks, one pooling, class maps.

    class_maps="relu" ends the last 1x1 with a ReLU, as the published net does.
    """
    inputs = keras.Input(input_shape)
    x = blocks.mlpconv(inputs, (24, 20, 12), kernel_size=5, name="mlpconv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.mlpconv(x, (24, 24, 24), kernel_size=5, name="mlpconv2")
    x = blocks.mlpconv(x, (24, 24), kernel_size=3, name="mlpconv3")
    x = blocks.conv(x, 10, 1, activation=class_maps, name="class_maps")
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(inputs, keras.layers.Softmax(name="predictions")(x), name="nin_small")


def nin_plain(head: str = "mean", filters=(24, 20, 24)) -> keras.Model:
    """nin_small without its 1x1 layers, widened to the same cost; head "mean" or "flatten"."""
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, filters[0], kernel_size=5, name="conv1")
    x = keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool")(x)
    x = blocks.conv(x, filters[1], kernel_size=5, name="conv2")
    x = blocks.conv(x, filters[2], kernel_size=3, name="conv3")
    if head == "mean":
        x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    else:
        x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name=f"plain_{head}")


def inception_small(
    branches: tuple[str, ...] = ("1x1", "3x3", "5x5", "pool"), *, filters: int = 8
) -> keras.Model:
    """Lesson 07: three Inception modules on 7x7 maps, each with the named branches alone.

    Every branch ends in `filters` channels; the reductions before 3x3 and 5x5 have 8 at most.
    """
    inputs = keras.Input((28, 28, 1))
    x = blocks.conv(inputs, 16, strides=2, name="stem")
    x = keras.layers.MaxPooling2D(2, name="stem_pool")(x)
    for module in ("module1", "module2", "module3"):
        ends = []
        for branch in branches:
            y, name = x, f"{module}_{branch}"
            if branch == "pool":
                y = keras.layers.MaxPooling2D(3, strides=1, padding="same", name=name)(y)
                name += "_projection"
            elif branch != "1x1":
                y = blocks.conv(y, min(filters, 8), 1, name=f"{name}_reduce")
            size = 1 if branch in ("1x1", "pool") else int(branch[0])
            ends.append(blocks.conv(y, filters, kernel_size=size, name=name))
        x = keras.layers.Concatenate(name=f"{module}_concat")(ends) if ends[1:] else ends[0]
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x, name="inception_small")


# lesson 06: the images and steps of its trainings, short enough for a lesson, and longer
_NIN = {"size": 14, "batch_size": 50, "learning_rate": 3e-3}
_NIN_SHORT = _NIN | {"images": 4_000, "epochs": 4}
_NIN_LONG = _NIN | {"epochs": 12}
_nin_flatten = functools.partial(nin_plain, "flatten")
_nin_narrow = functools.partial(nin_plain, "flatten", (16, 16, 16))  # the parameters of "mean"


def deep_net(
    depth: int, shortcut: str | None, *, batch_normalization: bool | dict = True
) -> keras.Model:
    """A first convolution, (depth - 2) / 2 equal blocks of 12 channels, a mean and a dense layer.

    With shortcut "identity" it is residual, with None plain; both have the same parameters.
    """
    options = {"batch_normalization": batch_normalization}
    inputs = keras.Input((14, 14, 1))
    x = blocks.conv(inputs, 12, name="conv1", **options)
    for i in range(1, depth // 2):
        x = blocks.residual(x, 12, shortcut=shortcut, name=f"block{i}", **options)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    x = keras.layers.Dense(10, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, x)


# lesson 08: 160 steps, enough to see a deep plain net fall behind
_DEEP = {"images": 4_000, "size": 14, "epochs": 4, "learning_rate": 3e-3}

# Name of an experiment, as in data/results/, and how it is run.
EXPERIMENTS: dict[str, Experiment] = {
    # lesson 05: a 5x5 layer on all maps, on fewer mixtures of them, and with fewer filters
    "reduction_none": Experiment(reduction_net, learning_rate=3e-3),
    "reduction_to_16": Experiment(
        functools.partial(reduction_net, reduce_to=16), learning_rate=3e-3
    ),
    "reduction_to_32": Experiment(
        functools.partial(reduction_net, reduce_to=32), learning_rate=3e-3
    ),
    "reduction_16_filters": Experiment(
        functools.partial(reduction_net, filters=16), learning_rate=3e-3
    ),
    # lesson 06: mlpconv beside plain convolutions, two heads, a ReLU on the class maps
    "nin_small": Experiment(nin_small, **_NIN_SHORT),
    "nin_plain": Experiment(nin_plain, **_NIN_SHORT),
    "nin_flatten": Experiment(_nin_flatten, **_NIN_SHORT),
    "nin_narrow": Experiment(_nin_narrow, **_NIN_SHORT),
    "nin_relu_maps": Experiment(functools.partial(nin_small, "relu"), **_NIN_SHORT),
    "nin_small_long": Experiment(nin_small, **_NIN_LONG),
    "nin_plain_long": Experiment(nin_plain, **_NIN_LONG),
    "nin_flatten_long": Experiment(_nin_flatten, **_NIN_LONG),
    "nin_narrow_long": Experiment(_nin_narrow, **_NIN_LONG),
    # lesson 08: with shortcuts and without, at three depths, and with other momenta
    **{
        f"{kind}_{depth}": Experiment(functools.partial(deep_net, depth, shortcut), **_DEEP)
        for depth in (8, 16, 34)
        for kind, shortcut in (("plain", None), ("residual", "identity"))
    },
    **{
        f"residual_16_momentum_{percent}": Experiment(
            functools.partial(
                deep_net, 16, "identity", batch_normalization={"momentum": percent / 100}
            ),
            **_DEEP,
        )
        for percent in (50, 99)
    },
    # lesson 07: three Inception modules, whole, narrower, with branches left out or alone
    **{
        f"inception_{name}": Experiment(
            functools.partial(inception_small, branches, filters=filters), learning_rate=5e-3
        )
        for name, branches, filters in (
            ("all", ("1x1", "3x3", "5x5", "pool"), 8),
            ("narrow", ("1x1", "3x3", "5x5", "pool"), 6),
            ("without_1x1", ("3x3", "5x5", "pool"), 8),
            ("without_3x3", ("1x1", "5x5", "pool"), 8),
            ("without_5x5", ("1x1", "3x3", "pool"), 8),
            ("without_pool", ("1x1", "3x3", "5x5"), 8),
            ("only_1x1", ("1x1",), 32),
            ("only_3x3", ("3x3",), 32),
            ("only_5x5", ("5x5",), 32),
            ("only_pool", ("pool",), 32),
        )
    },
}


def main() -> None:
    names = sys.argv[1:] or list(EXPERIMENTS)
    for name in names:
        if name not in EXPERIMENTS:
            sys.exit(f"No experiment is called {name!r}. There are: {', '.join(EXPERIMENTS)}.")
        store(name)


if __name__ == "__main__":
    main()
