"""The kinds of exercises, the tally, predictions. tests/test_exercises.py tries the exercises."""

import math
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

from helpers import checks
from helpers.checks import Array, Choice, Model, Number, Order, Shape, WrongAnswer

count = Number(32_832, hints={32_768: "Where are the biases of the filters?"})
size = Shape((None, 28, 28, 64), hints={(None, 64, 28, 28): "Channels come last."})
values = Array([[2.5, 0.0]], hints={((3.5, 1),): "There is no bias in this one."})
option = Choice("B", hints={"A": "That forgets the bias.", "C": "That is one filter."})
lines = Order("CABD", hints={"AC": "A needs what C makes.", "DBAC": "From back to front?"})


def one_layer(filters=8, kernel_size=1, activation="relu"):
    inputs = keras.Input((8, 8, 4))
    conv = layers.Conv2D(filters, kernel_size, padding="same", activation=activation)
    return keras.Model(inputs, conv(inputs))


built = Model(
    one_layer,
    also=[{"activation": "gelu"}],
    hints=[({"kernel_size": 3}, "The window is 3x3."), ({"activation": None}, "Not linear.")],
)


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        (count, 32_768, "32,768: Where are the biases of the filters?"),
        (count, 40_000, "40,000 is too high. Write the calculation down"),
        (count, 32_832.001, "32,832.001 is too high"),
        (count, np.float32(0.5), "0.5 is too low"),
        (count, 1e300, "1e+300 is too high"),
        (count, "32,832", "That is text. Give the number itself, without quotes and commas."),
        (count, b"32832", "That is text."),
        (count, True, "That is True or False."),
        (count, np.True_, "That is True or False."),
        (count, 10**400, "far too large a number"),
        (count, float("nan"), "NaN"),
        (count, float("inf"), "infinite"),
        (count, object(), "That is an object."),
        (count, ..., "That is an ellipsis."),
        (count, {}, "That is a dict."),
        (count, 1j, "That is a complex."),
        (count, [1, 2], "That holds 2 numbers."),
        (count, [None], "There is still a None in it."),
        (size, (None, 64, 28, 28), "(None, 64, 28, 28): Channels come last."),
        (size, (None, 28, 27, 60), "is wrong on axis 2 and 3. Go axis by axis"),
        (size, (28, 28, 64), "has 3 axes, not 4"),
        (size, (None, 28, 28, 64.5), "Axis 3 is 64.5. Sizes are whole numbers."),
        (size, (None, "28", 28, 64), "Axis 1: That is text."),
        (size, "(28, 28)", "That is text. Give a shape, such as"),
        (size, np.zeros((2, 28, 28, 64)), "That is the array itself."),
        (size, 64, "That is an int. Give a shape"),
        (size, np.array(64), "That is an ndarray. Give a shape"),
        (values, [3.5, 1], "Your array: There is no bias in this one."),
        (values, [0, 2.5], "The right numbers, in the wrong order"),
        (values, [2.5, 1], "1 of 2 entries are wrong, the first at index (0, 1)"),
        (values, [2.5, 1, 0], "has the shape (3,); (1, 2) is asked for"),
        (values, ["2.5", "0"], "That is text."),
        (values, np.array(["2.5", 0], object), "That is text."),
        (values, [2.5, None], "There is still a None in it."),
        (values, [[2.5, 0], [1]], "no array of numbers"),
        (values, [True, False], "True or False"),
        (option, "A", "A: That forgets the bias."),
        (option, "C", "C: That is one filter."),
        (option, "D", "D is none of the options. There are 3."),
        (option, "AB", "that text is none"),
        (option, 2, "an int is none"),
        (lines, "ACBD", "ACBD: A needs what C makes."),
        (lines, "BACD", "BACD: A needs what C makes."),
        (lines, ["D", "B", "A", "C"], "DBAC: A needs what C makes."),
        (lines, "CADB", "The first 2 fit, the next does not. What does each line read"),
        (lines, "BCAD", "It cannot begin like this."),
        (lines, "CAB", "Use each of A, B, C, D once"),
        (lines, "CABDD", "Use each of A, B, C, D once"),
        (lines, [3, 1, 2, 4], "an int is none"),
        (lines, 3124, "That is an int. Give the letters in order"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(exercise, answer, words):
    assert words in exercise.mistake(answer)
    with pytest.raises(WrongAnswer):
        exercise(answer)


@pytest.mark.parametrize(
    ("exercise", "answers"),
    [
        (count, [32832, 32832.0, np.int64(32832), np.array([[32832]]), keras.ops.array(32832)]),
        (size, [(None, 28, 28, 64), [None, 28, np.int64(28), 64.0]]),
        (size, [keras.Input((28, 28, 64)).shape]),
        (values, [[2.5, 0], [[2.5], [0]], np.array([2.5, 0], "float16")]),
        (values, [keras.Variable([2.5, 0.0]), keras.ops.array([2.5, 0])]),
        (option, ["B", " b ", "B.", "(B)", "b)", "'B'"]),
        (lines, ["CABD", "c a b d", "C, A, B, D", list("CABD"), np.array([*"CABD"])]),
        (Order(("AB", "BA")), ["AB", "BA"]),
        (built, [one_layer(), one_layer(activation="gelu")]),
    ],
)  # fmt: skip
def test_right_answers(exercise, answers, capsys):
    for answer in answers:
        assert exercise.mistake(answer) is None, answer
        exercise(answer)
        assert capsys.readouterr().out == "Correct.\n"  # outside of a lesson there is no tally


def test_no_answer_is_wrong_under_a_grader_alone(capsys, monkeypatch):
    count(None)
    assert capsys.readouterr().out.startswith("Not answered yet")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(WrongAnswer, match="Not answered yet"):
        count(None)


def test_whole_numbers_are_exact_and_others_may_be_rounded():
    assert "too high" in Number(25_636_712).mistake(25_636_713)
    assert Number(29).mistake(100 * 0.29) is None  # 28.999999999999996
    assert Number(0.3).mistake(0.1 + 0.2) is None
    assert Number(0.3).mistake(0.3001)
    assert Number(2.3699, tolerance=0.01).mistake(2.37) is None
    assert Number(0).mistake(1e-3) and Number(0.0).mistake(1e-9) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (one_layer(kernel_size=3), "The window is 3x3."),
        (one_layer(activation=None), "Not linear."),
        (
            one_layer(filters=9),
            "The output (8, 8, 9), counted without the batch, is wrong on axis 2",
        ),
        (one_layer(activation="tanh"), "Every shape fits, but it computes something else. Compare"),
    ],
)
def test_model(answer, words):
    assert words in built.mistake(answer)


