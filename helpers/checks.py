"""Exercises as data, predictions, and the tally of a lesson.

An exercise is an object of helpers/lessons/lesson_NN.py that the notebook calls with an answer:
`lesson_05.two_filters(answer)`. None is "not answered yet" (under a grader: wrong), the right
answer prints "Correct. 3 of 7, 2 in a row.", anything else raises `WrongAnswer` with a hint. A
hint names the likely mistake, and never the answer nor the formula with its numbers filled in.

    count = Number(42 * 512 + 42, hints={42 * 512: "Those are the weights. Is that all?"})
    size = Shape((28, 28, 64), hints={(64, 28, 28): "The channels come last here."})
    pixel = Array([-0.5, 4], hints={(-1, 5): "Add each filter's bias."})
    which = Choice("B", hints={"A": "A kernel is 2-D.", "C": "That is what comes out."})
    lines = Order("CABD", hints={"AC": "A needs what C makes.", "DB": "D uses the sum of B."})

    def build(kernel_size=1, activation="relu"):
        inputs = keras.Input((28, 28, 192))
        x = layers.Conv2D(16, kernel_size, padding="same", activation=activation)(inputs)
        return keras.Model(inputs, x)

    layer = Model(
        build,
        also=[{"activation": "gelu"}],  # right, too
        hints=[({"kernel_size": 3}, "The window is 3x3.")],  # build(kernel_size=3)
    )

    checks.count_together(globals())  # last line of a lesson: its exercises share one tally

`hints` gives each known wrong answer its reason, a sentence of its own. `hint` is what other wrong
answers get after the obvious ("too high"). tests/test_exercises.py tries every exercise of every
lesson: a new one needs no test, but a Model needs its odd right spellings tested.
"""

import functools
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers import answers
from helpers.answers import WrongAnswer

_UNANSWERED = "Not answered yet: replace None and run the cell again. Stuck? Unfold a hint."


@dataclass
class _Tally:
    """What was solved in this session of the exercises of one lesson."""

    total: int
    solved: set = field(default_factory=set)
    row: set = field(default_factory=set)  # since the last wrong answer

    def words(self) -> str:
        row = f", {len(self.row)} in a row" if len(self.row) > 1 else ""
        return f" {len(self.solved)} of {self.total}{row}."


def count_together(names: Mapping[str, object]) -> None:
    """Give the exercises among `names` (a lesson's `globals()`) one tally."""
    exercises = [value for value in names.values() if isinstance(value, Exercise)]
    tally = _Tally(len(exercises))
    for exercise in exercises:
        exercise.tally = tally


class Exercise:
    """What all exercises share. A kind of exercise says how to `read` an answer and `judge` it."""

    default_hint = ""
    tally: _Tally | None = None

    def __init__(self, right, hints=None, *, hint: str = "", tolerance: float | None = None):
        self.right, self.hints = right, hints or {}
        self.hint, self.tolerance = hint or self.default_hint, tolerance

    def __call__(self, answer: object) -> None:
        """Print "Correct", or that there is no answer yet; raise `WrongAnswer` with a hint."""
        graded = {"NBGRADER_EXECUTION", "HOMEWORK_GRADING"} & set(os.environ)
        if answer is None and not graded:
            print(_UNANSWERED)
            return
        problem = self.mistake(answer)
        if problem:
            if self.tally:
                self.tally.row.clear()
            raise WrongAnswer(problem)
        if self.tally:
            self.tally.solved.add(self)
            self.tally.row.add(self)
        print("Correct." + (self.tally.words() if self.tally else ""))

    def mistake(self, answer: object) -> str | None:
        """The hint for this answer, or None if it is right. Whatever it is, it does not raise."""
        if answer is None:
            return _UNANSWERED
        try:
            return self.judge(self.read(answer))
        except WrongAnswer as problem:
            return str(problem)

    def judge(self, given) -> str | None:
        if self.same(given, self.right):
            return None
        for wrong, reason in self.hints.items():
            if self.same(given, wrong):
                return f"{answers.spell(given)}: {reason}"
        return f"{self.says(given)} {self.hint}".strip()

    def same(self, given, other) -> bool:
        return given == other


