"""The autograder for Gradescope, in a folder laid out as there."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from helpers.tools import grade, gradescope, homework
from helpers.tools.questions import PUBLIC


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """/autograder as Gradescope makes it of the zip, but for the virtual environment."""
    root = tmp_path_factory.mktemp("autograder")
    gradescope.write_zip("hw2", root / "hw2.zip")
    assert (root / "hw2.zip").stat().st_size < 500_000
    with zipfile.ZipFile(root / "hw2.zip") as archive:
        names = archive.namelist()
        archive.extractall(root / "source")
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["run_autograder"] & modes["setup.sh"] & 0o111
    assert not [name for name in names if "lesson" in name]
    return root


def run(root, **files):
    shutil.rmtree(root / "submission", ignore_errors=True)
    (root / "submission").mkdir()
    for name, content in files.items():
        text = content if isinstance(content, str) else nbformat.writes(content)
        (root / "submission" / f"{name}.ipynb").write_text(text, "utf-8")
    command = [sys.executable, "-m", "helpers.tools.gradescope", "run", str(root)]
    assert "helpers.tools.gradescope run /autograder" in gradescope.RUN
    plain = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "HOMEWORK_TESTS")}
    done = subprocess.run(command, cwd=root / "source", env=plain, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((root / "results" / "results.json").read_text())["tests"]


def test_scores_of_a_submission(autograder):
    assignment = homework.load("hw2", PUBLIC)
    wrong = homework.reference(assignment, {"q02_parameters": "q02_parameters = 320 * 80"})
    tests = run(autograder, mine=wrong)
    assert [(t["score"], t["max_score"]) for t in tests[:4]] == [(0, 0), (6, 6), (0, 6), (6, 6)]
    assert sum(test["score"] for test in tests) == 84
    assert "biases are missing" in tests[2]["output"]
    assert {test["visibility"] for test in tests[1:]} == {"after_published"}
    assert tests[0]["output"] == "From top to bottom." and tests[0]["visibility"] == "visible"
    assert (autograder / "source").stat().st_mode & 0o777 == 0o700


def test_none_or_two_notebooks_are_told(tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")
    grading = grade.Grading("hw2", tmp_path, tmp_path / "out", 60)
    question = grade.Asked("q01_a", "First", 6, [], None)
    grading.sheet = grade.Sheet("hw2", "", [question, grade.Asked("q02_b", "B", 10, [], ["x"])])
    told, test = gradescope.results(grading)["tests"]
    assert "cannot be read" in told["output"] and "exactly one" in told["output"]
    assert (test["name"], test["score"], test["max_score"]) == ("1. First", 0, 6)
