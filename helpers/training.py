"""Small honest trainings over several seeds: live in a lesson, or longer by `make experiments`.

    python -m helpers.training                  all that data/results/ and data/weights/ lack
    python -m helpers.training residual_34      one experiment

The experiments, with their nets, are in helpers/lessons/. A lesson trains one seed live with `run`,
and `check` compares it with the stored seeds, whose curves `results` returns. `trained` is a net
with stored weights: it gives the same pictures and numbers on every computer.
"""

import datetime
import hashlib
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from helpers import datasets

CLASSES = "sparse_categorical_crossentropy"  # the loss where labels are class numbers
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
_TITLES = {"val_accuracy": "test accuracy", "accuracy": "training accuracy", "loss": "loss"}


@dataclass(frozen=True)
class Experiment:
    """A net and how it is trained: `images` and `train` say what the fields mean.

    `measure(model)` is called after every epoch of a stored training; it returns a dict of numbers
    or lists, which become curves of their own. `keep_weights` stores what seed 0 has learned.
    `data`, a function of a lesson, returns what is learned instead of Fashion-MNIST, in the form
    of `images`; then `images`, `size` and `move` say nothing.
    """

    name: str
    build: Callable[[], keras.Model]
    images: int = 10_000
    size: int = 28
    move: int = 0
    epochs: int = 5
    batch_size: int = 100
    learning_rate: float = 1e-3
    seeds: tuple[int, ...] = (0, 1, 2)
    measure: Callable[[keras.Model], dict] | None = None
    keep_weights: bool = False
    data: Callable[[], tuple] | None = None
    loss: str = CLASSES

    def pictures(self) -> tuple:
        """What it is trained and tested on: ((x, y), (x, y))."""
        return self.data() if self.data else images(self.images, self.size, self.move)

    def settings(self, model: keras.Model) -> dict:
        """What a stored result depends on; a result with other settings is run anew.

        That is: the images and how they are moved, the steps, the optimizer, what is measured, and
        the net, judged by the layers of `model`, which `build` made, not by the text that makes
        them. Seeds do not count: each has its own curves. Versions, backend and processor change
        the digits as another seed would; they are noted beside the curves, no more.
        """
        steps = ("epochs", "batch_size", "learning_rate")
        names = steps if self.data else ("images", "size", "move", *steps)
        kept = {name: getattr(self, name) for name in names} | {
            "adam": ADAM,
            "measure": self.measure.__name__ if self.measure else None,
            "parameters": model.count_params(),
            "layers": _layers(model),
        }
        own = {"data": self.data.__name__} if self.data else {}
        return kept | own | ({"loss": self.loss} if self.loss != CLASSES else {})


def _layers(model: keras.Model) -> str:
    """A short hash of the layers: kinds, shapes, how weights are drawn, arguments that count."""
    names = "kernel_size strides padding dilation_rate groups pool_size activation use_bias"
    names = f"{names} momentum epsilon rate".split()  # not all: a new Keras adds some
    rows = []
    for layer in model.layers:
        config, shape = layer.get_config(), list(layer.output.shape[1:])
        drawn = type(getattr(layer, "kernel_initializer", None)).__name__
        rows.append([type(layer).__name__, shape, drawn, *(config.get(name) for name in names)])
    return hashlib.sha256(json.dumps(sorted(map(json.dumps, rows))).encode()).hexdigest()[:12]


def images(count: int = 10_000, size: int = 28, move: int = 0):
    """Fashion-MNIST as floats from 0 to 1: ((x_train, y_train), (x_test, y_test)).

    x has shape (images, size, size, 1). The first `count` training images are a balanced choice
    only in the mean; the test set is always whole (2,000 images). Size 14 averages 2x2 pixels.
    With `move`, every image, for training and for test, is shifted once by up to so many pixels
    of its own size, in rows and in columns: the same image by the same shift in every training.
    """
    if size not in (14, 28):
        raise ValueError(f"size={size}: the images come in 28 or, averaged over 2x2, in 14.")
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist()
    rng = np.random.default_rng(0)

    def prepare(x):
        x = x.astype("float32")[..., None] / 255
        x = x if size == 28 else datasets.shrunk(x, 2)
        if move:
            shifts = rng.integers(-move, move + 1, size=(len(x), 2))
            x = np.concatenate([shift(x[i : i + 1], *by) for i, by in enumerate(shifts)])
        return x

    return (prepare(x_train[:count]), y_train[:count]), (prepare(x_test), y_test)


