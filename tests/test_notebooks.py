"""Every committed notebook was run whole, has the common form, and computes its numbers."""

import copy
import re

import nbformat
import pytest

from helpers.tools.notebook_form import METADATA, ROOT, badge, lessons, setup_source, tags
from tests.numbers_in_prose import uncomputed

PATHS = lessons()
OBJECTIVE_VERBS = set(
    "Account Break Build Check Choose Compare Compute Count Derive Design Draw Explain Find Fix "
    "Measure Name Open Predict Read Recognise Repair Reproduce Run Say Show Trace Train Use "
    "Write".split()
)
SECTIONS = [
    "You will be able to",
    "Before you start",
    "First, a guess",
    "Your guesses",
    "Summary",
    "Recall",
    "Try at home",
    "Sources and further reading",
]


@pytest.fixture(params=PATHS, ids=[path.stem for path in PATHS])
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def section(notebook, title):
    """The Markdown under one `## title`, up to the next one."""
    return markdown(notebook).split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_was_run_from_top_to_bottom_on_a_fresh_kernel(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_shows_results_and_no_errors_or_stderr(notebook):
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    for cell in code_cells(notebook):
        # a cell that ends by printing or showing something has an output to compare
        last = cell.source.rstrip().splitlines()[-1]
        if re.match(r"print\(|\w*model\w*\.summary\(|figures\.\w+\(|lesson_\d\d\.\w+\(", last):
            assert cell.outputs, f"no stored output under: {last}"


def test_carries_nothing_of_a_session(notebook):
    found = copy.deepcopy(notebook.metadata)
    version = found.language_info.pop("version")
    assert re.fullmatch(r"3\.\d+\.\d+", version), "run `make refresh`"
    assert all((ROOT / "data" / name).is_file() for name in found.pop("data"))
    assert found == METADATA
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "cellView", "jupyter"}
        for output in cell.get("outputs", []):
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
    assert not re.search(r"(/home/|/root/|/work/|/opt/|/tmp/|C:\\)", nbformat.writes(notebook))


def test_holds_the_one_setup_cell_and_badge(path, notebook):
    setup = [cell.source for cell in code_cells(notebook) if "setup" in tags(cell)]
    assert setup == [setup_source(setup[0])], (
        "run `make refresh`: the set-up cell is not the common one"
    )
    assert badge(path) in notebook.cells[0].source, "run `make refresh`: the badge is not ours"


def test_every_number_in_the_text_is_computed(notebook):
    assert uncomputed(notebook.cells) == []


def test_every_picture_has_alt_text(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) >= 20
                assert "Figure size" not in output.data["text/plain"]


def test_anatomy(path, notebook):
    first = notebook.cells[0].source
    assert re.match(rf"# {path.name[:2]}\. \S", first)
    assert re.search(r"\*\*Reading:\*\* \d+ min · \*\*Doing:\*\* \d+ min · \*\*Needs:\*\* ", first)
    text = re.sub(r"(?s)```.*?```", "", markdown(notebook))  # comments in code begin with #, too
    headings = re.findall(r"(?m)^(#+) (.+)$", text)
    assert [mark for mark, _ in headings].count("#") == 1
    found = [title for mark, title in headings if mark == "##"]
    expected = list(SECTIONS)
    if path.name[:2] == "00":  # nothing comes before it
        expected = [title for title in SECTIONS if title not in ("Before you start", "Try at home")]
    assert [title for title in found if title in SECTIONS] == expected
    objectives = re.findall(r"(?m)^- \W*(\w+)", section(notebook, "You will be able to"))
    assert 3 <= len(objectives) <= 5 and set(objectives) <= OBJECTIVE_VERBS, objectives
    if "Before you start" in expected:
        assert section(notebook, "Before you start").count("<details>") == 3
    assert len(re.findall(r"(?m)^(?:- |\d\. )", section(notebook, "Summary"))) == 5
    assert section(notebook, "Recall").count("<details>") == 5


def test_run_all_works_without_answers(notebook):
    exercises = [cell for cell in code_cells(notebook) if "exercise" in tags(cell)]
    assert len(exercises) >= 3
    for cell in exercises:
        assert "Not answered yet" in cell.outputs[0].text
    assert section(notebook, "First, a guess").strip()


def test_no_magics_and_no_marks_of_nbval(notebook):
    for cell in code_cells(notebook):
        magic = r";\s*$" if "setup" in tags(cell) else r"(?m)^\s*[%!]|;\s*$"
        assert not re.search(magic, cell.source), cell.source[:80]
        assert "NBVAL" not in cell.source


def test_links_lead_to_files_that_exist(path, notebook):
    for target in re.findall(r"\]\((?!https?://|#)([^)]+)\)", markdown(notebook)):
        assert (path.parent / target).exists(), target


MEASURED = {"11": 2, "12": 1}  # cells of a lesson that print times


def test_only_sliders_and_measured_times_are_not_compared(path, notebook):
    ignored = [cell for cell in code_cells(notebook) if "nbval-ignore-output" in tags(cell)]
    times = [cell for cell in ignored if "play" not in tags(cell)]
    assert len(times) == MEASURED.get(path.name[:2], 0)
    for cell in times:
        lines = "".join(output.text for output in cell.outputs).splitlines()
        assert lines and all(line.startswith("time: ") for line in lines)
    printed = [
        o.get("text", "") for c in code_cells(notebook) if c not in ignored for o in c.outputs
    ]
    assert not re.search(r"(?m)^time:", "\n".join(printed))
