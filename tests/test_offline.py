"""The folder of `make offline`: what is in it, and that it asks no network."""

import platform
import subprocess

import pytest

from helpers.tools import environment, offline
from helpers.tools.notebook_form import ROOT, lessons


def test_the_folder_has_what_its_commands_need(tmp_path):
    folder = tmp_path / "offline"
    offline.copy(folder)
    for path in (*lessons(), *(ROOT / "helpers").rglob("*.py"), *(ROOT / "data").rglob("*.*")):
        copied = folder / path.relative_to(ROOT)
        assert copied.read_bytes() == path.read_bytes(), copied
    assert not list(folder.rglob("__pycache__"))
    said = (folder / "READ ME FIRST.txt").read_text()
    assert f"Python {platform.python_version()} or a later" in said
    make, lab = (line.split() for line in said.splitlines() if line.startswith("    "))
    for name in (make[1], lab[-1], "Makefile", "requirements.txt", "pyproject.toml", "README.md"):
        assert (folder / name.replace("\\", "/")).is_file(), name


def test_fetches_what_the_lessons_need_but_the_helpers(monkeypatch, tmp_path):
    fetched = []

    def call(command):
        fetched.extend(open(command[-1]).read().splitlines())
        return 0

    monkeypatch.setattr(offline.subprocess, "call", call)
    offline.wheels(tmp_path)
    wanted = (ROOT / "requirements.txt").read_text().splitlines()
    assert set(wanted) - set(fetched) == {offline.OWN}
    assert set(fetched) - set(wanted) == {"setuptools>=77"}  # installs the helpers
    monkeypatch.setattr(offline.subprocess, "call", lambda command: 1)
    with pytest.raises(SystemExit, match="could not fetch"):
        offline.wheels(tmp_path)


@pytest.mark.parametrize("there", [True, False])
def test_an_environment_is_made_of_the_wheels_that_are_there(monkeypatch, tmp_path, capsys, there):
    """The first line of READ ME FIRST.txt, and `make lab`; pip itself is not run."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    called = []

    def call(command, **options):
        called.append(command)
        return "-r" in command  # pip fails

    monkeypatch.setattr(environment, "WHEELS", str(tmp_path / ("bin" if there else "none")))
    monkeypatch.setattr(subprocess, "call", call)
    with pytest.raises(SystemExit):
        environment.main(str(tmp_path))
    assert ("--no-index" in called[-1]) == (str(tmp_path / "bin") in called[-1]) == there
    assert ("READ ME FIRST.txt names" in capsys.readouterr().err) == there
