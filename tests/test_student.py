"""The copies of lessons for a class run as the lessons do, and hold no solution."""

import re

import nbformat
import pytest

from helpers.tools import student
from helpers.tools.notebook_form import lessons, solutions, tags

PATHS = lessons()


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_copy_has_the_lessons_code_and_no_solution(path):
    """nbval runs the lesson's code with nothing answered: so it runs here, without solutions."""
    lesson, copy = nbformat.read(path, as_version=4), student.student_copy(path)
    nbformat.validate(copy)
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    assert [cell.source for cell in copy.cells if cell.cell_type == "code"] == code
    text = "\n\n".join(cell.source for cell in copy.cells)
    assert not re.search(r"(?i)solution", re.sub(r"https?://\S+", "", text))
    assert not re.search(r"\]\(\d\d_\w+\.ipynb\)", text)  # no other lesson lies beside it
    for _, answer in solutions(lesson):
        assert answer not in text
    assert text.count("<details>") == text.count("</details>") > 0
    for before, cell in zip(copy.cells, copy.cells[1:], strict=False):
        assert not ("play" in tags(before) and cell.source.startswith("<details>")), cell.source
    for cell in copy.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert cell.source.strip()


def test_command_writes_one_or_all(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(student, "FOLDER", tmp_path)
    monkeypatch.setattr(student, "ROOT", tmp_path.parent)
    student.main("07")
    assert [path.name for path in tmp_path.iterdir()] == ["07_inception.ipynb"]
    assert "07_inception.ipynb" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="No notebook"):
        student.main("99")
