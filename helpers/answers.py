"""What a learner gives as an answer, read in any honest spelling or refused with advice."""

import math
import re
from collections.abc import Mapping

import numpy as np


class WrongAnswer(AssertionError):
    """A wrong answer. A notebook shows its message alone, without the lines of the checker."""

    def _render_traceback_(self) -> list[str]:
        # IPython calls this instead of printing a traceback, which would show the answer.
        return [f"Not yet: {self}"]


def kind(value: object) -> str:
    """What a value is, in words for somebody who gave the wrong thing: "a list", "an object"."""
    if isinstance(value, (str, bytes)):
        return "text"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' or name == 'ndarray' else 'a'} {name}"


def spell(value: float | tuple | str | np.ndarray) -> str:
    """A number as people write it: 14,336 or 2.5; shapes and letters as they are."""
    if isinstance(value, np.ndarray):
        return "Your array"
    if not isinstance(value, (int, float, np.number)):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.10g}"


def floats(answer: object) -> np.ndarray:
    """The answer as float64: a number, list, array or backend tensor; else `WrongAnswer`."""
    try:
        if hasattr(answer, "detach"):  # a torch tensor, perhaps with a gradient
            answer = answer.detach().cpu()
        given = np.asarray(answer)
    except Exception:  # whatever a foreign object raises, it is no array
        raise WrongAnswer(f"That is {kind(answer)}, and no array of numbers.") from None
    entries = given.ravel().tolist() if given.dtype.kind == "O" else []
    if given.dtype.kind in "US" or any(isinstance(entry, (str, bytes)) for entry in entries):
        raise WrongAnswer("That is text. Give the number itself, without quotes and commas.")
    if given.dtype.kind == "b":
        raise WrongAnswer("That is True or False. A number is asked for.")
    if any(entry is None for entry in entries):
        raise WrongAnswer("There is still a None in it. Replace it by a number.")
    try:
        if given.dtype.kind in "cmM":  # complex, dates: NumPy would cut them silently
            raise TypeError
        given = given.astype("float64")
    except OverflowError:
        raise WrongAnswer("That is far too large a number. Is there a power too many?") from None
    except (TypeError, ValueError):
        raise WrongAnswer(f"That is {kind(answer)}. A number is asked for.") from None
    if np.isnan(given).any():
        raise WrongAnswer("There is a NaN in it, which is no number. Look for a missing value.")
    if np.isinf(given).any():
        raise WrongAnswer("There is an infinite number. Look for a division by zero.")
    return given


def number(answer: object) -> float:
    """One number, whatever holds it."""
    given = floats(answer)
    if given.size != 1:
        raise WrongAnswer(f"That holds {given.size} numbers. Give a single one.")
    return float(given.reshape(()))


def shape(answer: object) -> tuple[int | None, ...]:
    """Whole numbers, or None for an open size, from a tuple, list, array or backend's shape."""
    axes = getattr(answer, "ndim", 0)
    if isinstance(axes, int) and axes > 1:
        raise WrongAnswer("That is the array itself. Give its shape, such as (28, 28, 3).")
    try:
        known = not isinstance(answer, (str, bytes, Mapping, set, frozenset))
        sizes = list(answer) if known and len(answer) < 20 else None
    except TypeError:
        sizes = None
    if sizes is None:
        raise WrongAnswer(f"That is {kind(answer)}. Give a shape, such as (28, 28, 3).")
    for axis, size in enumerate(sizes):
        try:
            sizes[axis] = None if size is None else number(size)
        except WrongAnswer as problem:
            raise WrongAnswer(f"Axis {axis}: {problem}") from None
        if size is not None and not sizes[axis].is_integer():
            raise WrongAnswer(f"Axis {axis} is {spell(sizes[axis])}. Sizes are whole numbers.")
    return tuple(size if size is None else int(size) for size in sizes)


def letter(answer: object) -> str:
    """The one letter in "B", " b ", "B." or "(B)"."""
    match = re.fullmatch(r"\W*([A-Za-z])\W*", answer) if isinstance(answer, str) else None
    if not match:
        what = "that text" if isinstance(answer, str) else kind(answer)
        raise WrongAnswer(f"Give one letter in quotes; {what} is none.")
    return match[1].upper()


def close(a: float, b: float, tolerance: float) -> bool:
    """Equal within `tolerance`, relative, and absolute near zero."""
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
