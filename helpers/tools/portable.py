"""Write single-file copies of the notebooks that carry the helpers and the small data they need.

python -m helpers.tools.portable        all of them, into build/portable/
python -m helpers.tools.portable 05     one of them

A copy needs no repository, no pip and no network: folded, readable cells before the set-up cell
write the helpers and the data into a temporary folder. Of Fashion-MNIST it carries a part.
"""

import ast
import base64
import copy
import functools
import io
import lzma
import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers import datasets
from helpers.tools.notebook_form import (
    FOLDED,
    ROOT,
    lessons,
    link_to_repository,
    own_imports,
    tags,
)

FOLDER = ROOT / "build" / "portable"
LIMIT = 1_500_000  # bytes: mail, GitHub's preview and learning platforms take such a file
TEXT = (".py", ".json", ".csv")
FIGURES = "helpers/figures/__init__.py"


class Part(NamedTuple):
    """What a lesson carries of Fashion-MNIST: as many of the first images in 16 shades.

    Those of the first 25 and of `kept_train` and `kept_test` are kept as they are: they are shown,
    or a printed number hangs on a single shade of them.
    """

    train: int = 200
    test: int = 200
    kept_train: tuple[int, ...] = ()
    kept_test: tuple[int, ...] = ()


# Test images of which a stored net says something else in 16 shades: LeNet of lesson 04, the net of
# lesson 07 whole or with channels silenced; for 04 also those whose probabilities it prints.
_LENET = (
    40, 68, 73, 101, 120, 247, 404, 441, 586, 595, 661, 711, 722, 787, 938, 946, 968, 979,
    1039, 1111, 1197, 1280, 1449, 1539, 1629, 1684, 1744, 1809, 1899, 1925, 1944,
)  # fmt: skip
_INCEPTION = (
    10, 13, 198, 233, 276, 311, 344, 388, 445, 510, 550, 552, 596, 671, 684, 699, 708, 724,
    738, 766, 767, 773, 819, 822, 824, 841, 862, 926, 1034, 1048, 1064, 1093, 1099, 1107,
    1133, 1172, 1204, 1229, 1239, 1270, 1287, 1305, 1320, 1349, 1365, 1387, 1395, 1408,
    1466, 1483, 1490, 1510, 1538, 1569, 1576, 1589, 1590, 1596, 1606, 1633, 1661, 1687,
    1692, 1733, 1745, 1750, 1760, 1768, 1771, 1825, 1914,
)  # fmt: skip

# All images that the lessons train on would be 4.4 MB for 28x28 pixels and 0.8 MB for 14x14, as
# small as they get without a loss. A few hundred are enough for trainings that end in their bands;
# lessons 04 and 07 count the answers of a stored net on all test images.
PARTS = {
    "02": Part(kept_test=(341,)),
    "04": Part(800, 2000, kept_test=_LENET),
    "05": Part(1200, 500),
    "06": Part(1200, 500),
    "07": Part(1000, 2000, kept_test=_INCEPTION),
    "08": Part(1200, 200, kept_test=tuple(range(200))),
    "09": Part(1200, 200),
    "10": Part(1200, 300),  # 800 and 200 of them are no shoes
    "11": Part(2000, 25),
    "12": Part(2000, 400, kept_train=(8506, 6369, 5111, 2697, 1665, 8042, 6305, 8663)),
}

NOTE = """This copy of the lesson is a single file. The folded cells below carry the helpers and
pictures that the lesson uses: unfold them to read what will run. They write them into a temporary
folder. Nothing is installed, and nothing is downloaded. Where an output is only the words of a
picture, running the cell draws it."""
FEWER = """

Of Fashion-MNIST, which is too large for one file, it carries {train:,} of the 10,000 pictures for
training and {test:,} of the 2,000 for the test, most of them in 16 shades of grey. In the place of
each other picture stands one of these of the same class."""

