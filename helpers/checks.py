"""Predictions revealed and exercises checked.

Every check takes the learner's answer first. `None` means "not answered yet": the check says so
and the notebook goes on. The right answer prints "Correct". Anything else raises `WrongAnswer`
with a hint that names the likely mistake and never the answer.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np


class WrongAnswer(AssertionError):
    """A wrong answer. A notebook shows its message alone, without the lines of the checker."""

    def _render_traceback_(self) -> list[str]:
        # IPython calls this instead of printing a traceback, which would show the answer.
        return [f"Not yet: {self}"]


_UNANSWERED = "Not answered yet. Replace None and run the cell again, or unfold the solution below."


def _spell(value: object) -> str:
    """A number as people write it: 14,336, 2.5, 6.87."""
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}"
    if isinstance(value, (float, np.floating)):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def _to_number(answer: object) -> float:
    """The answer as a number, whatever its spelling: int, float, NumPy or backend scalar."""
    if isinstance(answer, (str, bool, np.bool_)):
        raise WrongAnswer(
            f"That is a {type(answer).__name__}. Give a number, without quotes or commas."
        )
    try:
        array = np.asarray(answer, dtype="float64")
    except (TypeError, ValueError):
        array = None
    if array is None or array.size != 1:
        raise WrongAnswer(f"A {type(answer).__name__} is not one number. Give a single number.")
    return float(array.reshape(()))


def predict(guess: float | None, answer: float, unit: str = "") -> None:
    """Reveal `answer` and say how far the learner's guess was from it. Never raises for a guess."""
    shown = f"{_spell(answer)} {unit}".strip()
    if guess is None:
        print(f"No guess written down. The answer is {shown}.")
        return
    try:
        value = _to_number(guess)
    except WrongAnswer as problem:
        print(f"{problem} The answer is {shown}.")
        return
    if math.isclose(value, answer, rel_tol=1e-6, abs_tol=1e-9):
        print(f"Your guess is exact: {shown}.")
    elif value <= 0 or answer <= 0:
        print(f"Your guess: {_spell(value)}. The answer is {shown}.")
    else:
        factor = max(value / answer, answer / value)
        side = "too high" if value > answer else "too low"
        size = f"by {100 * (factor - 1):.0f} %" if factor < 2 else f"{factor:,.1f} times"
        print(f"Your guess: {_spell(value)}. The answer is {shown}: you were {side}, {size}.")


def number(
    answer: object,
    right: float,
    *,
    hints: Mapping[float, str] | None = None,
    hint: str = "Write the calculation down term by term and look for the first that differs.",
    tolerance: float | None = None,
) -> None:
    """Check one number. `hints` names the mistake behind each known wrong answer.

    A whole `right` must be met exactly; another one within a relative `tolerance`, 1e-6 unless
    told. Any spelling counts: int, float, NumPy, a 0-d or one-element array.
    """
    if tolerance is None:
        tolerance = 0.0 if isinstance(right, (int, np.integer)) else 1e-6
    if answer is None:
        print(_UNANSWERED)
        return
    value = _to_number(answer)
    if math.isclose(value, right, rel_tol=tolerance, abs_tol=tolerance):
        print("Correct.")
        return
    for wrong, reason in (hints or {}).items():
        if math.isclose(value, wrong, rel_tol=tolerance, abs_tol=tolerance):
            raise WrongAnswer(f"{_spell(value)}: {reason}")
    raise WrongAnswer(f"{_spell(value)} is too {'high' if value > right else 'low'}. {hint}")


def shape(
    answer: object,
    right: tuple[int | None, ...],
    *,
    hints: Mapping[tuple[int | None, ...], str] | None = None,
    hint: str = "Go axis by axis: height, width, channels.",
) -> None:
    """Check a shape given as a tuple, list or array. `None` stands for an open size."""
    if answer is None:
        print(_UNANSWERED)
        return
    if isinstance(answer, str) or not hasattr(answer, "__len__"):
        raise WrongAnswer(
            f"{answer!r} is a {type(answer).__name__}. Give a shape, such as (28, 28, 3)."
        )
    given = tuple(size if size is None else _to_number(size) for size in answer)
    if given == tuple(right):
        print("Correct.")
        return
    spelled = tuple(int(n) if n is not None and n.is_integer() else n for n in given)
    for wrong, reason in (hints or {}).items():
        if given == tuple(wrong):
            raise WrongAnswer(f"{spelled}: {reason}")
    if len(given) != len(right):
        raise WrongAnswer(f"{spelled} has {len(given)} axes; the answer has {len(right)}. {hint}")
    axes = [str(i) for i, (a, b) in enumerate(zip(given, right, strict=True)) if a != b]
    raise WrongAnswer(f"{spelled} is wrong on axis {' and '.join(axes)}. {hint}")


