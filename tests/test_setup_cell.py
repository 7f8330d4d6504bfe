"""The set-up cell finds the helpers, or says in one clear sentence what to do."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.tools.notebook_form import ROOT, setup_source

SOURCE = (ROOT / "tests" / "tools" / "setup_cell.py").read_text(encoding="utf-8")
ADDRESS = '"OWNER/REPOSITORY", "main"'
AFTER = "\nimport helpers, sys; print(helpers.__file__)"


def git(*arguments, folder):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def keras(tmp_path):
    """A stand-in for Keras, which would take three seconds to start."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "keras.py").write_text("class utils:\n    set_random_seed = print\n")
    return str(folder)


@pytest.fixture
def remote(tmp_path):
    """A local git remote that holds the helpers, on its branch "published"."""
    project = tmp_path / "project"
    shutil.copytree(ROOT / "helpers", project / "helpers")
    git("init", "--quiet", "--initial-branch=published", folder=project)
    git("add", ".", folder=project)
    git("commit", "--quiet", "-m", "helpers", folder=project)
    return project.as_uri()


@pytest.fixture
def run(tmp_path):
    """Run the cell for an address in an empty folder; return its exit code and what it says."""
    folder = tmp_path / "empty"
    folder.mkdir()

    def run(repository="owner/name", branch="main", source=SOURCE, where=folder, **environment):
        source = source.replace(ADDRESS, f'"{repository}", "{branch}"') + AFTER
        env = {**os.environ, "PYTHONPATH": "", **environment}
        done = subprocess.run(
            [sys.executable, "-c", source], cwd=where, env=env, capture_output=True, text=True
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    run.folder = folder
    return run


def fake_git(tmp_path, line, seconds=0):
    """A PATH on which git says `line` and fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\n/bin/sleep {seconds}\necho "{line}" >&2\nexit 128\n')
    script.chmod(0o755)
    return str(folder)


def test_fetches_once_from_the_branch_that_it_names(run, remote, keras):
    code, said = run(remote, "published", PYTHONPATH=keras)
    assert code == 0 and "Set-up complete." in said
    assert str(run.folder / "project" / "helpers" / "__init__.py") in said
    code, said = run(remote, "published", PYTHONPATH=keras, PATH="")  # now without git
    assert code == 0 and str(run.folder / "project") in said


def test_an_empty_folder_named_helpers_is_no_package(run, remote, keras):
    (run.folder / "helpers").mkdir()
    code, said = run(remote, "published", PYTHONPATH=keras)
    assert code == 0 and str(run.folder / "project") in said


def test_finds_a_checkout_above_before_an_installed_package(run, keras, tmp_path):
    installed = tmp_path / "packages" / "helpers"
    installed.mkdir()
    (installed / "__init__.py").touch()
    code, said = run(where=ROOT / "notebooks", PYTHONPATH=keras, PATH="")
    assert code == 0 and str(ROOT / "helpers" / "__init__.py") in said
    code, said = run(PYTHONPATH=keras, PATH="")  # no checkout: the package
    assert code == 0 and str(installed) in said


def test_without_a_repository(run):
    code, said = run(source=SOURCE, repository="OWNER/REPOSITORY")
    assert code == 1 and "Open this notebook inside its checkout." in said
    assert "make portable" in said


def test_without_a_network(run):
    nowhere = "http://127.0.0.1:9"
    code, said = run(https_proxy=nowhere, HTTPS_PROXY=nowhere)
    assert code == 1 and "could not be fetched from https://github.com/owner/name:" in said
    assert "No network? Connect" in said and "single-file copy" in said


def test_another_branch(run, remote):
    code, said = run(remote, "absent")
    assert code == 1 and "Remote branch absent not found" in said
    assert "Put a branch that it has into BRANCH above" in said


def test_without_git(run):
    code, said = run(PATH="")
    assert code == 1 and "Is git installed? If not, get it from https://git-scm.com" in said


def test_a_folder_in_the_way(run, remote):
    (run.folder / "project").mkdir()
    (run.folder / "project" / "mine.txt").touch()
    code, said = run(remote, "published")
    assert code == 1 and "Remove or rename the folder project" in said


@pytest.mark.skipif(os.name == "nt", reason="git is a shell script here")
@pytest.mark.parametrize(
    "line, advice",
    [
        ("fatal: Could not resolve host: github.com", "(on Kaggle: Settings > Internet)"),
        ("fatal: could not read Username: terminal prompts disabled", "private or has moved"),
    ],
)
def test_what_git_says_there(run, tmp_path, line, advice):
    code, said = run(PATH=fake_git(tmp_path, line))
    assert code == 1 and line in said and advice in said


@pytest.mark.skipif(os.name == "nt", reason="git is a shell script here")
def test_a_network_that_never_answers(run, tmp_path):
    source = SOURCE.replace("timeout=120", "timeout=0.3")
    code, said = run(source=source, PATH=fake_git(tmp_path, "late", seconds=3))
    assert code == 1 and "TimeoutExpired" in said and "No network?" in said


def test_the_notebooks_hold_this_source_with_the_address_of_the_project():
    assert SOURCE.count(ADDRESS) == 1
    assert setup_source().splitlines()[0] == SOURCE.splitlines()[0]
    assert len(SOURCE.splitlines()) <= 45