def shift(x: np.ndarray, rows: int = 0, columns: int = 0) -> np.ndarray:
    """Images (images, height, width, channels) moved down by `rows`, right by `columns`.

    Negative numbers move them up and left. Zeros come in; what leaves the picture is lost.
    """
    height, width = x.shape[1:3]
    edge = max(abs(rows), abs(columns))
    wide = np.pad(x, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    return wide[:, edge - rows : edge - rows + height, edge - columns : edge - columns + width]


def train(
    model: keras.Model,
    data,
    *,
    seed: int,
    epochs: int,
    batch_size: int = 100,
    learning_rate: float = 1e-3,
    loss: str = CLASSES,
    **fit_options,
) -> dict[str, list[float]]:
    """Train `model` from fresh weights drawn with `seed`; return its curves, one value an epoch.

    Keys: loss, accuracy (training, running means of the epoch), val_loss, val_accuracy (test
    images); no accuracy where `loss` is another than that of classes. `data` is what `images`
    returns, or has other targets in place of the labels. The model is compiled once: the next seed
    resets weights, optimizer and random states, which saves the seconds that tracing takes.
    """
    (x, y), test = data
    keras.utils.set_random_seed(seed)
    fresh = keras.models.clone_model(model)  # its initializers draw anew
    for variable, drawn in zip(model.variables, fresh.variables, strict=True):
        variable.assign(drawn)
    if not model.compiled:
        of_maps = loss == CLASSES and np.ndim(y) == 3
        model.compile(
            keras.optimizers.Adam(**ADAM),
            loss=_pixel_by_pixel if of_maps else loss,
            metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
            if loss == CLASSES
            else [],
            # On TensorFlow compiling costs more seconds than these trainings win; JAX needs it.
            jit_compile=False if keras.backend.backend() == "tensorflow" else "auto",
        )
        # TensorFlow traces the first step twice if that step makes variables, and on JAX and
        # PyTorch a first fit draws a batch more to make them: the moments are made here, those of
        # the loss and the metric by computing both for one image.
        model.optimizer.build(model.trainable_variables)
        outputs = model(x[:1])
        model.compute_loss(x[:1], y[:1], outputs)
        model.compute_metrics(x[:1], y[:1], outputs)
    for variable in model.optimizer.variables:  # moments, step count, learning rate: all anew
        variable.assign(keras.ops.zeros(variable.shape, variable.dtype))
    model.optimizer.learning_rate = learning_rate
    keras.utils.set_random_seed(seed)  # the same order of batches, whatever was drawn above
    history = model.fit(
        x,
        y,
        batch_size=batch_size,
        epochs=epochs,
        **{"validation_data": test, "verbose": 0} | fit_options,
    )
    return {name: [float(v) for v in values] for name, values in history.history.items()}


def _pixel_by_pixel(y, answers):
    """CLASSES for maps of classes, as one row of pixels.

    For maps Keras 3.15 on PyTorch 2.13 stops with "grad_input must be contiguous"
    (github.com/pytorch/pytorch/issues/175084); the mean is the same on all backends.
    """
    flat = keras.ops.reshape(answers, (-1, answers.shape[-1]))
    return keras.losses.sparse_categorical_crossentropy(keras.ops.reshape(y, (-1,)), flat)


def run(experiment: Experiment, seed: int, model: keras.Model | None = None, **options) -> dict:
    """Train one seed of an experiment. `options` of `train`, such as epochs, replace its own.

    Pass the `model` again to save building it, or to have it afterwards, trained.
    """
    names = ("epochs", "batch_size", "learning_rate", "loss")
    return train(
        experiment.build() if model is None else model,
        experiment.pictures(),
        seed=seed,
        **{name: getattr(experiment, name) for name in names} | options,
    )


def results(name: str) -> dict[str, np.ndarray]:
    """The stored curves of an experiment: key -> array (seeds, epochs)."""
    curves = json.loads(_stored(f"results/{name}.json").read_text())["curves"]
    keys = next(iter(curves.values()))
    return {key: np.array([curves[seed][key] for seed in curves]) for key in keys}


def trained(experiment: Experiment) -> keras.Model:
    """The net of an experiment with the weights that its seed 0 has learned."""
    model = experiment.build()
    with np.load(_stored(f"weights/{experiment.name}.npz")) as weights:
        if set(weights) != set(_named(model)):
            raise ValueError(
                f"data/weights/{experiment.name}.npz is of another net. Delete it and run "
                "`make experiments`."
            )
        _load(model, weights)
    return model


def _stored(name: str) -> Path:
    path = datasets.find(name)
    if path is None:
        raise FileNotFoundError(
            f"data/{name} is missing. Run `make experiments` (minutes), or get the folder data/ "
            "again (git checkout data)."
        )
    return path


def check(name: str, curves: dict, key: str = "val_accuracy", *, widen: float = 0.05) -> None:
    """Print that a live training ends inside the band of the stored seeds, or raise.

    The band is from the lowest to the highest stored seed after as many epochs as `curves` has,
    `widen` added on both sides: 0.05 is five points of accuracy. What is printed does not depend
    on the computer.
    """
    stored, epochs = results(name)[key], len(curves["loss"])
    if epochs > stored.shape[1]:
        raise ValueError(f"{name} is stored for {stored.shape[1]} epochs, not for {epochs}.")
    low, high = stored[:, epochs - 1].min() - widen, stored[:, epochs - 1].max() + widen
    title = f"{_TITLES.get(key, key)} after {epochs} epoch{'s'[: epochs > 1]}"
    by = f"{100 * widen:g} points" if "accuracy" in key else f"{widen:g}"
    band = f"the band of {len(stored)} stored seeds, widened by {by}"
    live = round(curves[key][-1], 5)  # as it is stored
    if not low <= live <= high:
        raise RuntimeError(
            f"{name}: {title} is {live:.3f}, outside {band}: {low:.3f} to {high:.3f}. If you "
            "changed the net or a setting, that is what the change does. If not, please report it."
        )
    print(f"{title[0].upper()}{title[1:]}: inside {band}.")


def table(names: Mapping[str, str], key: str = "val_accuracy") -> str:
    """Stored results as text, from titles to names: median and range of the seeds at the end."""
    title, factor, form = _TITLES.get(key, key), 1, ".2f"
    if "accuracy" in key:
        title, factor, form = f"{title}, %", 100, ".0f"
    width = max(map(len, [*names, title]))
    lines = [f"{title:{width}}  median  range of the seeds"]
    for name in names:
        end = factor * results(names[name])[key][:, -1]
        middle = f"{np.median(end):{form}}"
        lines.append(f"{name:{width}}  {middle:>6}  {end.min():{form}} to {end.max():{form}}")
    return "\n".join(lines)


def store(experiment: Experiment) -> None:
    """Run the seeds of an experiment that its file lacks; save after each one."""
    from tqdm import tqdm  # the lessons, which only read results, do without it

    name, model = experiment.name, experiment.build()
    path, kept = (datasets.folder() / f for f in (f"results/{name}.json", f"weights/{name}.npz"))
    stored = json.loads(path.read_text()) if path.is_file() else {}
    settings = json.loads(json.dumps(experiment.settings(model)))  # as a file gives them back
    if stored.get("settings") != settings:
        stored = {"settings": settings, "curves": {}}
    missing = [seed for seed in experiment.seeds if str(seed) not in stored["curves"]]
    if experiment.keep_weights and not kept.is_file():
        missing = [0] + [seed for seed in missing if seed]
    measured: dict[str, list] = {}

    def after_epoch(epoch, logs):
        for key, value in experiment.measure(model).items() if experiment.measure else ():
            measured.setdefault(key, []).append(value)
        bar.update()

    with tqdm(total=len(missing) * experiment.epochs, desc=name, unit="epoch") as bar:
        for seed in missing:
            measured.clear()
            callback = keras.callbacks.LambdaCallback(on_epoch_end=after_epoch)
            curves = run(experiment, seed, model, callbacks=[callback]) | measured
            if experiment.keep_weights and seed == 0:
                _keep(model, kept, experiment.pictures()[1][0])
            stored["curves"][str(seed)] = {k: np.round(v, 5).tolist() for k, v in curves.items()}
            stored["date"] = datetime.date.today().isoformat()
            stored["versions"] = {
                module: sys.modules[module].__version__
                for module in ("keras", keras.backend.backend())
            }
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(stored, indent=1)
            text = re.sub(r"\[[^][{}]*\]", lambda row: " ".join(row[0].split()), text)
            path.write_text(text + "\n")


def _keep(model: keras.Model, path: Path, x: np.ndarray) -> None:
    """Store the weights in half precision if no output moves by a hundredth, else in full."""
    full = {name: keras.ops.convert_to_numpy(weight) for name, weight in _named(model).items()}
    half = {key: value.astype("float16") for key, value in full.items()}
    before = model.predict(x, verbose=0)
    _load(model, half)
    moved = np.abs(model.predict(x, verbose=0) - before).max()
    _load(model, full)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **(half if moved < 0.01 else full))


def _load(model: keras.Model, weights: Mapping[str, np.ndarray]) -> None:
    for name, weight in _named(model).items():
        weight.assign(weights[name].astype("float32"))


def _named(model: keras.Model) -> dict[str, keras.Variable]:
    """The weights by the name of their layer and their own: "conv1/kernel"."""
    return {weight.path.removeprefix(f"{model.name}/"): weight for weight in model.weights}


def experiments() -> dict[str, Experiment]:
    """The experiments of all lessons, by name."""
    from helpers import lessons

    found = {}
    for module in pkgutil.iter_modules(lessons.__path__, "helpers.lessons."):
        found |= getattr(importlib.import_module(module.name), "EXPERIMENTS", {})
    return found


def main() -> None:
    every = experiments()
    for name in sys.argv[1:] or every:
        if name not in every:
            sys.exit(f"No experiment is called {name!r}. There are: {', '.join(every)}.")
        store(every[name])


if __name__ == "__main__":
    main()
