"""Write the homework that students get: `make homework`.

python -m helpers.tools.homework

tests/homework/README.md describes the sources. With HOMEWORK_TESTS=homework_private the sources
come from there, and what is written goes to build/homework/ instead of notebooks/homework/. The
sources in nbgrader's own form, with solutions, are written to build/homework/nbgrader/.
"""

import copy
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers import installation
from helpers.tools.grade_processes import SECONDS
from helpers.tools.kernels import ROOT
from helpers.tools.notebook_form import FOLDED, METADATA
from helpers.tools.questions import (
    PUBLIC,
    Question,
    Written,
    module,
    names,
    numbers_beside,
    sources,
    title,
)

PLACEHOLDER = re.compile(r"\{\{(\w+)(?::([^{}]*))?\}\}")
SOLUTION = re.compile(r"(?ms)^[ ]*### BEGIN SOLUTION\n.*?^[ ]*### END SOLUTION[ ]*(?:\n|\Z)")
ANSWER = re.compile(r"(?m)^(?:(q\d\d_\w+) = None\b|def (q\d\d_\w+)\()")

# What all assignments share. A source says {{how}}, {{student}}, {{setup}} and {{count}}.
HOW = """\
## How this works

- Write your student number in the first cell. Then run the cells from the top.
- Each question wants its answer under one **name**, that of the cell below its text. Replace the
  `None` there, or the `return None` of the function. Write as many cells of your own as you like;
  the name is what counts. Leave the names of the set-up cell as they are (`given`, `answered`,
  `expect`, `numbers`, `whole`, `fine`).
- Answer with Python, NumPy and Keras: the lessons' `helpers` are not there when it is graded. Build
  models of Keras' own layers and operations. A layer or model class of your own, a `Lambda`, or a
  `lambda` as activation cannot be read.
- The cell below a question looks at your answer and says what it **didn't** look at. Where it finds
  no mistake, the answer may still be wrong. Where it finds one, *Run all* stops: go on from the
  next cell. The grader doesn't stop there.
- Before you hand in, restart and run all cells. The grader does the same, in an empty folder and
  without a network. It leaves out lines that begin with `!` or `%`, and gives a cell
  {{cell_seconds}} seconds, and the whole notebook {{seconds}}. What you print is not read.
- Save the notebook, in Colab with *File > Download > Download .ipynb*, and hand in that file."""

STUDENT = """\
student = ""  # your student number, between the quotes"""

SETUP = '''\
# @title Set-up: run this first
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
_shown = os.dup(2)  # TensorFlow's start writes log lines, which Jupyter shows in red
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
try:
    import keras

    keras.ops.ones(1)
finally:
    os.dup2(_shown, 2)

import numpy as np
from keras import layers, ops

given = set()  # the names that have an answer


class NotYet(Exception):
    """What a check says of an answer, shown without the lines of the check."""

    def _render_traceback_(self):
        return [f"Not yet: {self}"]


def answered(name, answer):
    """Is there something to check? It says so if not."""
    given.discard(name)
    if answer is None:
        print("Not answered yet: it is None.")
        return False
    given.add(name)
    return True


def expect(good, otherwise):
    """Stop with the hint `otherwise` unless `good`."""
    if not good:
        raise NotYet(otherwise)


def numbers(answer, count=None):
    """Is it one number, or a list or array of `count` numbers?"""
    try:
        array = np.asarray(answer)
    except ValueError:  # lists of different lengths
        return False
    asked = () if count is None else (count,)
    return array.dtype.kind in "iuf" and array.shape == asked and np.isfinite(array).all()


def whole(answer, count=None):
    """Are they whole numbers?"""
    return numbers(answer, count) and np.equal(np.mod(answer, 1), 0).all()


def fine(not_checked):
    print(f"No mistake found so far. Not checked here: {not_checked}.")'''

COUNT = """\
print(f"Answered: {len(given)} of {{count_questions}}.")
if not student:
    print("Your student number is missing: see the first cell.")
print("The grader looks at more than the checks here do.")"""

CELL_SECONDS = 20  # of one processor, in the grader


@dataclass(frozen=True)
class Assignment:
    """One homework: `source` is its notebook with the numbers filled in, and with solutions."""

    name: str  # hw2
    title: str  # Homework 2. 1x1 and Inception
    file: str  # hw2_one_by_one_and_inception.ipynb
    source: nbformat.NotebookNode
    questions: list[Question | Written]
    wrong: list[tuple]  # (name, code of a wrong answer, its points, words of its hint)
    right: list[tuple]  # (name, code of a right answer that isn't the one in the source)


