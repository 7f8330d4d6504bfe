"""The hidden side of a homework: what the grader asks a notebook for, and how it judges that.

tests/homework/hw2/questions.py shows all of it at work. A question is found in the student's
notebook by its name, a variable or a function, and has a few small checks:

    QUESTIONS = [
        Question("q02_parameters", "Parameters of a 1x1", [
            Check(6, checks.Number(right, hints={wrong: "The biases are missing."})),
        ]),
        Question("q06_merge", "Two layers become one", [
            Check(3, Values(kernel), call=(k1, b1, k2, b2), of=entry(0)),
            Check(5, Values(bias, [(b2, "Only the second bias.")]), call=(k1, b1, k2, b2),
                  of=entry(1)),
        ]),
        Question("q08_module", "A module", [
            Check(9, checks.Model(build), call=(Symbolic((24, 24, 160)), 56, 48)),
        ]),
        Written("q12_text", "In your own words", 10, ["5 points: ..."]),
    ]

A judge is an exercise of helpers.checks, or any function of the answer that returns a hint, or
None if all is well. A hint names the mistake, and never the number.
"""

import functools
import importlib.util
import json
import os
import re
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from helpers import answers
from helpers.tools.kernels import ROOT
from helpers.tools.plain_data import Failed, Symbolic, pack  # noqa: F401  for questions.py

NOT_ANSWERED = "Not answered."
NO_NAME = "The notebook has no {}."
PUBLIC = ROOT / "tests" / "homework"
PRIVATE = ROOT / "homework_private"  # git ignores it


# Where the sources lie


def sources() -> Path:
    """The folder of the assignments' sources: HOMEWORK_TESTS, or the public sample."""
    named = os.environ.get("HOMEWORK_TESTS")
    return (ROOT / named) if named else PUBLIC  # an absolute path stays what it is


def which_numbers(name: str) -> str:
    """What to say where an assignment has private numbers, and nobody said whether they count."""
    if "HOMEWORK_TESTS" in os.environ or not (PRIVATE / name).is_dir():
        return ""
    return (
        f"There is a {PRIVATE.name}/{name}, too. Say which numbers the students had:\n"
        f"HOMEWORK_TESTS={PRIVATE.name} or HOMEWORK_TESTS=tests/homework before the command."
    )


def numbers_beside(file: str) -> SimpleNamespace:
    """The numbers of this year: what numbers.py in the folder of `file` sets."""
    names = runpy.run_path(str(Path(file).with_name("numbers.py")))
    return SimpleNamespace(**{k: v for k, v in names.items() if not k.startswith("_")})


