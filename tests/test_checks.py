import keras
import numpy as np
import pytest
from keras import layers

from helpers import checks
from tests.exercise_cases import accepts, refuses


def count(answer):
    checks.number(answer, 32_832, hints={32_768: "Where are the biases of the filters?"})


def size(answer):
    checks.shape(answer, (None, 28, 28, 64), hints={(None, 64, 28, 28): "Channels come last."})


def values(answer):
    checks.array(
        answer,
        [[2.5, 0.0]],
        hints={"bias": ([[3.5, 1.0]], "There is no bias in this one: look again.")},
    )


def option(answer):
    checks.choice(answer, "B", hints={"A": "That forgets the bias.", "C": "That is one filter."})


def needs_relu(model):
    if model.layers[-1].activation.__name__ != "relu":
        return "Which activation was asked for?"


def built(answer):
    checks.model(
        answer,
        output_shape=(None, 8, 8, 64),
        parameters=576,
        layer_kinds={"Conv2D": 1},
        parameter_hints={512: "Did you switch the bias off? It counts as well."},
        also=lambda m: (
            None
            if m.layers[-1].activation.__name__ == "relu"
            else "Which activation was asked for?"
        ),
    )


def model(filters=64, use_bias=True, activation="relu", kernel_size=1, kind=layers.Conv2D):
    return keras.Sequential(
        [
            keras.Input((8, 8, 8)),
            kind(filters, kernel_size, use_bias=use_bias, activation=activation, padding="same"),
        ]
    )


def test_number(capsys):
    spellings = (32832, 32832.0, np.int64(32832), np.array([32832]), keras.ops.array(32832))
    accepts(count, capsys, *spellings)
    refuses(
        count, 32768, 4096, 99_999, "32,832", True, [1, 2], object(), secret=(32832,), generic=1
    )


def test_number_accepts_no_trivial_answer():
    refuses(count, 0, np.zeros(1), 16416, float("nan"), secret=(32832,), generic=3)
    refuses(count, -32832, secret=())


def test_whole_numbers_are_exact_and_others_may_be_rounded(capsys):
    with pytest.raises(checks.WrongAnswer, match="too high"):
        checks.number(25_636_713, 25_636_712)
    checks.number(0.1 + 0.2, 0.3)
    checks.number(2.37, 2.3699, tolerance=0.01)
    assert capsys.readouterr().out == "Correct.\n" * 2


def test_shape(capsys):
    accepts(size, capsys, (None, 28, 28, 64), [None, 28, 28, 64], (None, np.int64(28), 28.0, 64))
    refuses(
        size, (None, 64, 28, 28), (None, 28, 28, 63), (28, 28, 64), 64, "x",
        secret=("(None, 28, 28, 64)",), generic=1,
    )  # fmt: skip


def test_array(capsys):
    accepts(values, capsys, [[2.5, 0]], np.array([[2.5, 0.0]]), keras.ops.array([[2.5, 0.0]]))
    refuses(
        values, [[3.5, 1]], [[0, 0]], [2.5, 0], [[1.25, 0]], [[float("nan"), 0]], "x", object(),
        secret=("2.5",), generic=3,
    )  # fmt: skip


def test_choice(capsys):
    accepts(option, capsys, "B", " b ")
    refuses(option, "A", "C", "D", 2, "", secret=(), generic=2)


def test_model(capsys):
    accepts(built, capsys, model())
    refuses(
        built,
        model(use_bias=False),
        model(filters=32),
        model(kernel_size=3),
        model(activation=None),
        model(kind=layers.SeparableConv2D),
        model().layers[0],
        keras.Sequential([keras.Input((8, 8, 8)), layers.Flatten()]),
        secret=(576,),
    )


@pytest.mark.parametrize(
    ("guess", "says"),
    [
        (None, "No guess written down. The answer is 14,336 parameters."),
        (14336, "Your guess is exact: 14,336 parameters."),
        (4608, "Your guess: 4,608. The answer is 14,336 parameters: you were too low, 3.1 times."),
        (15000, "you were too high, by 5 %."),
        (-3, "Your guess: -3. The answer is 14,336 parameters."),
        ("many", "without quotes or commas. The answer is 14,336 parameters."),
    ],
)
def test_predict_reveals_and_goes_on(capsys, guess, says):
    checks.predict(guess, 14336, "parameters")
    assert says in capsys.readouterr().out


def test_a_wrong_answer_shows_its_hint_without_the_lines_of_the_checker():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    with capture_output() as captured:
        shell.run_cell("from helpers import checks\nchecks.number(32768, 32832, hint='Bias?')")
    assert "Not yet: 32,768 is too low. Bias?" in captured.stdout + captured.stderr
    assert "32832" not in captured.stdout + captured.stderr.replace(
        "checks.number(32768, 32832", ""
    )