CARRY = '''# @title What this file carries is written into a temporary folder
import base64
import sys
import tempfile
from pathlib import Path

CARRIED = Path(tempfile.mkdtemp(prefix="lesson-"))


def binary(text):
    return base64.b85decode(text.replace("\\n", ""))


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


@functools.cache
def drawings(source: str, prose: str = "") -> str:
    """helpers/figures/__init__.py with no more than the families of drawings that a lesson shows.

    All of them are a quarter of what a file may hold. prose: the text cells, whose solutions and
    whose lines to try at home draw, too.
    """
    play = (ROOT / "helpers/play.py").read_text("utf-8")
    functions = [node for node in ast.parse(play).body if isinstance(node, ast.FunctionDef)]
    shown = [source, prose, *((ROOT / name).read_text("utf-8") for name in lesson_modules(source))]
    for function in functions:  # a slider that the lesson shows, with what it draws
        if re.search(rf"\bplay\.{function.name}\b", source):
            shown.append(ast.get_source_segment(play, function))
    used = set(re.findall(r"\bfigures\.(\w+)", "\n".join(shown)))
    everything = (ROOT / FIGURES).read_text("utf-8")
    imports = [
        ast.get_source_segment(everything, node)
        for node in ast.parse(everything).body
        if isinstance(node, ast.ImportFrom)
        and (node.module == "helpers.figures._style" or used & {a.name for a in node.names})
    ]
    return "\n".join(['"""The drawings of this lesson."""\n', *imports, ""])


def lesson_modules(source: str) -> list[str]:
    return [name for name in sorted(imported(source)) if name.startswith("helpers/lessons/lesson_")]


def helpers_of(source: str, prose: str = "") -> list[str]:
    """The files of helpers/ that the source needs, and those which they need, packages first."""
    found, new = set(), imported(source)
    while new:
        found |= new
        texts = (
            drawings(source, prose) if name == FIGURES else (ROOT / name).read_text("utf-8")
            for name in new
        )
        new = set().union(*map(imported, texts)) - found
    packages = {f"{parent}/__init__.py" for name in found for parent in Path(name).parents}
    found |= {name for name in packages if (ROOT / name).is_file()}
    return sorted(found, key=lambda name: (not name.endswith("__init__.py"), name))


def data_of(notebook: nbformat.NotebookNode) -> list[str]:
    """The files of data/ that the notebook opened when `make refresh` ran it."""
    if "data" not in notebook.metadata:
        raise ValueError("The notebook does not say which data it opens: run `make refresh` first.")
    return [f"data/{name}" for name in notebook.metadata.data]


@functools.cache
def packed(part: Part) -> bytes:
    """A part of Fashion-MNIST in the form that `datasets.unpacked` reads."""
    arrays, pieces = {}, dict(zip(("train", "test"), datasets.fashion_mnist(), strict=True))
    for split, (images, labels) in pieces.items():
        kept = sorted({*range(25), *getattr(part, f"kept_{split}")})
        shades = (images[: getattr(part, split)].astype(int) + 8) // 17  # 0 to 15
        arrays |= {
            f"{split}_labels": labels,
            f"{split}_shades": shades.astype("uint8"),
            f"{split}_kept": np.array(kept),
            f"{split}_images": images[kept],
        }
    file = io.BytesIO()
    np.savez(file, **arrays)
    pixels = {"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 0, "pb": 0}
    return lzma.compress(file.getvalue(), filters=[pixels])


def carrying(name: str, content: bytes | None = None) -> nbformat.NotebookNode:
    """The cell that carries one file: readable text, or pictures and weights as base85."""
    content = (ROOT / name).read_bytes() if content is None else content
    if name.endswith(TEXT):
        text, decode = content.decode(), ""
    else:
        text, decode = base64.b85encode(content).decode(), ", binary"
        text = "".join(f"{text[i : i + 800]}\n" for i in range(0, len(text), 800))
    if "'''" in text or not text.endswith("\n"):
        raise ValueError(f"{name} cannot stand between r''' and ''': it must end with a new line.")
    return new_code_cell(f"# @title {name}\ncarry({name!r}, r'''\n{text}'''{decode})")


def make_room(notebook: nbformat.NotebookNode) -> None:
    """Leave out the largest stored pictures, as many as it takes to stay below `LIMIT`."""
    outputs = [o.data for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    pictures = [data for data in outputs if "image/png" in data]
    pictures.sort(key=lambda data: len(data["image/png"]))
    size = len(nbformat.writes(notebook).encode())
    while pictures and size > LIMIT - 1000:
        size -= len(pictures.pop().pop("image/png"))


def portable(path: Path) -> nbformat.NotebookNode:
    """The single-file copy of the notebook at `path`, with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    setup = next(i for i, cell in enumerate(notebook.cells) if "setup" in tags(cell))
    notebook.cells[setup].source = SETUP + own_imports(notebook.cells[setup].source)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    data, note = data_of(notebook), NOTE
    clothes = [name for name in data if name.startswith("data/fashion_mnist")]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    files = [*helpers_of(source, prose), *(name for name in data if name not in clothes)]
    contents = (drawings(source, prose).encode() if name == FIGURES else None for name in files)
    cells = [new_code_cell(CARRY), *map(carrying, files, contents)]
    if clothes:
        part = PARTS.get(path.name[:2], Part())
        cells.append(carrying(f"data/{datasets.CARRIED}", packed(part)))
        note += FEWER.format(train=part.train, test=part.test)
    cells[-1].source += "\n\nimport helpers  # these, whatever lies beside this notebook"
    for number, cell in enumerate(cells):
        cell.id = f"carried-{number}"
        cell.metadata = nbformat.from_dict(copy.deepcopy(FOLDED))
    notebook.cells[setup:setup] = [new_markdown_cell(note, id="carried"), *cells]
    link_to_repository(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    make_room(notebook)
    return notebook


def main(wanted: str = "") -> None:
    paths = lessons(wanted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in paths:
        target = FOLDER / path.name
        nbformat.write(portable(path), target)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
