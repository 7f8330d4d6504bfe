"""What every notebook of the collection has in common, written once.

The address of the public repository comes from pyproject.toml; badge, set-up cell, folding and
metadata follow from it. `refresh.py` writes these into the notebooks, the tests hold them there.
"""

import copy
import platform
import re
import tomllib
from pathlib import Path

import nbformat

from helpers.play import NO_SLIDERS
from helpers.tools.kernels import ROOT

NOTEBOOKS = ROOT / "notebooks"
BADGE_IMAGE = "https://colab.research.google.com/assets/colab-badge.svg"
_BADGE = re.compile(r"\{\{badge\}\}|\[!\[Open In Colab\]\([^)]*\)\]\([^)]*\)")

# The first lines of every set-up cell. What follows them, the imports, is the lesson's own.
# A package `helpers` that is not ours is named, never replaced; a mere folder of that name does
# not count, because an installed package wins over it. Where the repository is private, git
# and pip would ask for a name and wait for ever: so it is an archive, without input.
SETUP = """\
# @title Set-up: run this first
from importlib.util import find_spec

SOURCE = "https://github.com/OWNER/REPOSITORY"
found = getattr(find_spec("helpers"), "origin", None)
if not found:  # Colab and Kaggle fetch the helpers once
    %pip install -qq --no-input {SOURCE}/archive/main.zip
try:
    from helpers import installation
except ImportError:
    do = "connect, correct SOURCE, or mend what pip names above"
    do = f"rename or uninstall {found}" if found else do
    raise SystemExit(f"No helpers: {do} ({SOURCE}), then restart the kernel.") from None
installation.quiet_start()
"""
# The last of the common lines: ours, of the cell before this one, or of a draft without a check.
_COMMON = re.compile(
    r"(?s)\A.*^(?:installation\.quiet_start\(\)|find_helpers\(\)|    %pip install[^\n]*)\n*",
    re.MULTILINE,
)

# As JupyterLab would complete it on opening: it then has nothing to save.
METADATA = {
    "colab": {"provenance": [], "toc_visible": True},
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}  # in Colab and in JupyterLab

_SOLUTION = re.compile(
    r"<details><summary>Solution</summary>\s*```python\n(.*?)```\s*</details>", re.DOTALL
)
_MORE = re.compile(r"(?s)<details><summary>More\b(.*?)</details>")
_PYTHON = re.compile(r"(?s)```python\n(.*?)```")
_ANSWER = re.compile(r"(?m)^answer = None\b.*$")
_GUESS = re.compile(r"(?m)^guess = None\b")


def lessons(wanted: str = "") -> list[Path]:
    """The committed notebooks in teaching order, or those whose number starts with `wanted`.

    SystemExit says so where none does.
    """
    found = sorted(NOTEBOOKS.glob(f"{wanted}*.ipynb" if wanted else "[0-9]*.ipynb"))
    if wanted and not found:
        raise SystemExit(f"No notebook starts with {wanted!r} in {NOTEBOOKS}.")
    return found


def address() -> tuple[str, str]:
    """("owner/name", branch) of the public repository, from pyproject.toml."""
    file = ROOT / "pyproject.toml"
    if not file.is_file():
        raise SystemExit(f"There is no {file}: run this in a checkout of the repository.")
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    url = project["urls"]["Repository"]
    repository, branch = url.removeprefix("https://github.com/").split("/tree/")
    return repository, branch


def badge(path: Path) -> str:
    """The Markdown of the Colab badge of the notebook at `path`."""
    repository, branch = address()
    target = f"https://colab.research.google.com/github/{repository}/blob/{branch}"
    return f"[![Open In Colab]({BADGE_IMAGE})]({target}/notebooks/{path.name})"


def link_to_repository(notebook: nbformat.NotebookNode) -> None:
    """Let the links to other lessons, which do not lie beside this copy, lead to the repository."""
    repository, branch = address()
    link = rf"](https://github.com/{repository}/blob/{branch}/notebooks/\1)"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((\d\d_\w+\.ipynb)\)", link, cell.source)