def load(name: str, folder: Path | None = None) -> Assignment:
    """The assignment `name` ("hw2") of a folder of sources. SystemExit says what is missing."""
    place = (folder or sources()) / name
    notebooks = sorted(place.glob(f"{name}_*.ipynb"))
    if len(notebooks) != 1 or not (place / "questions.py").is_file():
        raise SystemExit(f"{place} should hold numbers.py, questions.py and one {name}_*.ipynb.")
    questions = module(place / "questions.py").QUESTIONS
    values = vars(numbers_beside(place / "questions.py"))
    common = {"cell_seconds": CELL_SECONDS, "seconds": SECONDS}
    common |= {"count_questions": len(questions)}
    common |= {"how": HOW, "student": STUDENT, "setup": SETUP, "count": COUNT}
    values = common | values
    notebook = nbformat.read(notebooks[0], as_version=4)
    for cell in notebook.cells:
        cell.source = fill(cell.source, values)
    wrong, right = (
        [(question, fill(code, values), *rest) for question, code, *rest in answers]
        for answers in (module(place / "wrong.py").WRONG, module(place / "right.py").RIGHT)
    )
    notebook = _with_metadata(notebook, questions)
    return Assignment(name, title(place), notebooks[0].name, notebook, questions, wrong, right)


def fill(text: str, values: dict) -> str:
    """`text` with {{name}} and {{name:,}} replaced by the values, again where these hold some."""

    def one(match: re.Match) -> str:
        if match[1] not in values:
            raise SystemExit(f"numbers.py sets no {match[1]}, but the notebook wants {match[0]}.")
        return format(values[match[1]], match[2] or "") if match[2] else str(values[match[1]])

    while PLACEHOLDER.search(text):
        text = PLACEHOLDER.sub(one, text)
    return text


def answers_for(cell: nbformat.NotebookNode) -> str | None:
    """The name that a cell of a source answers."""
    found = ANSWER.search(cell.source) if "### BEGIN SOLUTION" in cell.source else None
    return found and (found[1] or found[2])


def _with_metadata(notebook: nbformat.NotebookNode, questions: list) -> nbformat.NotebookNode:
    """The notebook with nbgrader's metadata: answers with their points, the checks read-only."""
    points, left = {q.name: q.points for q in questions}, {q.name for q in questions}
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number:03}", nbformat.NotebookNode()
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        form = {"schema_version": 3, "task": False, "grade": False, "solution": False}
        name = answers_for(cell)
        if name:
            if name not in left:
                raise SystemExit(f"{name} is answered twice, or is none of questions.py.")
            left.discard(name)
            form |= {"grade": True, "solution": True, "locked": False}
            form |= {"grade_id": name, "points": points[name]}
        elif "answered(" in cell.source or cell.source == fill(
            COUNT, {"count_questions": len(points)}
        ):
            form |= {"locked": True, "grade_id": f"check-{number}"}
        else:
            continue
        cell.metadata.nbgrader = nbformat.from_dict(form)
        if cell.source.startswith(SETUP):
            cell.metadata.update(copy.deepcopy(FOLDED))
    if left:
        raise SystemExit(f"The notebook has no answer cell for {', '.join(sorted(left))}.")
    return notebook


def student_version(assignment: Assignment) -> nbformat.NotebookNode:
    """What students get: the source without its solutions."""
    return submission(assignment, {})


def submission(assignment: Assignment, answers: dict[str, str]) -> nbformat.NotebookNode:
    """The student version with the answer cells of these names replaced by code."""
    notebook = copy.deepcopy(assignment.source)
    for cell in notebook.cells:
        name = answers_for(cell) if cell.cell_type == "code" else None
        if name:
            cell.source = answers.get(name) or SOLUTION.sub("", cell.source).rstrip("\n")
    return notebook


def reference(assignment: Assignment, changed: dict[str, str] | None = None):
    """The submission in which all is answered as in the source, but for `changed`."""
    return submission(assignment, right_answers(assignment) | (changed or {}))


def right_answers(assignment: Assignment) -> dict[str, str]:
    """By name, the answer cells as they stand in the source."""
    cells = [cell for cell in assignment.source.cells if cell.cell_type == "code"]
    return {answers_for(cell): cell.source for cell in cells if answers_for(cell)}


def main() -> None:
    installation.quiet_start()
    private = sources() != PUBLIC
    target = ROOT / ("build/homework" if private else "notebooks/homework")
    for name in names():
        assignment = load(name)
        pairs = {
            target / assignment.file: student_version(assignment),
            ROOT / "build/homework/nbgrader/source" / name / assignment.file: assignment.source,
        }
        for path, notebook in pairs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
            print(path.relative_to(ROOT))
    if not names():
        sys.exit(f"There are no assignments in {sources()}.")


if __name__ == "__main__":
    main()