def test_a_model_with_the_right_number_of_parameters_may_have_other_layers():
    def build(kernel_size):
        conv = layers.Conv2D(1, kernel_size, padding="same")
        return keras.Sequential([keras.Input((9, 9, 1)), conv])

    exercise = Model(lambda: build(3))
    assert exercise.mistake(build(3)) is None
    assert "the layers are not" in exercise.mistake(build((1, 9)))


def test_the_tally_counts_an_exercise_once_and_a_wrong_answer_ends_the_row(capsys):
    lesson = {"a": Number(1), "b": Number(2), "c": Number(3), "answer": 4}
    checks.count_together(lesson)
    answers = [("a", 1), ("a", 1), ("b", 2), ("b", None), ("c", 3), ("c", 4), ("a", 1), ("b", 2)]
    for name, answer in answers:
        try:
            lesson[name](answer)
        except WrongAnswer:
            print("wrong")
    assert capsys.readouterr().out.splitlines() == [
        "Correct. 1 of 3.",
        "Correct. 1 of 3.",
        "Correct. 2 of 3, 2 in a row.",
        "Not answered yet: replace None and run the cell again. Stuck? Unfold a hint.",
        "Correct. 3 of 3, 3 in a row.",
        "wrong",
        "Correct. 3 of 3.",
        "Correct. 3 of 3, 2 in a row.",
    ]


