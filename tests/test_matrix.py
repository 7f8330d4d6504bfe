"""`make matrix`, the jobs on GitHub, and the environments of `make test BACKEND=...`."""

import re
import subprocess
import sys

import pytest
import yaml

from helpers import installation
from helpers.tools import environment, kernels, matrix
from helpers.tools.notebook_form import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))


def lower_ends(name):
    """The requirements of a list by name, with what follows the name."""
    lines = (ROOT / name).read_text().splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", "-"))]
    return dict(re.fullmatch(r"([\w-]+)(.*)", line).groups() for line in kept)


def test_the_oldest_row_takes_the_lower_end_of_every_requirement():
    text = "# a comment\n-e .\npytest>=8.0.1,<10\n-r ../requirements.txt\npytest-xdist>=3\n"
    assert matrix.oldest(text).split() == ["pytest==8.0.1", "pytest-xdist==3"]
    for name in matrix.LISTS:
        assert all(end.startswith(">=") for end in lower_ends(name).values()), name
        assert len(matrix.oldest((ROOT / name).read_text()).split()) == len(lower_ends(name))


def test_the_rows_take_every_python_that_is_allowed():
    minors = range(environment.OLDEST[1], environment.NEWEST[1] + 1)
    assert {row.python for row in matrix.ROWS.values()} == {f"3.{minor}" for minor in minors}
    assert all(f"python-3.{minor}" in matrix.ROWS for minor in minors)
    assert matrix.ROWS["oldest"].python == f"3.{environment.OLDEST[1]}"


def test_what_a_row_sets_reaches_the_kernels(monkeypatch):
    for name, value in matrix.ROWS["threads-4"].settings.items():
        monkeypatch.setenv(name, value)
        kernels.set_environment()
        assert kernels.os.environ[name] == "4"
        monkeypatch.delenv(name)
        kernels.set_environment()
        assert kernels.os.environ[name] == "2"


SAID = """\
FAILED notebooks/06_network_in_network.ipynb::Cell 28
FAILED notebooks/06_network_in_network.ipynb::Cell 4
FAILED notebooks/05_one_by_one_convolution.ipynb::Cell 32
ERROR notebooks/12_grouped_and_shuffled.ipynb::Cell 0 - it stopped
2 failed, 30 passed
"""


@pytest.mark.parametrize(
    ("says", "code", "result"),
    [
        ("30 passed", 0, "green"),
        (SAID, 1, "05 cell 32; 06 cells 4, 28; 12 cell 0"),
        ("no tests ran", 5, "pytest stopped: see build/matrix/avx2.txt"),
    ],
)
def test_a_row_is_green_or_names_its_cells(tmp_path, monkeypatch, capsys, says, code, result):
    """A stand-in for the Python of the row writes what pytest would, and what it was told."""
    script = f"import os, sys; print({says!r}); print(os.environ['ONEDNN_MAX_CPU_ISA']); "
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{script}sys.exit({code})"\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(matrix, "ROOT", tmp_path)
    monkeypatch.setattr(matrix, "LOGS", tmp_path / "build" / "matrix")
    monkeypatch.setattr(matrix, "make_environment", lambda row, python: str(stand_in))
    monkeypatch.setattr(matrix, "versions", lambda python: "python 3.13.0")
    monkeypatch.setattr(environment, "find_python", lambda version: sys.executable)
    assert matrix.main("avx2") == (code != 0)
    assert capsys.readouterr().out.splitlines()[-1].endswith(f" s  {result}")
    assert (tmp_path / "build/matrix/avx2.txt").read_text() == f"{says}\nAVX2\n"


def test_a_python_that_is_not_here_is_left_out_unless_it_was_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(environment, "find_python", lambda version: None)
    assert matrix.main() == 0 and matrix.main("python-3.12") == 1
    assert "left out: no Python 3.12 here" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="No row is called threads-3. There are: python-3.11, "):
        matrix.main("threads-3")


def test_a_python_is_found_by_its_version():
    version = "{}.{}".format(*sys.version_info)
    found = environment.find_python(version)
    if found:  # a virtual environment may hide it
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        assert subprocess.check_output([found, "-c", code], text=True).strip() == version
    assert environment.find_python("3.2") is None


def steps(workflow):
    for name, job in workflow["jobs"].items():
        for step in job["steps"]:
            yield name, step


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_what_is_there(path):
    workflow = yaml.safe_load(path.read_text())
    made = set()
    for _, step in steps(workflow):
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/checkout@v6"))
        for command in re.findall(r"(?m)^make (.*)$", step.get("run", "")):
            words = re.sub(r"\$\{\{.*?\}\}", "", command).split()
            made |= {word for word in words if "=" not in word}
            variables = {word.split("=")[0] for word in words if "=" in word}
            assert variables <= {"BACKEND", "ROWS"}
    assert made and made <= TARGETS
    for job in workflow["jobs"].values():
        backends = job["strategy"]["matrix"].get("backend")
        assert backends is None or set(backends) == set(installation.BACKENDS)


def test_each_row_of_the_matrix_has_its_job():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    jobs = workflow["jobs"]["matrix"]["strategy"]["matrix"]["include"]
    assert {job["row"]: job["python"] for job in jobs} == {
        name: row.python for name, row in matrix.ROWS.items()
    }
    assert len(jobs) == len(matrix.ROWS)


def test_the_weekly_job_takes_the_newest_python_and_can_be_started_by_hand():
    workflow = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"}  # YAML reads `on` as true
    wanted = [s["with"]["python-version"] for _, s in steps(workflow) if "setup-python" in str(s)]
    assert wanted == ["{}.{}".format(*environment.NEWEST)]


def makes(*words, more=""):
    """What `make` would do, or does where the lines `more` add a rule to the Makefile."""
    command = ["make", "--no-print-directory", "-f", "Makefile", "-f", "-", *words]
    done = subprocess.run(command, cwd=ROOT, input=more, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("backend", installation.BACKENDS)
def test_a_backend_has_an_environment_of_its_own(backend):
    venv = {"tensorflow": ".venv"}.get(backend, f".venv-{backend}")
    lists = ["tests/requirements.txt"]
    lists += [] if backend == "tensorflow" else [f"tests/{backend}.txt"]
    said = makes("-n", "-B", "test", f"BACKEND={backend}")
    assert re.search(rf"environment\.py {venv} {' '.join(lists)} *\n", said)
    assert f"{venv}/bin/python -m pytest -n 2\n" in said
    assert all((ROOT / name).is_file() for name in lists)
    more = "show:\n\t@echo it is $$KERAS_BACKEND\n"
    assert makes("show", f"BACKEND={backend}", more=more) == f"it is {backend}\n"


def test_an_environment_takes_its_lists_one_after_the_other(tmp_path, monkeypatch, capsys):
    python = tmp_path / environment.python_of("new")
    python.parent.mkdir(parents=True)
    python.touch()
    called = []

    def call(command, **options):
        called.append(command[-1])
        return int(command[-1].endswith("b.txt"))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "call", call)
    environment.main("new", "a.txt")
    assert called[1:] == [str(tmp_path / "a.txt")] and (tmp_path / "new/share").is_dir()
    called.clear()
    with pytest.raises(SystemExit):
        environment.main("new", "a.txt", "b.txt", "c.txt")
    assert called[1:] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert "The packages could not be installed; pip says why above" in capsys.readouterr().err
    called.clear()
    environment.main("new")
    assert called[1:] == [str(tmp_path / "requirements.txt")]
