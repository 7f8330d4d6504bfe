"""What every notebook of the collection has in common, written once.

The address of the public repository comes from pyproject.toml; badge, set-up cell, folding and
metadata follow from it. `refresh.py` writes these into the notebooks, the tests hold them there.
"""

import re
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
BADGE_IMAGE = "https://colab.research.google.com/assets/colab-badge.svg"
_BADGE = re.compile(r"\{\{badge\}\}|\[!\[Open In Colab\]\([^)]*\)\]\([^)]*\)")

METADATA = {
    "colab": {"provenance": [], "toc_visible": True},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def lessons(wanted: str = "") -> list[Path]:
    """The committed notebooks in teaching order, or those whose number starts with `wanted`."""
    return sorted(NOTEBOOKS.glob(f"{wanted}*.ipynb") if wanted else NOTEBOOKS.glob("[0-9]*.ipynb"))


def address() -> tuple[str, str]:
    """("owner/name", branch) of the public repository, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    url = project["urls"]["Repository"]
    repository, branch = url.removeprefix("https://github.com/").split("/tree/")
    return repository, branch


def badge(path: Path) -> str:
    """The Markdown of the Colab badge of the notebook at `path`."""
    repository, branch = address()
    target = f"https://colab.research.google.com/github/{repository}/blob/{branch}"
    return f"[![Open In Colab]({BADGE_IMAGE})]({target}/notebooks/{path.name})"


def setup_source() -> str:
    """The set-up cell with the repository's address in it."""
    repository, branch = address()
    source = (Path(__file__).parent / "setup_cell.py").read_text().rstrip("\n")
    return source.replace('"OWNER/REPOSITORY", "main"', f'"{repository}", "{branch}"')


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def put_in_form(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write everything shared into the notebook: badge, set-up cell, folding, metadata."""
    notebook.metadata = nbformat.from_dict(METADATA)
    first = notebook.cells[0]
    first.source = _BADGE.sub(lambda _: badge(path), first.source)
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in ("claims", "tags") if key in cell.metadata}
        if "setup" in tags(cell):
            cell.source = setup_source()
        if {"setup", "solution"} & set(tags(cell)):  # folded in Colab and in JupyterLab
            kept |= {"cellView": "form", "jupyter": {"source_hidden": True}}
        cell.metadata = nbformat.from_dict(kept)


def clean_outputs(notebook: nbformat.NotebookNode) -> None:
    """Drop stderr, and join printed pieces that follow each other: how a kernel cuts is chance."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = []
            for output in cell.outputs:
                if output.output_type == "stream" and output.name == "stderr":
                    continue
                if outputs and output.output_type == outputs[-1].output_type == "stream":
                    outputs[-1].text += output.text
                else:
                    outputs.append(output)
            cell.outputs = outputs
