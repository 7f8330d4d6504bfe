"""Every exercise of every lesson: hints that fire, that help, and that keep the answer.

A new exercise needs no test of its own; a Model does (tests/test_exercise_models.py).
"""

import ast
import importlib
import inspect
import itertools
import math
import pkgutil
import re
from decimal import Decimal

import keras
import numpy as np
import pytest

from helpers import answers, checks, lessons

LESSONS = [
    importlib.import_module(f"helpers.lessons.{info.name}")
    for info in pkgutil.iter_modules(lessons.__path__)
]
EXERCISES = {
    f"{lesson.__name__.rpartition('.')[2]}.{name}": value
    for lesson in LESSONS
    for name, value in vars(lesson).items()
    if isinstance(value, checks.Exercise)
}
everything = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def of(*kinds):
    chosen = {name: e for name, e in EXERCISES.items() if isinstance(e, kinds)}
    return pytest.mark.parametrize("exercise", chosen.values(), ids=chosen)


def fresh(exercise):
    """The right answer: a value, or a model built now."""
    if isinstance(exercise, checks.Order) and not isinstance(exercise.right, str):
        return exercise.right[0]
    return exercise.right() if isinstance(exercise, checks.Model) else exercise.right


def known_mistakes(exercise):
    """Pairs (wrong answer, its reason)."""
    if isinstance(exercise, checks.Model):
        return [(exercise.right(**changes), reason) for changes, reason in exercise.hints]
    if not isinstance(exercise, checks.Order):
        return list(exercise.hints.items())
    pairs = []
    for key, reason in exercise.hints.items():  # some order in which the key's letters come so
        rest = [x for x in fresh(exercise) if x not in key]
        orders = map("".join, itertools.permutations([*key, *rest]))
        orders = [o for o in orders if [x for x in o if x in key] == list(key)]
        pairs += [
            (next((o for o in orders if exercise.mistake(o) == f"{o}: {reason}"), key), reason)
        ]
    return pairs


NONSENSE = [
    float("nan"), float("inf"), 10**400, -(10**400), 10**5000, b"21546", "many", "", "?", True, 1j,
    [], (), {}, set(), {1: 2}, [None], [None, None], (None, None, None), ["1", "2"], [b"1", "2"],
    [[1, 2], [3]], [float("nan")] * 3, [10**400, 1], object(), ..., int, len, range(3),
    np.zeros(0), np.array("x"), np.array(None), np.datetime64("2020-01-01"), Decimal("sNaN"),
    np.ndarray, keras.Variable,
    keras.Input((4,)), keras.layers.Dense(2), keras.Sequential([keras.layers.Dense(2)]),
]  # fmt: skip


def variations(exercise):
    """The right answer spoilt in the ways that every kind has to refuse."""
    right = fresh(exercise)
    if isinstance(exercise, checks.Number):
        text = [str(right), f"{right:,}", f"{right:,}".encode()]
        return [0, right / 2, right * 2, -right, right + 1, [right, right], *text]
    if isinstance(exercise, checks.Shape):
        doubled = tuple(n and 2 * n for n in right)
        return [0, doubled, right[::-1], right[1:], (*right, 1), str(right), list(map(str, right))]
    if isinstance(exercise, checks.Array):
        right = np.asarray(right, float)
        text = right.astype(str)
        return [0 * right, right / 2, right * 2, -right, right + 1, right[:1], text, text.tolist()]
    if isinstance(exercise, checks.Choice):
        return ["Z", f"{right}{right}", f"{right} or Z", right.encode(), [right], 1]
    if isinstance(exercise, checks.Order):
        return [right[::-1], right[1:], right + right[0], right.encode(), 1, [*right[1:], None]]
    output = keras.layers.Rescaling(0.5)
    return [
        0,
        right.count_params(),
        right.layers,
        right.outputs[0],
        keras.Sequential([right, output]),
    ]


def spellings(exercise):
    right = fresh(exercise)
    if isinstance(exercise, checks.Number):
        scalars = [float(right), np.float64(right), Decimal(right), keras.ops.array(right)]
        return [right, *scalars, [right], (right,), np.array([[right]]), right * (1 + 1e-14)]
    if isinstance(exercise, checks.Shape):
        whole = [] if None in right else [np.array(right), keras.ops.array(right)]
        return [right, list(right), tuple(n and float(n) for n in right), *whole]
    if isinstance(exercise, checks.Array):
        array = np.asarray(right, "float32")
        arrays = [array, array[None], array[..., None], keras.ops.array(array)]
        return [right, array.tolist(), tuple(array.tolist()), *arrays]
    if isinstance(exercise, checks.Choice):
        forms = ["{}", " {} ", "{}.", "({})", "{})", "{}:"]
        forms = [form.format(letter) for form in forms for letter in (right, right.lower())]
        return [*forms, np.str_(right)]
    if isinstance(exercise, checks.Order):
        return [
            right,
            right.lower(),
            ", ".join(right),
            list(right),
            tuple(right),
            np.array([*right]),
        ]
    models = [right, *(exercise.right(**changes) for changes in exercise.also)]
    shape = right.inputs[0].shape[1:]
    nested = keras.Sequential([keras.Input(shape), right])
    fixed = keras.Input(shape, batch_size=3)
    return [*models, nested, keras.Model(fixed, right(fixed))] if len(right.inputs) == 1 else models