def setup_source(source: str = "") -> str:
    """The set-up cell: the common lines with the repository's address, then the lesson's own.

    `source` is the cell as it stands; of it, what follows the common lines is kept.
    """
    repository, branch = address()
    common = SETUP.replace("OWNER/REPOSITORY", repository)
    common = common.replace("/archive/main.zip", f"/archive/{branch}.zip")
    return f"{common}\n{own_imports(source)}".rstrip("\n")


def own_imports(source: str) -> str:
    """What follows the common lines in the source of a set-up cell."""
    return _COMMON.sub("", source)


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def put_in_form(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write everything shared into the notebook: badge, set-up cell, folding, metadata."""
    old = notebook.metadata
    notebook.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    version = old.get("language_info", {}).get("version", platform.python_version())
    notebook.metadata.language_info.version = version
    if "data" in old:  # refresh.py writes which files of data/ the lesson opens
        notebook.metadata.data = old.data
    first = notebook.cells[0]
    first.source = _BADGE.sub(lambda _: badge(path), first.source)
    for cell in notebook.cells:
        kept = {"tags": cell.metadata.tags} if "tags" in cell.metadata else {}
        if "setup" in tags(cell):
            cell.source = setup_source(cell.source)
            kept |= copy.deepcopy(FOLDED)
        cell.metadata = nbformat.from_dict(kept)


def clean_outputs(notebook: nbformat.NotebookNode) -> None:
    """Drop stderr, and join printed pieces that follow each other: how a kernel cuts is chance.

    Sliders need a kernel: where there is none, such as on GitHub, their cell says so.
    """
    for cell in notebook.cells:
        if "play" in tags(cell):
            cell.outputs = [nbformat.v4.new_output("stream", text=f"{NO_SLIDERS}\n")]
        elif cell.cell_type == "code":
            outputs = []
            for output in cell.outputs:
                if output.output_type == "stream" and output.name == "stderr":
                    continue
                if outputs and output.output_type == outputs[-1].output_type == "stream":
                    outputs[-1].text += output.text
                else:
                    outputs.append(output)
            cell.outputs = outputs


def solutions(notebook: nbformat.NotebookNode) -> list[tuple[int, str]]:
    """The code of every exercise's folded solution, with the index of the exercise's cell.

    An exercise is a code cell tagged `exercise`; its solution is the first Markdown cell after it,
    and before the next exercise, that holds `<details><summary>Solution</summary>` and in it one
    block of Python. ValueError names an exercise that has none.
    """
    found, cells = [], notebook.cells
    exercises = [i for i, cell in enumerate(cells) if "exercise" in tags(cell)]
    for start, end in zip(exercises, [*exercises[1:], len(cells)], strict=True):
        texts = [cell.source for cell in cells[start + 1 : end] if cell.cell_type == "markdown"]
        code = _SOLUTION.findall("\n\n".join(texts))
        if len(code) != 1:
            raise ValueError(f"{len(code)} folded solutions, not 1, after: {cells[start].source}")
        found.append((start, code[0].strip("\n")))
    return found


def answered(notebook: nbformat.NotebookNode, guess: object = 1) -> nbformat.NotebookNode:
    """A copy in which every exercise is answered by its solution, and every guess is `guess`.

    The line `answer = None` of an exercise becomes the solution's code, `guess = None` of any cell
    becomes `guess = 1`. Python that is folded under "More" follows in cells of its own. ValueError
    names an exercise without such a line, and a solution that sets no `answer`.
    """
    result = copy.deepcopy(notebook)
    for index, code in solutions(notebook):
        cell = result.cells[index]
        if not re.search(r"(?m)^answer\b[^=\n]*=|^(?:def|class) answer\b", code):
            raise ValueError(f"The solution sets no answer:\n{code}")
        cell.source, count = _ANSWER.subn(lambda _, code=code: code, cell.source)
        if count != 1:
            raise ValueError(f"{count} lines `answer = None`, not 1, in: {cell.source}")
    for cell in result.cells:
        if cell.cell_type == "code":
            cell.source = _GUESS.sub(f"guess = {guess!r}", cell.source)
    cells, result.cells = result.cells, []
    for cell in cells:
        folded = _MORE.findall(cell.source) if cell.cell_type == "markdown" else []
        more = [code for text in folded for code in _PYTHON.findall(text)]
        result.cells += [cell, *map(nbformat.v4.new_code_cell, more)]
    return result
