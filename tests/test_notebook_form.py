"""Solutions are read out of the folded Markdown, and answer a copy of the notebook."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.tools import kernels
from helpers.tools.notebook_form import answered, solutions

SOLUTION = "<details><summary>Solution</summary>\n\n```python\n{}\n```\n\n</details>"
HINT = "<details><summary>Hint 1</summary>\n\n```python\n2 * x\n```\n</details>"
MORE = HINT.replace("Hint 1", "More: twice").replace("2 * x", "print('more', twice * 8)")
FIELD = '  # @param {type:"raw"}'


def exercise(source):
    return new_code_cell(source, metadata={"tags": ["exercise"]})


@pytest.fixture
def lesson():
    build = "def answer(x):\n    return twice * x"
    return new_notebook(
        cells=[
            new_code_cell(f"guess = None{FIELD}"),
            new_code_cell("twice = 2\nprint('guessed', guess)"),
            new_markdown_cell(HINT),
            exercise(f"answer = None{FIELD}\n# a number\nprint('number', answer)"),
            new_markdown_cell(SOLUTION.format("# by hand\nhalf = 3\nanswer = half * twice\n")),
            new_markdown_cell(HINT),
            exercise("answer = None\n\nprint('built', answer and answer(4))"),
            new_markdown_cell("Well done.\n\n" + SOLUTION.format(build) + "\n\n" + MORE),
        ]
    )


def test_solutions_are_found_with_their_exercises(lesson):
    assert solutions(lesson) == [
        (3, "# by hand\nhalf = 3\nanswer = half * twice"),
        (6, "def answer(x):\n    return twice * x"),
    ]


def test_runs_whole_with_nothing_and_with_everything_answered(lesson, tmp_path):
    copy = answered(lesson)
    said = []
    for notebook in (lesson, copy):
        kernels.run(notebook, tmp_path)
        said.append("".join(o.text for c in notebook.cells for o in c.get("outputs", [])))
    assert said == [
        "guessed None\nnumber None\nbuilt None\n",
        "guessed 1\nnumber 6\nbuilt 8\nmore 16\n",
    ]
    assert lesson.cells[0].source == f"guess = None{FIELD}"  # the lesson itself is as it was


@pytest.mark.parametrize(
    ("index", "source", "message"),
    [
        (4, "No solution.", "0 folded solutions, not 1, after: answer = None"),
        (4, SOLUTION.format("1") + "\n" + SOLUTION.format("2"), "2 folded solutions"),
        (4, SOLUTION.format("x = answer == 3"), "sets no answer"),
        (6, "model = None", "0 lines `answer = None`, not 1, in: model = None"),
    ],
)
def test_a_lesson_out_of_form_is_refused(lesson, index, source, message):
    lesson.cells[index].source = source
    with pytest.raises(ValueError, match=message):
        answered(lesson)