@functools.cache
def module(path: Path):
    """The Python file at `path`, run once."""
    spec = importlib.util.spec_from_file_location(f"homework_{path.parent.name}_{path.stem}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def names(folder: Path | None = None) -> list[str]:
    return sorted(path.parent.name for path in (folder or sources()).glob("hw*/questions.py"))


def title(place: Path) -> str:
    """The first line of the assignment's notebook in the folder `place`."""
    notebook = json.loads(next(place.glob("hw*.ipynb")).read_text("utf-8"))
    return "".join(notebook["cells"][0]["source"]).partition("\n")[0].removeprefix("# ")


# What a questions.py is made of


@dataclass(frozen=True)
class Check:
    """One small check: `points` if `judge` finds no fault.

    call: the arguments with which the student's function is called; None judges a variable.
        A `Symbolic(shape)` becomes a keras.Input, and what the function makes of it a model.
    of: which part of the answer is judged; where it fails, the answer has the wrong form.
    """

    points: int
    judge: object
    call: tuple | None = None
    of: Callable = lambda answer: answer


@dataclass(frozen=True)
class Question:
    """A question that the grader marks. `form` says what an answer is: "three numbers"."""

    name: str
    title: str
    checks: Sequence[Check]
    form: str = "what the question describes"

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    def calls(self) -> list[tuple]:
        """The arguments of every call, each set once however many checks look at its result."""
        different = {id(check.call): check.call for check in self.checks if check.call is not None}
        return list(different.values())


@dataclass(frozen=True)
class Written:
    """A question that a person reads, with the lines of its rubric. The answer is a text."""

    name: str
    title: str
    points: int
    rubric: Sequence[str]


class Values:
    """Judges an array, its shape included. `wrong` holds pairs (array, the mistake it shows)."""

    def __init__(self, right, wrong=(), *, hint: str = "", tolerance: float = 1e-4):
        self.right, self.wrong, self.hint = np.asarray(right), wrong, hint
        self.tolerance = tolerance

    def mistake(self, answer: object) -> str | None:
        try:
            given = answers.floats(answer)
        except answers.WrongAnswer as problem:
            return str(problem)
        if self._same(given, self.right):
            return None
        for wrong, reason in self.wrong:
            if self._same(given, np.asarray(wrong)):
                return reason
        if given.shape != self.right.shape:
            return f"An array of shape {given.shape} came out; that is not the shape. {self.hint}"
        return f"The shape is right, the values are not. {self.hint}"

    def _same(self, given, other) -> bool:
        near = self.tolerance
        return given.shape == other.shape and np.allclose(given, other, rtol=near, atol=near)


def entry(index: int) -> Callable:
    """For `of`: the entry of a list, tuple or array."""
    return lambda answer: answer[index]


@dataclass(frozen=True)
class Raises:
    """Judges a call that must end with an error, such as "ValueError"."""

    kind: str
    hint: str

    def mistake(self, answer: object) -> str | None:
        return None if isinstance(answer, Failed) and answer.kind == self.kind else self.hint


def asks(questions: Sequence[Question | Written]) -> list[dict]:
    """What a worker is told of them: names and arguments, as plain data, and nothing else."""
    return [
        {
            "name": question.name,
            "calls": [[pack(argument) for argument in call] for call in question.calls()]
            if isinstance(question, Question)
            else [],
        }
        for question in questions
    ]


def judge(questions: Sequence[Question | Written], found: dict[str, list]) -> list[dict]:
    """Points and hints, question by question.

    found: by name, the value of a variable or the results of the calls, in the order of
    `Question.calls`. A name that is missing was not in the notebook.
    """
    return [_judge(q, found) for q in questions if isinstance(q, Question)]


def _judge(question: Question, found: dict[str, list]) -> dict:
    result = {"name": question.name, "points": 0, "hints": []}
    if question.name not in found:
        result["hints"] = [NO_NAME.format(question.name)]
        return result
    given = found[question.name]
    if not given or all(value is None for value in given):
        result["hints"] = [NOT_ANSWERED]
        return result
    places = {id(call): place for place, call in enumerate(question.calls())}
    for check in question.checks:
        place = places.get(id(check.call), 0)
        value = given[place] if place < len(given) else given[0]  # what is no function: one Failed
        problem = _problem(question, check, value, given)
        if problem is None:
            result["points"] += check.points
        elif problem not in result["hints"]:
            result["hints"].append(problem)
    return result


def _problem(question: Question, check: Check, value: object, given: list) -> str | None:
    if isinstance(check.judge, Raises):
        if all(isinstance(one, Failed) for one in given):
            return "It always stops."
    elif isinstance(value, Failed):
        return _stopped(value, called=check.call is not None)
    elif value is None and check.call is not None:
        return "Called by the grader, it returned None. Does every way through it end in a return?"
    try:
        problem = getattr(check.judge, "mistake", check.judge)(check.of(value))
    except Exception:  # an answer of another form than the judge can read
        return f"The answer should be {question.form}."
    if problem and check.call is not None:
        return _without_numbers(problem, check.judge)
    return problem


def _stopped(failed: Failed, called: bool) -> str:
    """Why there is nothing to judge. With a kind of our own, the text is a sentence's end."""
    if failed.kind in ("Answer", "Model"):
        return f"The {failed.kind.lower()} could not be read: {failed.text}."
    if called:
        return f"Called by the grader, it stopped: {failed}."
    return f"It could not be read: {failed}."


def _without_numbers(problem: str, judge: object) -> str:
    """The hint without the numbers of the answer: what comes out of a call tells what went in.

    Sentences that the author of the question wrote are kept as they are.
    """
    hints = getattr(judge, "hints", None) or {}
    written = [*hints.values()] if isinstance(hints, dict) else [reason for _, reason in hints]
    written += [reason for _, reason in getattr(judge, "wrong", ())]
    written += [getattr(judge, "hint", "")]
    kept = next((text for text in written if text and problem.endswith(text)), "")
    if not kept and callable(judge) and not hasattr(judge, "mistake"):
        return problem
    said = problem[: len(problem) - len(kept)]
    said = re.sub(r" \([^()]*\), counted without the batch,", "", said)
    said = re.sub(r"\(?-?\d[\d,.]*\d|\(?-?\d", "...", said)
    said = re.sub(r"\.\.\.(?:,? ?(?:\.\.\.|None))*,?\)?", "...", said)
    said = said.removeprefix("...: ").replace("... is too", "The result is too")
    said = said.replace("... parameters are", "Its parameters are")
    return f"{said}{kept}".strip()
