"""The rules of `make colab-test`, on notebooks that need no Keras; the lessons run there."""

import re
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from packaging.requirements import Requirement

from helpers.tools import colab_test
from helpers.tools.notebook_form import ROOT


def requirements(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def test_requirements_accept_the_versions_of_colab():
    wanted = {
        requirement.name: requirement.specifier for requirement in requirements("requirements.txt")
    }
    pins = requirements("tests/colab_versions.txt")
    assert {"tensorflow", "keras", "numpy", "matplotlib"} <= {pin.name for pin in pins}
    for pin in pins:
        version = re.fullmatch(r"==([\d.]+)", str(pin.specifier))[1]
        assert pin.name not in wanted or version in wanted[pin.name], pin.name
    text = colab_test.VERSIONS.read_text()
    assert re.search(r"(?m)^# date \d{4}-\d\d-\d\d$", text)
    assert re.search(r"(?m)^# python 3\.\d+$", text)


CELLS = [  # source, stored output, does it fail?
    ("print(2 + 2)", "4\n", False),
    ("print(2 + 2)", "5\n", True),
    ("print('time:', __import__('time').time())", "time: 12.3 s\n", False),
    ("import sys\nprint(4)\nprint('a log line', file=sys.stderr)", "4\n", False),
    ("import helpers", "", True),  # no way to the checkout
    ("import urllib.request\nurllib.request.urlopen('https://pypi.org')", "", True),  # offline
    ("open('left.txt', 'w').close()", "", False),
]


def test_a_notebook_runs_alone_and_is_compared(tmp_path):
    cells = [new_code_cell(source, execution_count=1) for source, _, _ in CELLS]
    for cell, (_, stored, _) in zip(cells, CELLS, strict=True):
        cell.outputs = [new_output("stream", text=stored)] if stored else []
    notebook = new_notebook(cells=cells)
    said = colab_test.run(sys.executable, notebook, tmp_path / "alone", tmp_path)
    failed = [f"Cell {i} " in said.split("summary info")[1] for i in range(len(CELLS))]
    assert failed == [fails for _, _, fails in CELLS], said
    assert "left files beside itself: left.txt" in said


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_the_fetching_way_fetches_from_the_local_remote(tmp_path):
    remote = colab_test.local_remote(tmp_path / "remote")
    path = next((ROOT / "notebooks").glob("00_*.ipynb"))
    setup = [
        c for c in colab_test.fetching(path, remote).cells if "setup" in c.metadata.get("tags", [])
    ]
    assert f'SOURCE = "{remote}"' in setup[0].source
    assert "pip install -qq --no-input {SOURCE}/archive/published.zip\n" in setup[0].source
    assert setup[0].outputs[0].text.startswith("Note: you may need to restart the kernel")
    assert remote.startswith("file:///")


def test_a_changed_package_fails_the_run(tmp_path, monkeypatch):
    freezes = iter([["numpy==2.1.3"], ["numpy==2.4.0"]])
    monkeypatch.setattr(colab_test, "installed", lambda venv: next(freezes))
    monkeypatch.setattr(colab_test, "local_remote", str)
    with pytest.raises(SystemExit, match="changed the packages"):
        colab_test.compare(tmp_path, [])


def test_another_python_serves_where_colabs_is_missing():
    assert colab_test.newest_python("3.10") == sys.executable