class Number(Exercise):
    """One number: int, float, NumPy or backend scalar, an array of one entry.

    It is met within a relative `tolerance`: 1e-6 unless told, and 1e-10 for a whole number, which
    allows for the rounding of floats and for nothing else.
    """

    default_hint = "Write the calculation down term by term and look for the first that differs."
    read = staticmethod(answers.number)

    def same(self, given: float, other: float) -> bool:
        whole = isinstance(self.right, (int, np.integer))
        return answers.close(given, other, self.tolerance or (1e-10 if whole else 1e-6))

    def says(self, given: float) -> str:
        return f"{answers.spell(given)} is too {'high' if given > self.right else 'low'}."


class Shape(Exercise):
    """A shape: tuple, list, array or a backend's own kind. None in it is an open size."""

    default_hint = "Go axis by axis: height, width, channels."
    read = staticmethod(answers.shape)

    def says(self, given: tuple[int | None, ...]) -> str:
        if len(given) != len(self.right):
            return f"{given} has {len(given)} axes, not {len(self.right)}."
        axes = [str(i) for i, size in enumerate(given) if size != self.right[i]]
        return f"{given} is wrong on axis {' and '.join(axes)}."


class Array(Exercise):
    """An array, list or backend tensor, entry by entry; axes of size one do not matter.

    The keys of `hints` are tuples (of tuples). `tolerance` is relative and absolute, 1e-4.
    """

    default_hint = "Work one entry out by hand and compare."
    read = staticmethod(answers.floats)

    def same(self, given: np.ndarray, other: Sequence) -> bool:
        a, b, near = np.squeeze(given), np.squeeze(other), self.tolerance or 1e-4
        return a.shape == b.shape and np.allclose(a, b, rtol=near, atol=near)

    def says(self, given: np.ndarray) -> str:
        right = np.asarray(self.right)
        if self.same(np.sort(given, axis=None), np.sort(right, axis=None)):
            return "The right numbers, in the wrong order or arrangement."
        if np.squeeze(given).shape != np.squeeze(right).shape:
            return f"Your array has the shape {given.shape}; {right.shape} is asked for."
        pairs = zip(given.ravel(), right.ravel(), strict=True)
        wrong = [i for i, pair in enumerate(pairs) if not self.same(*pair)]
        first = tuple(int(i) for i in np.unravel_index(wrong[0], right.shape))
        return f"{len(wrong):,} of {right.size:,} entries are wrong, the first at index {first}."


class Choice(Exercise):
    """One of the lettered options; `hints` explains each wrong letter."""

    read = staticmethod(answers.letter)

    def says(self, given: str) -> str:
        return f"{given} is none of the options. There are {len(self.hints) + 1}."


class Order(Exercise):
    """Lettered lines to be put in order: "CABD", "C, A, B, D" or a list of letters.

    `right` is one order or a tuple of all that are right. A key of `hints` holds letters that must
    not come in this order, next to each other or not: "BA" is B anywhere before A.
    """

    default_hint = "What does each line read, and which line makes that?"

    def read(self, answer: object) -> str:
        if isinstance(answer, str):
            answer = re.findall("[A-Za-z]", answer)
        if isinstance(answer, np.ndarray):
            answer = answer.tolist()
        if not isinstance(answer, (list, tuple)):
            raise WrongAnswer(
                f'That is {answers.kind(answer)}. Give the letters in order, such as "BA".'
            )
        given = "".join(map(answers.letter, answer))
        letters = sorted(self._orders(self.right)[0])
        if sorted(given) != letters:
            raise WrongAnswer(f"Use each of {', '.join(letters)} once, and nothing else.")
        return given

    def _orders(self, orders: str | tuple[str, ...]) -> tuple[str, ...]:
        return (orders,) if isinstance(orders, str) else orders

    def same(self, given: str, other: str | tuple[str, ...]) -> bool:
        return any([x for x in given if x in o] == list(o) for o in self._orders(other))

    def says(self, given: str) -> str:
        good = max(len(os.path.commonprefix([given, o])) for o in self._orders(self.right))
        return f"The first {good} fit, the next does not." if good else "It cannot begin like this."


