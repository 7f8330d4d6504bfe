"""Write a copy of a lesson for a class: without solutions, and without outputs.

python -m helpers.tools.student        all lessons, into build/student/
python -m helpers.tools.student 07     one of them

The copy runs from top to bottom. Hints and recall answers stay, and so do the helpers, which hold
the right answers: this is for teaching, not for marks.
"""

import re
import sys
from pathlib import Path

import nbformat

from helpers.tools.notebook_form import ROOT, lessons, link_to_repository, tags

FOLDER = ROOT / "build" / "student"

SOLUTION = re.compile(r"(?s)<details><summary>Solution</summary>.*?</details>")
GOAL_REACHED = re.compile(r"(?s)\A<details>.*?</details>")  # below a slider, under any name

# What lesson 00 says of the solutions.
WITHOUT = {
    ", hints and folded solutions the way": " and hints the way",
    "two hints, below the cell is the solution, both folded.": "two hints, folded.",
    " The solution is folded below.": "",
}


def student_copy(path: Path) -> nbformat.NotebookNode:
    """The lesson at `path` without solutions and outputs; its links lead to the repository."""
    notebook = nbformat.read(path, as_version=4)
    before = None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            if before and "play" in tags(before):
                cell.source = GOAL_REACHED.sub("", cell.source)
            cell.source = re.sub(r"\n{3,}", "\n\n", SOLUTION.sub("", cell.source)).strip("\n")
            for said, instead in WITHOUT.items():
                cell.source = cell.source.replace(said, instead)
        before = cell
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    link_to_repository(notebook)
    return notebook


def main(wanted: str = "") -> None:
    paths = lessons(wanted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in paths:
        nbformat.write(student_copy(path), FOLDER / path.name)
        print((FOLDER / path.name).relative_to(ROOT))


if __name__ == "__main__":
    main(*sys.argv[1:])
