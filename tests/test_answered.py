"""Every lesson runs whole with everything answered, and every folded solution is right."""

import nbformat
import pytest

from helpers.tools import kernels
from helpers.tools.notebook_form import answered, lessons, tags

PATHS = lessons()


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_runs_whole_with_everything_answered(path):
    notebook = answered(nbformat.read(path, as_version=4))
    exercises = [cell for cell in notebook.cells if "exercise" in tags(cell)]
    # and each once more at the end: who ran all cells first goes back and answers then
    notebook.cells += [nbformat.v4.new_code_cell(cell.source) for cell in exercises]
    kernels.run(notebook, path.parent)
    text = {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }
    for number, cell in enumerate(exercises, 1):
        said = f"Correct. {number} of {len(exercises)}"
        assert said in text[cell.id], f"{cell.source}\n{text[cell.id]}"
    guesses = sum("prediction" in tags(cell) for cell in notebook.cells)
    answers = [cell for cell in notebook.cells if "checks.predict(guess" in cell.source]
    assert len(answers) == guesses
    for cell in answers:
        assert "ou" in text[cell.id].splitlines()[-1], f"no word on the guess:\n{cell.source}"