@pytest.fixture
def recorded(monkeypatch):
    monkeypatch.setattr(checks, "_RECORDED", {})
    return checks.guesses


@pytest.mark.parametrize(
    ("guess", "right", "says"),
    [
        (14_336, 14_336, "Your guess is exact."),
        (4_608, 14_336, "You guessed 4,608: too low, 3.1 times."),
        (64, 512, "You guessed 64: too low, 8.0 times."),
        (15_000, 14_336, "You guessed 15,000: too high, by about 5 %."),
        (-3, 14_336, "You guessed -3; it is 14,336."),
        (0.5, 0, "You guessed 0.5; it is 0."),
        (6.9, np.float64(6.87), "You guessed 6.9: too high, by 0.03."),
        ("A", "B", "You said A; it is B."),
        ("(b)", "B", "Your guess is right."),
        ((28, 28, 3), (28, 28, 64), "You guessed (28, 28, 3); it is (28, 28, 64)."),
        ([28, 28, 64], (28, 28, 64), "Your guess is right."),
    ],
)
def test_predict(guess, right, says, capsys, recorded):
    checks.predict(guess, right, "things")
    assert capsys.readouterr().out == says + "\n"
    (record,) = recorded()
    assert (record.right, record.unit) == (right, "things")


@pytest.mark.parametrize("right", [14_336, "B", (28, 28, 3)])
def test_predict_says_nothing_without_a_guess_and_never_raises(right, capsys, recorded):
    checks.predict(None, right)
    assert capsys.readouterr().out == ""
    for guess in ("many", b"1", float("nan"), 10**400, object(), {}, keras.Input((3,))):
        checks.predict(guess, right)
        assert capsys.readouterr().out.startswith("Your guess: ")
    assert recorded() == []


def test_of_a_prediction_the_first_guess_counts(recorded):
    for guess, right in ((64, 513), (512, 513), (513, 1026)):  # the same line run again
        checks.predict(guess, right, "numbers")
    checks.predict("A", "B")
    checks.predict("B", "B")  # another prediction with the same answer
    assert [(g.guess, g.right, g.unit) for g in recorded()] == [
        (64, 513, "numbers"),
        ("A", "B", ""),
        ("B", "B", ""),
    ]


def test_guesses_are_told_apart_and_repeated_in_a_notebook(recorded):
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output():
        shell.run_cell("from helpers import checks\nguess = 'A'")
        for cell in ("one", "two", "one"):
            shell.run_cell(f"checks.predict(guess, 'B')  # {cell}")
    assert len(recorded()) in (2, 3)  # a terminal numbers its cells, a kernel hashes them


def test_a_wrong_answer_shows_its_hint_without_the_lines_of_the_checker():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output() as captured:
        shell.run_cell("from tests.test_checks import count\ncount(32768)")
    shown = captured.stdout + captured.stderr
    assert "Not yet: 32,768: Where are the biases of the filters?" in shown
    assert "mistake" not in shown and "32832" not in shown


def test_checks_imports_neither_keras_nor_a_backend():
    code = (
        "import sys; from helpers import checks; print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_hint_in_the_docstring_of_checks_works():
    names = vars(checks) | {"keras": keras, "layers": layers}
    code = checks.__doc__.partition("    count = ")[2].partition("    checks.count_together")[0]
    exec(
        "import math\n" + "\n".join(line[4:] for line in ("    count = " + code).splitlines()),
        names,
    )
    assert names["count"].mistake(42 * 512).endswith("Is that all?")
    assert names["lines"].mistake("ACBD").endswith("A needs what C makes.")
    assert names["layer"].mistake(names["build"](kernel_size=3)) == "The window is 3x3."
    assert math.isclose(names["size"].right[0], 28)
