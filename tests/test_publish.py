"""`make publish` writes one address into every file that names it, and changes nothing else."""

import re
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.tools import notebook_form, publish
from helpers.tools.notebook_form import ROOT, address, lessons

COLAB = "https://colab.research.google.com/github"
PYPROJECT = """[project]
[project.urls]
Repository = "https://github.com/OWNER/REPOSITORY/tree/main"
"""
README = f"""# A title
[![Open In Colab](x.svg)]({COLAB}/someone/else/blob/their/branch/notebooks/05_sample.ipynb)
[![Binder](y.svg)](https://mybinder.org/v2/gh/someone/else/their/branch?labpath=notebooks/05.ipynb)
git clone https://github.com/OWNER/REPOSITORY.git, or
https://github.com/OWNER/REPOSITORY/archive/refs/heads/main.zip; see
https://github.com/OWNER/REPOSITORY/tree/main/data and https://github.com/d2l-ai/d2l-en/tree/main
and https://github.com/OWNER/REPOSITORY-2. Say `make publish REPO=owner/name`.
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project, with a README and one lesson that was run."""
    monkeypatch.setattr(notebook_form, "ROOT", tmp_path)
    monkeypatch.setattr(notebook_form, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(publish, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    output = new_output("stream", text="14,336\n")
    cells = [
        new_markdown_cell("# 05. Sample\n\n{{badge}}", id="a"),
        new_code_cell("import keras", metadata={"tags": ["setup"]}, execution_count=1, id="b"),
        new_code_cell("print('14,336')", outputs=[output], execution_count=2, id="c"),
        new_markdown_cell("[all](https://github.com/OWNER/REPOSITORY)", id="d"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks" / "05_sample.ipynb")
    return tmp_path


def git_remote(project, url):
    for command in (["init", "--quiet"], ["remote", "add", "origin", url]):
        subprocess.run(["git", *command], cwd=project, check=True)


def files(project):
    names = ("pyproject.toml", "README.md", "notebooks/05_sample.ipynb")
    return [(project / name).read_text(encoding="utf-8") for name in names]


def test_every_file_names_the_address(project, capsys):
    publish.main("ada/lessons", "v1.0")
    assert "name ada/lessons, v1.0" in capsys.readouterr().out
    pyproject, readme, notebook = files(project)
    assert '"https://github.com/ada/lessons/tree/v1.0"' in pyproject
    assert f"]({COLAB}/ada/lessons/blob/v1.0/notebooks/05_sample.ipynb)" in readme
    assert "](https://mybinder.org/v2/gh/ada/lessons/v1.0?labpath=notebooks/05.ipynb)" in readme
    assert "git clone https://github.com/ada/lessons.git, or" in readme
    assert "/ada/lessons/archive/refs/heads/v1.0.zip;" in readme
    assert "/ada/lessons/tree/v1.0/data" in readme
    for other in ("d2l-ai/d2l-en/tree/main", "OWNER/REPOSITORY-2.", "REPO=owner/name"):
        assert other in readme
    cells = nbformat.reads(notebook, as_version=4).cells
    assert f"]({COLAB}/ada/lessons/blob/v1.0/notebooks/05_sample.ipynb)" in cells[0].source
    assert '\nSOURCE = "https://github.com/ada/lessons"\n' in cells[1].source
    assert "install -qq --no-input {SOURCE}/archive/v1.0.zip\n" in cells[1].source
    assert cells[1].source.endswith("\nimport keras")
    assert cells[2].outputs[0].text == "14,336\n" and cells[2].execution_count == 2
    assert cells[3].source == "[all](https://github.com/ada/lessons)"


def test_there_and_back_changes_nothing(project):
    publish.main("OWNER/REPOSITORY", "main")  # brings the sample in form
    before = files(project)
    publish.main("ada/lessons", "feature/one")
    assert files(project) != before
    publish.main("OWNER/REPOSITORY", "main")
    assert files(project) == before


def test_the_address_wins_over_whoever_saved_last(project):
    publish.main("ada/lessons", "main")
    path = project / "notebooks" / "05_sample.ipynb"
    before = path.read_text()
    badge_and_setup, rest = before.split('"[all]')
    path.write_text(badge_and_setup.replace("ada/lessons", "fork/lessons") + '"[all]' + rest)
    publish.main("ada/lessons", "main")
    assert path.read_text() == before


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/ada/lessons",
        "https://github.com/ada/lessons.git",
        "https://token@github.com/ada/lessons/",
        "git@github.com:ada/lessons.git",
        "ssh://git@github.com/ada/lessons.git",
    ],
)
def test_the_git_remote_is_the_default(project, url):
    git_remote(project, url)
    publish.main()
    assert "github.com/ada/lessons/tree/main" in files(project)[0]


def test_says_what_to_do_without_a_remote_on_github(project):
    before = files(project)
    with pytest.raises(SystemExit, match="Name it: make publish REPO=owner/name"):
        publish.main("", "")
    git_remote(project, "/srv/git/lessons.git")
    with pytest.raises(SystemExit, match="Name it: make publish REPO=owner/name"):
        publish.main()
    with pytest.raises(SystemExit, match="is not of the form owner/name"):
        publish.main("https://github.com/ada/lessons")
    assert files(project) == before


def test_the_readme_names_the_address_of_the_project():
    """Badges and links of the README lead where pyproject.toml says."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert publish.readdress(readme, ("OWNER/REPOSITORY", "main"), address()) == readme
    linked = re.findall(r"colab\.research\.google\.com/github/\S+/(notebooks/\w+\.ipynb)", readme)
    linked += re.findall(r"mybinder\.org/v2/gh/\S+\?labpath=(notebooks/\w+\.ipynb)", readme)
    assert all((ROOT / name).is_file() for name in linked) and len(linked) > len(lessons())
