"""Is everything here that the lessons need? Lesson 00 asks, and says plainly what is wrong."""

import importlib.metadata
import re
from typing import NamedTuple

# The oldest versions the lessons run on: the lower ends of requirements.txt, held equal by a test.
OLDEST = {"keras": "3.13", "numpy": "2.1", "matplotlib": "3.10", "ipykernel": "6.17"}
BACKENDS = {"tensorflow": "2.20", "jax": "0.4", "torch": "2.4"}


class Finding(NamedTuple):
    """One thing that was looked at: what it is, whether all is well, and what to do if not."""

    what: str
    fine: bool
    advice: str


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def package(name: str, oldest: str) -> Finding:
    """Is the package installed, and new enough?"""
    what = f"{name} {oldest} or newer"
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(what, False, f"{name} is not installed. Run: pip install {name}")
    if _numbers(found) < _numbers(oldest):
        advice = f"{name} {found} is too old. Run: pip install --upgrade {name}"
        return Finding(what, False, advice)
    return Finding(what, True, "")


def backend() -> Finding:
    """Does the backend compute? One 1x1 convolution is worked out and compared with the hand."""
    import keras

    name = keras.backend.backend()
    what = "the backend computes 2*0.5 + 1*1 - 1*-0.5"
    try:
        column = keras.ops.reshape(keras.ops.array([2.0, 1.0, -1.0]), (1, 1, 1, 3))
        weights = keras.ops.reshape(keras.ops.array([0.5, 1.0, -0.5]), (1, 1, 3, 1))
        value = float(keras.ops.conv(column, weights)[0, 0, 0, 0])
    except Exception as error:  # whatever a broken installation raises
        return Finding(what, False, f"{name} failed: {error}. Install it again.")
    advice = f"{name} says {value}, not 2.5. Install {name} again."
    fine = abs(value - 2.5) < 1e-6
    return Finding(what, fine, "" if fine else advice)


def image_order() -> Finding:
    """The lessons put channels last, which is Keras' default."""
    import keras

    found = keras.config.image_data_format()
    advice = "" if found == "channels_last" else (
        f'~/.keras/keras.json says "{found}". Run keras.config.set_image_data_format('
        '"channels_last"), or correct the file.'
    )  # fmt: skip
    return Finding("images have their channels last", not advice, advice)


def data() -> Finding:
    """Are the images of the lessons here and undamaged?"""
    from helpers import datasets

    try:
        datasets.fashion_mnist()
        for name in datasets.PHOTOGRAPHS:
            datasets.photograph(name)
    except OSError as error:
        return Finding("the images of the lessons", False, str(error))
    return Finding("the images of the lessons", True, "")


def report() -> list[Finding]:
    """All findings, in the order in which a fault should be mended."""
    import keras

    name = keras.backend.backend()
    packages = [package(*item) for item in OLDEST.items()]
    in_use = package(name, BACKENDS[name]) if name in BACKENDS else None
    if in_use:  # named without its version: any of the three backends gives the same answers
        packages.append(in_use._replace(what="a backend that is new enough"))
    return [*packages, backend(), image_order(), data()]
