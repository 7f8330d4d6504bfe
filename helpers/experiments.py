"""Small honest trainings over several seeds: live in a lesson, or longer by `make experiments`.

    python -m helpers.experiments                  all that data/results/ lacks
    python -m helpers.experiments residual_34      one experiment

A lesson trains one seed live with `train` and compares it with the stored curves of `results`.
"""

import datetime
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from helpers import datasets

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
            keras.optimizers.Adam(learning_rate),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
    for variable in model.optimizer.variables:  # moments and step count of the seed before
        variable.assign(keras.ops.zeros_like(variable))
    model.optimizer.learning_rate = learning_rate
    keras.utils.set_random_seed(seed)  # the same order of batches, whatever was drawn above
    history = model.fit(
        x, y, batch_size=batch_size, epochs=epochs, validation_data=test, verbose=0, **fit_options
    )
    return {name: [float(v) for v in values] for name, values in history.history.items()}


def run(name: str, seed: int, model: keras.Model | None = None) -> dict[str, list[float]]:
    """Train one seed of a named experiment. Pass the `model` again to save building it."""
    experiment = EXPERIMENTS[name]
    return train(
        model or experiment.build(),
        images(experiment.images, experiment.size),
        seed=seed,
        epochs=experiment.epochs,
        batch_size=experiment.batch_size,
        learning_rate=experiment.learning_rate,
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


def store(name: str, show: Callable = lambda items, **_: items) -> None:
    """Run the seeds of an experiment that its file lacks; save after each one."""
    path = RESULTS / f"{name}.json"
    experiment = EXPERIMENTS[name]
    stored = json.loads(path.read_text()) if path.is_file() else {}
    if stored.get("settings") != experiment.settings():
        stored = {"settings": experiment.settings(), "curves": {}}
    missing = [seed for seed in experiment.seeds if str(seed) not in stored["curves"]]
    model = experiment.build() if missing else None
    for seed in show(missing, desc=name):
        curves = run(name, seed, model)
        stored["curves"][str(seed)] = {k: [round(v, 5) for v in vs] for k, vs in curves.items()}
        stored["date"] = datetime.date.today().isoformat()
        stored["versions"] = {"keras": keras.__version__, keras.backend.backend(): _backend()}
        RESULTS.mkdir(exist_ok=True)
        path.write_text(json.dumps(stored, indent=1) + "\n")


def _backend() -> str:
    return sys.modules[keras.backend.backend()].__version__


# Name of an experiment, as in data/results/, and how it is run.
EXPERIMENTS: dict[str, Experiment] = {}


def main() -> None:
    from tqdm import tqdm

    names = sys.argv[1:] or list(EXPERIMENTS)
    for name in names:
        if name not in EXPERIMENTS:
            sys.exit(f"No experiment is called {name!r}. There are: {', '.join(EXPERIMENTS)}.")
        store(name, tqdm)


if __name__ == "__main__":
    main()
