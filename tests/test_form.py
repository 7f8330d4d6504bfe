"""The page belongs to the reader: what every lesson's form promises, held here.

Lengths are counted in code lines: not blank, not comment. The folded set-up cell is left out of the
median.
"""

import ast
import re
import statistics

import nbformat
import pytest

from helpers.tools.notebook_form import lessons, solutions, tags

PATHS = lessons()
REAL = {  # drawings that put a photograph, a real map or a trained net through an operation
    "class_maps_over",
    "confusion",
    "deal_cards",
    "depthwise_steps",
    "difference_maps",
    "feature_maps",
    "fields_on",
    "filters_on",
    "images",
    "kernel_split",
    "kernels_on",
    "learning_curves",
    "lost_in_grey",
    "map_rows",
    "mixer",
    "net_slabs",
    "own_scales",
    "nets_on",
    "parallel_scales",
    "pixels_read",
    "partial_maps",
    "rates_on",
    "residual_roads",
    "residual_sum",
    "row_spectrum",
    "signals",
    "stride_reads",
    "trained_filters",
    "views_on",
    "windows_on",
    "shrinking",
    "window_steps",
}
# Word for word translations and worn phrases, with what to say instead.
PHRASES = {
    r"\bhow many percent\b": "what percentage",
    r"\bequally many\b": "the same number of",
    r"\badvise to\b": "advise doing",
    r"\bdear(?:er|est)?\b": "expensive",
    r"\b(?:hand|hands|handed|handing) on\b": "passes on",
    r"how many \w+ (?:has|have) (?:the|a|an|it|one|these|this|your)\b": "how many ... does it have",
    r"\bhas (?:it|he|she|they)\?": "does it have?",
    r"\bon trust\b": "don't trust",
    r"\bthere stands?\b|\bstands? (?:a|an) \w+ (?:map|layer|net)": "there is",
    r"\bnot told apart\b": "cannot be told apart",
    r"\bthe last but one\b": "the second-to-last",
    r"\bbear(?:s)? the guess out\b": "confirm the guess",
    r"\bis to look at it\b": "looks at it",
    r"\bbehind (?:each|the|a|every) (?:block|layer|sum|addition|convolution)": "after",
    r"\bunanswered by\b|\bin the way that follows\b": "say it plainly",
    r"\bA popular tutorial says\b": "name the source, or say nothing",
}
BANNED_CODE = {
    "inspect": r"\binspect\b",
    "re": r"\bimport re\b|\bre\.\w+\(",
    "assert": r"(?m)^\s*assert\b",
    "alt= or caption=": r"\b(?:alt|caption)=",
    "private helper": r"\b(?:blocks|networks|checks|cost|figures|training)\._\w+",
    "strict=": r"\bstrict=",
}


@pytest.fixture(params=PATHS, ids=[path.stem for path in PATHS])
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook, *, setup=False):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in cells if setup or "setup" not in tags(cell)]


