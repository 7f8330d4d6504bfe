"""The README says what is there: lessons, minutes, badges, links and commands."""

import re

import nbformat
import pytest

from helpers.tools.notebook_form import ROOT, badge, lessons

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"(?m)^\| (\d\d) \| (.*) \|$", README))


def test_lists_all_fifteen_lessons():
    assert list(ROWS) == [f"{number:02}" for number in range(15)]


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_row_of_a_lesson(path):
    row = ROWS[path.name[:2]]
    first = nbformat.read(path, as_version=4).cells[0].source
    reading, doing = re.search(r"\*\*Reading:\*\* (\d+) min · \*\*Doing:\*\* (\d+)", first).groups()
    assert f"](notebooks/{path.name})" in row and badge(path) in row
    assert f"| {int(reading) + int(doing)} |" in row


def test_lessons_that_are_not_there_are_listed_as_such():
    missing = set(ROWS) - {path.name[:2] for path in lessons()}
    assert {number for number, row in ROWS.items() if "being written" in row} == missing


def test_links_and_commands_exist():
    for target in re.findall(r"\]\((?!https?://|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target
    typed = "\n".join(re.findall(r"(?m)^(?:py|python|\.venv\\Scripts\\python) .*$", README))
    files = re.findall(r"\w+(?:[/\\]\w+)*\.(?:py|txt|ipynb)\b", typed)
    assert len(files) == 6
    for file in files:
        assert (ROOT / file.replace("\\", "/")).exists(), file
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text())
    lab = re.search(r"python (-m jupyter lab .*?) \$\(LAB\)", (ROOT / "Makefile").read_text())[1]
    assert f".venv\\Scripts\\python {lab} notebooks\\00_start_here.ipynb" in README
    assert set(re.findall(r"make ([a-z][a-z-]+)(?=[`\s])", README)) - {"and"} <= set(targets)