class Model(Exercise):
    """A Keras model, judged by what it computes beside a reference.

    Both get the same random weights and inputs and must answer the same, so every right way of
    writing a model passes. Weights are exchanged layer by layer; layers of equal weights are tried
    in every order (at most 120), because a model may list them in another order than the reference.

    Args:
        build: makes the reference, a functional or Sequential model with one output. Its keyword
            arguments vary it.
        also: keyword arguments of `build` that are right, too.
        hints: pairs (keyword arguments of `build`, the mistake they make). A mistake that changes
            a shape or a number of parameters is recognised by that, another by what it computes.
        hint: what to compare when all shapes fit and the answers do not.
    """

    default_hint = "Compare layer by layer: what it reads, strides, padding, activation."

    def __init__(self, build: Callable, *, also: Sequence[Mapping] = (), **options):
        super().__init__(build, **options)
        self.also = also
        self.made = functools.cache(lambda *changes: build(**dict(changes)))

    def read(self, answer: object):
        from helpers.equivalence import readable

        try:
            return readable(answer, self.made())
        except ValueError as problem:
            raise WrongAnswer(str(problem)) from None

    def judge(self, model) -> str | None:
        from helpers.equivalence import difference, layout, same_answers

        problem = difference(model, self.made())
        variants = [{}, *self.also]
        if not problem and any(same_answers(model, self.made(*v.items())) for v in variants):
            return None
        for changes, reason in self.hints:
            wrong = self.made(*changes.items())
            if layout(wrong) == layout(model) and (problem or same_answers(model, wrong)):
                return reason
        return problem or f"Every shape fits, but it computes something else. {self.hint}"


_RECORDED: dict[tuple, "Guess"] = {}


@dataclass(frozen=True)
class Guess:
    """A learner's guess beside the truth: two numbers, two shapes (tuples) or two letters."""

    guess: float | tuple | str
    right: float | tuple | str
    unit: str = ""


def guesses() -> list[Guess]:
    """The guesses of this session in their order. Of each prediction the first guess counts."""
    return list(_RECORDED.values())


def predict(guess: object, right: float | tuple | str, unit: str = "") -> None:
    """Say in one line how far a guess was: a number, a shape or a letter. It never raises.

    Without a guess it says nothing. The cell prints the computed value itself, a line before.
    """
    if guess is None:
        return
    a_letter, a_shape = isinstance(right, str), np.ndim(right) > 0
    read = answers.letter if a_letter else answers.shape if a_shape else answers.number
    try:
        guess = read(guess)
    except WrongAnswer as problem:
        print(f"Your guess: {problem}")
        return
    right = right if isinstance(right, (str, int, float)) else read(right)
    call = sys._getframe(1)  # the cell and line: a prediction that is run again is not a new one
    place = (call.f_code.co_filename, call.f_lineno)
    _RECORDED.setdefault(place, Guess(guess, right, unit))
    if guess == right or (not a_letter and not a_shape and answers.close(guess, right, 1e-6)):
        print(f"Your guess is {'right' if a_letter or a_shape else 'exact'}.")
    elif a_letter:
        print(f"You said {guess}; it is {right}.")
    elif a_shape or guess * right <= 0:
        print(f"You guessed {answers.spell(guess)}; it is {answers.spell(right)}.")
    else:
        factor = max(guess / right, right / guess)
        percent = round(100 * (factor - 1))
        size = f"by about {percent} %" if percent else f"by {answers.spell(abs(guess - right))}"
        size = f"{factor:,.1f} times" if factor >= 2 else size
        print(
            f"You guessed {answers.spell(guess)}: too {'high' if guess > right else 'low'}, {size}."
        )