def code_lines(cell):
    lines = (line.strip() for line in cell.source.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def prose(cell):
    """The Markdown that is read aloud: without what is folded, code and tables."""
    text = re.sub(r"(?s)<details>.*?</details>", " ", cell.source)
    text = re.sub(r"(?s)```.*?```", " ", text)
    return re.sub(r"(?m)^\|.*$", " ", text)  # a table is looked up, not read


def calls(cell):
    """(module, name) of every call of a helper: ("figures", "window") for figures.window(...)."""
    for node in ast.walk(ast.parse(plain(cell.source))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr


def plain(source):
    """Python without the lines that only a notebook understands."""
    return "\n".join(
        line.replace(line.lstrip(), "pass") if line.lstrip().startswith(("%", "!")) else line
        for line in source.splitlines()
    )


def test_code_cells_are_short(notebook):
    lengths = {}
    for cell in code_cells(notebook):
        defines = re.match(r"(?:@\w[^\n]*\n)?(?:def|class) ", cell.source)
        length = len(code_lines(cell))
        assert length <= (16 if defines else 12), f"{length} lines:\n{cell.source}"
        for line in cell.source.splitlines():
            assert len(line) <= 88, line
        lengths[cell.id] = length
    assert statistics.median(lengths.values()) <= 5
    for cell in code_cells(notebook, setup=True):
        if "setup" in tags(cell):
            assert len(code_lines(cell)) <= 18  # the common lines and the lesson's own imports
    total = sum(len(code_lines(cell)) for cell in code_cells(notebook, setup=True))
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    assert total <= 250, f"{total} lines of code"
    assert words >= 10 * total, f"{words} words for {total} lines of code"


def test_one_cell_one_act(notebook):
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        assert not before.cell_type == cell.cell_type == "code", (
            f"two code cells in a row:\n{before.source}\n---\n{cell.source}"
        )
    for cell in code_cells(notebook):
        table = "text/html" in "".join(map(str, cell.outputs))  # summary() shows its parts singly
        assert len(cell.outputs) <= 1 or (table and ".summary(" in cell.source.splitlines()[-1]), (
            f"{len(cell.outputs)} outputs under:\n{cell.source}"
        )


def test_code_is_plain(notebook):
    for cell in code_cells(notebook):
        for name, pattern in BANNED_CODE.items():
            assert not re.search(pattern, cell.source), f"{name} in:\n{cell.source}"
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Try), f"try in:\n{cell.source}"
            if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                assert len(node.generators) == 1, f"nested loops in one line:\n{cell.source}"
                inner = (ast.ListComp, ast.SetComp, ast.DictComp)
                nested = [n for n in ast.walk(node) if n is not node and isinstance(n, inner)]
                assert not nested, f"a comprehension in another:\n{cell.source}"


def test_drawings_are_the_last_line_and_mostly_real(notebook):
    drawn = []
    for cell in code_cells(notebook):
        names = [name for module, name in calls(cell) if module == "figures"]
        if names:
            tree = ast.parse(cell.source)
            last = tree.body[-1]
            assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call), cell.source
            assert len(names) == 1, f"two drawings in one cell:\n{cell.source}"
            assert cell.outputs[0].data["text/plain"].startswith("<Picture: "), cell.source
            drawn += names
    drawn = [name for name in drawn if name != "guesses"]
    assert 2 * sum(name in REAL for name in drawn) >= len(drawn), drawn


def test_text_between_cells_is_short(notebook):
    words = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            words = 0
            continue
        if re.match(r"# |## (?:You will|Before|Summary|Recall|Try at home|Sources)", cell.source):
            continue
        words += len(prose(cell).split())
        assert words <= 160, f"{words} words without a cell:\n{cell.source}"


def test_headings_are_not_all_questions(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = re.findall(r"(?m)^##+ (.+)$", text)
    assert sum(title.endswith("?") for title in titles) <= len(titles) / 2, titles


def test_english(notebook):
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for pattern, better in PHRASES.items():
                found = re.search(pattern, " ".join(cell.source.split()), re.IGNORECASE)
                assert not found, f"cell {index}: {found[0]!r}: say {better!r}"


def test_predictions_and_exercises(path, notebook):
    kinds, count = set(), 0
    cells = notebook.cells
    for index, cell in enumerate(cells):
        if "prediction" in tags(cell):
            assert code_lines(cell)[0].startswith("guess = None") and not cell.outputs, cell.source
            later = [c for c in cells[index + 1 : index + 6] if c.cell_type == "code"]
            assert any("checks.predict(guess" in c.source for c in later), cell.source
            assert "guess" not in "".join(o.get("text", "") for c in later for o in c.outputs)
            kinds.add("prediction")
            count += 1
        elif "exercise" in tags(cell):
            text = ""
            for before in reversed(cells[:index]):  # back to the heading of the exercise
                text = before.source + text
                if re.search(r"(?m)^#+ Exercise", before.source):
                    break
            text = text[text.rindex("# Exercise") :]
            assert text.count("<details><summary>Hint ") == 2, f"two hints, please:\n{text}"
            assert "Not answered yet" in cell.outputs[0].text
            found = re.search(r"(lesson_\d\d)\.(\w+)\(", cell.source)
            module = __import__(f"helpers.lessons.{found[1]}", fromlist=["x"])
            kinds.add(type(getattr(module, found[2])).__name__)
            count += 1
    assert len(solutions(notebook)) == sum("exercise" in tags(cell) for cell in cells)
    if path.name[:2] != "00":
        assert count >= 7 and len(kinds) >= 4, (count, kinds)
        assert sum("play" in tags(cell) for cell in cells) == 1


def test_few_new_helpers(path):
    """At most eight names of ours that are new, exercises and the slider not counted."""
    known = set()
    for other in PATHS:
        used = {
            (module, name)
            for cell in code_cells(nbformat.read(other, as_version=4))
            for module, name in calls(cell)
            if module in OURS and module != "play"
        }
        if other == path:
            assert len(used - known) <= 8 or path.name[:2] == "00", sorted(used - known)
        known |= used


OURS = {
    "arithmetic",
    "blocks",
    "checks",
    "cost",
    "datasets",
    "figures",
    "networks",
    "play",
    "reference",
    "training",
}
