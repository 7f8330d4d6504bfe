"""Write single-file copies of the notebooks that carry the helpers and the small data they need.

python -m helpers.tools.portable        all of them, into build/portable/
python -m helpers.tools.portable 05     one of them

A copy needs no repository and no pip: folded, readable cells before the set-up cell write the
helpers into a temporary folder. Fashion-MNIST is too large to carry; Keras downloads it.
"""

import ast
import base64
import copy
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.tools.notebook_form import FOLDED, ROOT, address, lessons, own_imports, tags

FOLDER = ROOT / "build" / "portable"
TOO_LARGE = ("fashion_mnist_train.npz", "fashion_mnist_test.npz")  # datasets downloads them
TEXT = (".py", ".json", ".csv")

HEAVY = 100_000  # characters of a stored picture that a single file does without

NOTE = """This copy of the lesson is a single file. The folded cells below carry the helpers and
pictures that the lesson uses: unfold them to read what will run. They write them into a temporary
folder. Nothing is installed. Only Fashion-MNIST, where a lesson trains on it, is downloaded: by
Keras, once, 30 MB."""

CARRY = '''# @title What this file carries is written into a temporary folder
import base64
import sys
import tempfile
from pathlib import Path

CARRIED = Path(tempfile.mkdtemp(prefix="lesson-"))


def carry(name, text, decode=str.encode):
    """Write one file: `decode` makes its bytes of the text in the cell."""
    path = CARRIED / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(decode(text.removeprefix("\\n")))


sys.path.insert(0, str(CARRIED))'''

# Instead of the common lines, which look for the helpers and would fetch them.
SETUP = """# @title Set-up: run this first
from helpers import installation

installation.quiet_start()

"""


def imported(source: str) -> set[str]:
    """The files of helpers/ that a piece of Python imports, in functions too."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    files = set()
    for name in names:
        if name.split(".")[0] == "helpers":
            path = name.replace(".", "/")
            files |= {f for f in (f"{path}.py", f"{path}/__init__.py") if (ROOT / f).is_file()}
    return files


def helpers_of(source: str) -> list[str]:
    """The files of helpers/ that the source needs, and those which they need, packages first."""
    found, new = set(), imported(source)
    while new:
        found |= new
        new = set().union(*(imported((ROOT / name).read_text("utf-8")) for name in new)) - found
    packages = {f"{parent}/__init__.py" for name in found for parent in Path(name).parents}
    found |= {name for name in packages if (ROOT / name).is_file()}
    return sorted(found, key=lambda name: (not name.endswith("__init__.py"), name))


def data_of(notebook: nbformat.NotebookNode) -> list[str]:
    """The files of data/ that the notebook opened when `make refresh` ran it."""
    if "data" not in notebook.metadata:
        raise ValueError("The notebook does not say which data it opens: run `make refresh` first.")
    return [f"data/{name}" for name in notebook.metadata.data if name not in TOO_LARGE]


def carrying(name: str) -> nbformat.NotebookNode:
    """The cell that carries one file: readable text, or pictures and weights as base64."""
    if name.endswith(TEXT):
        text, decode = (ROOT / name).read_text(encoding="utf-8"), ""
    else:
        text, decode = base64.encodebytes((ROOT / name).read_bytes()).decode(), ", base64.b64decode"
    if "'''" in text or not text.endswith("\n"):
        raise ValueError(f"{name} cannot stand between r''' and ''': it must end with a new line.")
    return new_code_cell(f"# @title {name}\ncarry({name!r}, r'''\n{text}'''{decode})")


def portable(path: Path) -> nbformat.NotebookNode:
    """The single-file copy of the notebook at `path`, with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    setup = next(i for i, cell in enumerate(notebook.cells) if "setup" in tags(cell))
    notebook.cells[setup].source = SETUP + own_imports(notebook.cells[setup].source)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    files = [*helpers_of(source), *data_of(notebook)]
    cells = [new_code_cell(CARRY), *map(carrying, files)]
    cells[-1].source += "\n\nimport helpers  # these, whatever lies beside this notebook"
    for number, cell in enumerate(cells):
        cell.id = f"carried-{number}"
        cell.metadata = nbformat.from_dict(copy.deepcopy(FOLDED))
    notebook.cells[setup:setup] = [new_markdown_cell(NOTE, id="carried"), *cells]
    repository, branch = address()
    link = rf"](https://github.com/{repository}/blob/{branch}/notebooks/\1)"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # the other lessons do not lie beside this file
            cell.source = re.sub(r"\]\((\d\d_\w+\.ipynb)\)", link, cell.source)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            # A photograph is drawn again by the first run; until then its words stand for it.
            if len(output.get("data", {}).get("image/png", "")) > HEAVY:
                del output.data["image/png"]
    return notebook


def main(wanted: str = "") -> None:
    if not lessons(wanted):
        sys.exit(f"No notebook starts with {wanted!r}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in lessons(wanted):
        target = FOLDER / path.name
        nbformat.write(portable(path), target)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