def array(
    answer: object,
    right: np.ndarray,
    *,
    hints: Mapping[str, tuple[np.ndarray, str]] | None = None,
    hint: str = "Work one entry out by hand and compare.",
    tolerance: float = 1e-4,
) -> None:
    """Check an array, list or backend tensor, entry by entry.

    `hints` maps a name to (the wrong array, the mistake behind it); `tolerance` is absolute, for
    entries of ordinary size.
    """
    if answer is None:
        print(_UNANSWERED)
        return
    if isinstance(answer, str):
        raise WrongAnswer(f"{answer!r} is text. Give an array or a list of numbers.")
    right = np.asarray(right, dtype="float64")
    try:
        given = np.asarray(answer, dtype="float64")
    except (TypeError, ValueError):
        raise WrongAnswer(f"A {type(answer).__name__} is not an array of numbers.") from None
    for wrong, reason in (hints or {}).values():
        if np.shape(wrong) == given.shape and np.allclose(given, wrong, atol=tolerance):
            raise WrongAnswer(reason)
    if given.shape != right.shape:
        raise WrongAnswer(f"Your array has shape {given.shape}, expected {right.shape}. {hint}")
    different = ~np.isclose(given, right, rtol=tolerance, atol=tolerance)  # NaN differs, too
    if not different.any():
        print("Correct.")
        return
    where = tuple(int(i) for i in np.argwhere(different)[0])
    raise WrongAnswer(
        f"{int(different.sum()):,} of {right.size:,} entries differ, the first at index {where}. "
        f"{hint}"
    )


def choice(answer: object, right: str, *, hints: Mapping[str, str]) -> None:
    """Check a choice among lettered options. `hints` explains each wrong letter."""
    if answer is None:
        print(_UNANSWERED)
        return
    letters = sorted([right, *hints])
    given = answer.strip().upper() if isinstance(answer, str) else None
    if given == right:
        print("Correct.")
        return
    if given not in hints:
        raise WrongAnswer(f"{answer!r} is none of the options. Give one of {', '.join(letters)}.")
    raise WrongAnswer(f"{given}: {hints[given]}")


def model(
    answer: object,
    *,
    output_shape: tuple[int | None, ...] | None = None,
    parameters: int | None = None,
    layer_kinds: Mapping[str, int] | None = None,
    parameter_hints: Mapping[int, str] | None = None,
    also: Callable[[object], str | None] | None = None,
) -> None:
    """Check a Keras model that the learner built: output shape, layers, parameters.

    `layer_kinds` maps a layer's class name to how many are expected; `also` is a last look that
    returns a hint, or None if all is well.
    """
    import keras

    if answer is None:
        print(_UNANSWERED)
        return
    if not isinstance(answer, keras.Model):
        raise WrongAnswer(f"A {type(answer).__name__} is not a model. Give a keras.Model.")
    if output_shape is not None and tuple(answer.output_shape) != tuple(output_shape):
        given = tuple(answer.output_shape)
        if len(given) != len(output_shape):
            raise WrongAnswer(f"The output {given} has {len(given)} axes, too many or too few.")
        axes = [str(i) for i, (a, b) in enumerate(zip(given, output_shape, strict=True)) if a != b]
        raise WrongAnswer(f"The output shape {given} is wrong on axis {' and '.join(axes)}.")
    for kind, count in (layer_kinds or {}).items():
        found = sum(type(layer).__name__ == kind for layer in answer.layers)
        if found != count:
            raise WrongAnswer(
                f"{found} {kind} layers are too {'many' if found > count else 'few'}. "
                "Count them in summary()."
            )
    if parameters is not None and answer.count_params() != parameters:
        given = answer.count_params()
        side = "many" if given > parameters else "few"
        reason = (parameter_hints or {}).get(given, "Look at each layer's row in summary().")
        raise WrongAnswer(f"{given:,} parameters are too {side}. {reason}")
    problem = also(answer) if also else None
    if problem:
        raise WrongAnswer(problem)
    print("Correct.")
