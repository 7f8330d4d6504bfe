"""Is everything here that the lessons need? Lesson 00 asks, and says plainly what is wrong."""

import importlib.metadata
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple

# An editable installation lends its modules to any package of this name: one that is not ours.
_package = getattr(sys.modules.get(__package__), "__file__", None) or "a folder without __init__.py"
if __package__ and os.path.dirname(_package) != os.path.dirname(__file__):
    raise ImportError(f"another package is called {__package__}: {_package}", path=_package)

# The oldest versions the lessons run on: the lower ends of requirements.txt, held equal by a test.
OLDEST = {"keras": "3.13", "numpy": "2.1", "matplotlib": "3.10", "ipykernel": "6.17"}
BACKENDS = {"tensorflow": "2.20", "jax": "0.4", "torch": "2.4"}


class Finding(NamedTuple):
    """One thing that was looked at: what it is, whether all is well, and what to do if not."""

    what: str
    fine: bool
    advice: str


def _no_advice_on_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


def _keep_what_jax_compiles() -> None:
    """JAX compiles the drawing of weights for every shape anew: 44 processor seconds for GoogLeNet.

    It can keep what it has compiled, here in a folder beside Keras' own, for the next kernel that
    starts. Of itself it would keep only what took a second. What the user has set stays.
    """
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", os.path.join(home, "jax_cache"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")


def quiet_start() -> None:
    """Import Keras and compute once, without the log lines that TensorFlow writes meanwhile.

    They come from C++, about oneDNN and CUDA; no environment variable stops all of them, and
    Jupyter shows them in red. If the start fails, they are shown: they may say why. Where Keras
    runs already nothing of this is done. What is written later is shown, but for TensorFlow's own
    lines below a fatal error, unless TF_CPP_MIN_LOG_LEVEL is set, and its advice on retracing, for
    those who write its functions.
    """
    _keep_what_jax_compiles()
    logging.getLogger("tensorflow").addFilter(_no_advice_on_retracing)
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        shown = os.dup(2)
    except OSError:  # a process without a standard error
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            import keras

            keras.ops.convert_to_numpy(keras.ops.ones(1))
        except BaseException:
            held.seek(0)
            os.write(shown, held.read())
            raise
        finally:
            os.dup2(shown, 2)
            os.close(shown)


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


def data(read: Callable[[], object]) -> Finding:
    """Are the images of the lessons here and undamaged? `read` reads them, or raises OSError."""
    try:
        read()
    except OSError as error:
        return Finding("the images of the lessons", False, str(error))
    return Finding("the images of the lessons", True, "")


def report(read: Callable[[], object]) -> list[Finding]:
    """All findings, in the order in which a fault should be mended.

    `read` reads the images of the lessons: `datasets.every_image`.
    """
    import keras

    name = keras.backend.backend()
    packages = [package(*item) for item in OLDEST.items()]
    in_use = package(name, BACKENDS[name]) if name in BACKENDS else None
    if in_use:  # named without its version: any of the three backends gives the same answers
        packages.append(in_use._replace(what="a backend that is new enough"))
    return [*packages, backend(), image_order(), data(read)]
