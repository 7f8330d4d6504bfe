"""The single-file copies carry all that they need, readably, and stay small."""

import ast
import os
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import datasets
from helpers.tools import colab_test, portable
from helpers.tools.notebook_form import ROOT, badge, lessons, setup_source, tags
from helpers.tools.refresh import refresh

LIMIT = 1_500_000  # bytes: mail, GitHub's preview and learning platforms take such a file
# Colab, Kaggle and requirements.txt have these; everything else must be carried.
THERE = {"IPython", "PIL", "helpers", "ipywidgets", "keras", "matplotlib", "numpy", "tqdm"}


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_carried(cell):
    return cell.get("id", "").startswith("carried")


def carrying(notebook):
    return [cell for cell in code(notebook) if is_carried(cell)]


def run(source, folder):
    """Run a piece of Python in `folder`, without a path to the checkout; return what it prints."""
    env = {**os.environ, "TMPDIR": str(folder.parent)}
    command = [sys.executable, "-I", "-"]
    done = subprocess.run(
        command, cwd=folder, input=source, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def sample(tmp_path):
    """The single-file copy of a small notebook."""
    using = "from helpers import datasets, reference\n\ndatasets.photograph('rocket')"
    output = new_output("execute_result", data={"text/plain": "1"}, execution_count=2)
    cells = [
        new_markdown_cell("# 05. Sample\n\nAfter [lesson 03](03_channels.ipynb)."),
        new_code_cell(setup_source(), metadata={"tags": ["setup"]}, execution_count=1),
        new_code_cell(using, execution_count=2, outputs=[output]),
    ]
    metadata = {"data": ["fashion_mnist_test.npz", "fashion_mnist_train.npz", "rocket.png"]}
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.write(notebook, tmp_path / "05_sample.ipynb")
    return portable.portable(tmp_path / "05_sample.ipynb")


@pytest.fixture(scope="module", params=lessons(), ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def copy(path):
    return portable.portable(path)


def test_a_lesson_is_small_valid_and_itself(path, copy):
    committed = nbformat.read(path, as_version=4)
    nbformat.validate(copy)
    assert len(nbformat.writes(copy).encode()) < LIMIT
    own = [cell for cell in copy.cells if not is_carried(cell)]
    pairs = zip(code(committed), (c for c in own if c.cell_type == "code"), strict=True)
    assert all(a.source == b.source for a, b in pairs if "setup" not in tags(a))
    assert badge(path) in copy.cells[0].source
    assert copy.metadata == committed.metadata


def test_a_lesson_carries_what_it_imports_and_installs_nothing(copy):
    """Read from the written files: every import is carried, standard, or in Colab."""
    own = [cell.source for cell in code(copy) if not is_carried(cell)]
    helpers = portable.helpers_of("\n".join(own))
    assert helpers and set(helpers) <= {c.source.split("\n")[0][9:] for c in carrying(copy)}
    for source in [*own, *((ROOT / name).read_text("utf-8") for name in helpers)]:
        for node in ast.walk(ast.parse(source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {n.split(".")[0] for n in names} <= THERE | set(sys.stdlib_module_names), names
    assert not [source for source in own if re.search(r"\bpip\b|find_spec", source)]


def test_the_files_written_are_those_of_the_project(copy, tmp_path):
    source = "\n\n".join(cell.source for cell in carrying(copy))
    folder = portable.Path(run(source + "\nprint(CARRIED)", tmp_path).strip())
    written = [file for file in folder.rglob("*") if file.suffix not in ("", ".pyc")]
    assert len(written) == len(carrying(copy)) - 1
    for file in written:
        if file.name == datasets.CARRIED:  # what is in it: test_the_clothes_carried
            assert len(datasets.unpacked(file.read_bytes())["train"][1]) == 10_000
            continue
        if file.match("figures/__init__.py"):  # fewer families of drawings, and no __all__
            own = (ROOT / portable.FIGURES).read_text("utf-8")
            statements = {ast.unparse(node) for node in ast.parse(own).body}
            assert {ast.unparse(n) for n in ast.parse(file.read_text()).body[1:]} < statements
            continue
        assert file.read_bytes() == (ROOT / file.relative_to(folder)).read_bytes(), file
    assert not list(tmp_path.iterdir())  # nothing beside the notebook


def test_carries_the_drawings_that_it_shows_itself_or_by_a_slider():
    own = portable.drawings("from helpers import figures, play\nfigures.speed_up(times)\n")
    assert "import connections, deal_cards, map_rows, speed_up" in own and "class_maps" not in own
    assert "class_maps" in portable.drawings("play.shift_wall(wall, maps, classes)")
    by_lesson = portable.drawings("from helpers.lessons import lesson_12\n")
    assert "speed_up" in by_lesson and "_style" in by_lesson
    assert "speed_up" in portable.drawings("x = 1", "```python\nfigures.speed_up(times)\n```")


def test_carries_what_the_text_draws_too(copy):
    """Solutions, and the lines to try at home."""
    (own,) = [c.source for c in carrying(copy) if portable.FIGURES in c.source[:60]]
    for cell in copy.cells:
        if not is_carried(cell):
            names = set(re.findall(r"\bfigures\.(\w+)", cell.source))
            assert {name for name in names if not re.search(rf"\b{name}\b", own)} == set()


def test_carries_the_helpers_it_imports_and_those_that_they_import(sample):
    titles = [cell.source.split("\n")[0] for cell in carrying(sample)]
    assert titles[1:] == [
        "# @title helpers/__init__.py",
        "# @title helpers/arithmetic.py",
        "# @title helpers/datasets.py",
        "# @title helpers/installation.py",
        "# @title helpers/reference.py",
        "# @title data/rocket.png",
        "# @title data/fashion_mnist_carried.xz",
    ]
    inside = "def f():\n    import helpers.cost\n    from helpers.lessons import lesson_00\n"
    assert {"helpers/lessons/__init__.py", "helpers/lessons/lesson_00.py"} <= set(
        portable.helpers_of(inside)
    )
    assert "helpers/checks.py" in portable.helpers_of(inside)  # imported by lesson_00
    assert portable.helpers_of("import numpy") == []


def test_carries_what_the_lesson_opened_when_it_ran(tmp_path):
    """Names that are put together too; only a run knows them."""
    path = tmp_path / "05_sample.ipynb"
    opening = "from helpers import datasets\n\nfor n in (8, 16):\n    "
    opening += (
        "print(datasets.find(f'results/plain_{n}.json').is_file(), datasets.find('none.csv'))"
    )
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# 05. Sample"), new_code_cell(opening)]), path
    )
    with pytest.raises(ValueError, match="run `make refresh` first"):
        portable.data_of(nbformat.read(path, as_version=4))
    refresh(path)
    notebook = nbformat.read(path, as_version=4)
    assert [cell.source for cell in code(notebook)] == [opening]
    assert notebook.cells[1].outputs[0].text == "True None\n" * 2
    names = ["data/results/plain_16.json", "data/results/plain_8.json"]
    assert portable.data_of(notebook) == names


@pytest.mark.parametrize("part", {portable.Part(), *portable.PARTS.values()})
def test_the_clothes_carried(part):
    """Those kept are equal to the bit, the first ones nearly, and the others of the right class."""
    carried = datasets.unpacked(portable.packed(part))
    for split, (images, labels) in zip(("train", "test"), datasets.fashion_mnist(), strict=True):
        few, same_labels = carried[split]
        assert few.dtype == images.dtype and few.shape == images.shape
        assert np.array_equal(same_labels, labels) and same_labels.dtype == labels.dtype
        kept = [*range(25), *getattr(part, f"kept_{split}")]
        assert np.array_equal(few[kept], images[kept])
        count = getattr(part, split)
        first, there = images[:count].astype(int), few[:count].astype(int)
        assert abs(there - first).max() <= 8 and there.max() == 255
        shades = ((first + 8) // 17 * 17).astype("uint8")
        known = {(y, x.tobytes()) for x, y in zip(shades, labels[:count], strict=True)}
        others = [i for i in range(count, len(images)) if i not in kept]
        assert {(labels[i], few[i].tobytes()) for i in others} <= known


def test_is_folded_counted_and_linked(sample):
    setup = next(i for i, cell in enumerate(sample.cells) if "setup" in tags(cell))
    assert [is_carried(cell) for cell in sample.cells] == [
        0 < i < setup for i in range(len(sample.cells))
    ]
    for cell in carrying(sample):
        assert cell.source.startswith("# @title ")
        assert cell.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}
    assert [c.execution_count for c in code(sample)] == list(range(1, 11))
    assert sample.cells[-1].outputs[0].execution_count == 10
    assert "/notebooks/03_channels.ipynb)." in sample.cells[0].source


def test_its_helpers_win_and_show_their_source(sample, tmp_path):
    """Another package of that name beside the notebook, and inspect.getsource."""
    (tmp_path / "helpers").mkdir()
    for name in ("__init__", "checks", "arithmetic"):
        (tmp_path / "helpers" / f"{name}.py").write_text("raise ValueError('not these')")
    source = [cell.source for cell in carrying(sample)]
    (setup,) = [cell.source for cell in sample.cells if "setup" in tags(cell)]
    find = setup.replace("installation.quiet_start()", "")  # which would start Keras
    look = "import inspect\nfrom helpers import arithmetic\n"
    look += "print(inspect.getsource(arithmetic.conv_output))"
    said = run("\n\n".join([*source, find, look]), tmp_path)
    assert said.startswith("def conv_output(") and "return" in said


def test_refuses_a_file_that_would_not_survive(monkeypatch, tmp_path):
    monkeypatch.setattr(portable, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("text = '''\n'''\n")
    (tmp_path / "b.py").write_text("no new line at the end")
    for name in ("a.py", "b.py"):
        with pytest.raises(ValueError, match=f"{name} cannot stand between"):
            portable.carrying(name)


def test_a_picture_makes_room_where_the_file_would_be_too_large(monkeypatch, sample):
    def shown(length):
        data = {"image/png": "A" * length, "text/plain": f"<Picture: {length}>"}
        return new_code_cell("x", outputs=[new_output("display_data", data=data)])

    notebook = new_notebook(cells=[shown(9_000), shown(30_000), shown(20_000)])
    monkeypatch.setattr(portable, "LIMIT", 35_000)
    portable.make_room(notebook)
    pictures = [cell.outputs[0].data for cell in notebook.cells]
    assert ["image/png" in data for data in pictures] == [True, False, True]
    assert pictures[1]["text/plain"] == "<Picture: 30000>"


@pytest.mark.parametrize("number", ["04", "07"])
def test_runs_alone_without_a_network(number, tmp_path):
    """In an empty folder, with nothing in Keras' own; nbval compares the outputs.

    These two count the answers of stored nets; `make colab-test` runs all.
    """
    (path,) = lessons(number)
    home = tmp_path / "keras"
    home.mkdir()
    wrong = colab_test.run(sys.executable, portable.portable(path), tmp_path / number, home)
    assert not wrong, wrong
    assert not list(home.rglob("*.*z"))