def gives_away(hint: str, exercise) -> bool:
    """Does the hint hold the answer, or numbers that only have to be multiplied or added?"""
    right = fresh(exercise)
    if isinstance(exercise, checks.Choice):
        return bool(re.search(rf'["(]{right}[")]|\boption {right}\b|\b{right}[:.]', hint))
    if isinstance(exercise, checks.Order):
        return right in hint.upper()
    if isinstance(exercise, (checks.Shape, checks.Array)):
        sizes = [f"{float(n):g}" if n is not None else "None" for n in np.ravel(right)]
        return any(separator.join(sizes) in hint for separator in (", ", ",", "x", " x ", "*", " "))
    if isinstance(exercise, checks.Model):
        right = right.count_params()
    number = r"\d+(?:,\d{3})*(?:\.\d+)?"
    terms = re.findall(rf"{number}(?:\s*[-+*/x]\s*{number})*", hint)
    terms = [re.sub(r"\b0+(?=\d)", "", term.replace(",", "").replace("x", "*")) for term in terms]
    worth = [eval(term) for term in terms]
    runs = [worth[i:j] for i, j in itertools.combinations(range(len(worth) + 1), 2)]
    made = {f(run) for run in runs for f in (math.prod, sum)}
    return any(math.isclose(value, right, rel_tol=1e-9) for value in made)


def refuse(exercise, answer) -> str:
    """The hint for a wrong answer, which must help."""
    with pytest.raises(checks.WrongAnswer) as caught:
        exercise(answer)
    assert len(str(caught.value)) >= 20, f"{answer!r}: no help in {caught.value}"
    return str(caught.value)


def without_echo(message: str, exercise, answer) -> str:
    """The message without the learner's own answer at its start."""
    try:
        return message.removeprefix(answers.spell(exercise.read(answer)))
    except checks.WrongAnswer:
        return message


@everything
def test_every_hint_is_reached_by_its_own_mistake(exercise):
    for wrong, reason in known_mistakes(exercise):
        assert refuse(exercise, wrong).endswith(reason), f"{reason!r} is never said of {wrong!r}"


@everything
def test_a_hint_is_a_sentence_and_keeps_the_answer(exercise):
    hints = exercise.hints
    reasons = hints.values() if isinstance(hints, dict) else [reason for _, reason in hints]
    for hint in [*reasons, *filter(None, [exercise.hint])]:
        assert len(hint) >= 20 and not hint[0].islower() and hint[-1] in ".?!", hint
        assert not gives_away(hint, exercise), hint


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.__name__)
def test_no_mistake_of_an_exercise_is_there_twice(lesson):
    """Of two equal keys of a dict, such as 8 * 16 and 4 * 32, the first hint is never said."""
    tree = ast.parse(inspect.getsource(lesson))
    tables = [node.value for node in ast.walk(tree)
              if isinstance(node, ast.keyword) and node.arg == "hints"]  # fmt: skip
    for table in tables:
        keys = [key for key in getattr(table, "keys", []) if key]  # None: `**others`
        keys = [eval(ast.unparse(key), vars(lesson)) for key in keys]
        twice = [key for key in keys if keys.count(key) > 1]
        assert not twice, f"{twice[:1]} in the hints of line {table.lineno}"


@everything
def test_nonsense_is_a_wrong_answer_and_nothing_else(exercise):
    for answer in NONSENSE:
        message = without_echo(refuse(exercise, answer), exercise, answer)
        assert not gives_away(message, exercise), answer


@everything
def test_the_right_answer_spoilt_is_wrong(exercise):
    for answer in variations(exercise):
        message = without_echo(refuse(exercise, answer), exercise, answer)
        assert not gives_away(message, exercise), answer


@everything
def test_right_answers_pass_in_every_honest_spelling(exercise, capsys):
    for answer in spellings(exercise):
        assert exercise.mistake(answer) is None, answer
        exercise(answer)
        assert capsys.readouterr().out.startswith("Correct. ")


@of(checks.Model)
def test_a_model_keeps_its_weights(exercise):
    for model in (exercise.right(), exercise.right(**exercise.hints[-1][0])):
        before = model.get_weights()
        exercise.mistake(model)
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@everything
def test_an_unanswered_exercise_goes_on_and_is_wrong_under_a_grader(exercise, capsys, monkeypatch):
    exercise(None)
    assert capsys.readouterr().out.startswith("Not answered yet: replace None")
    for variable in ("NBGRADER_EXECUTION", "HOMEWORK_GRADING"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "autograde")
            assert "Not answered" in refuse(exercise, None)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.__name__)
def test_the_exercises_of_a_lesson_share_one_tally(lesson):
    exercises = [e for e in vars(lesson).values() if isinstance(e, checks.Exercise)]
    for exercise in exercises:
        message = f"{lesson.__name__} does not end with checks.count_together(globals())"
        assert exercise.tally is exercises[0].tally is not None, message
        assert exercise.tally.total == len(exercises), message


@pytest.mark.parametrize(
    ("hint", "gives"),
    [
        ("The answer is 21,546.", True),
        ("It is 21546, of course.", True),
        ("Compute 512*42 + 42 to the end.", True),
        ("filters * channels: 3, 42 and then 513 of them", True),
        ("positions * filters: 42, 513", True),
        ("Those are 42 biases beside 512 * 42 weights.", True),
        ("That is a 3x3 layer. This one is 1x1.", False),
        ("One filter reads 512 maps.", False),
        ("Not 121,546 and not 21,547.", False),
    ],
)
def test_the_test_for_given_away_answers(hint, gives):
    assert gives_away(hint, checks.Number(21_546)) is gives
