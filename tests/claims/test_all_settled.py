"""Every claim of data/claims.csv that is due has its one test, or its reference.

Column `settled_by`: "test" (here, from the day its lesson or its file exists), "source" (history:
the evidence says who wrote it and when), "usage" (names and habits, nothing to compute), "nothing"
(opinions that stay open, and slips of a translation).
"""

import ast
import csv
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLUMNS = ["id", "lesson", "source", "section", "claim", "verdict", "settled_by", "evidence"]
VERDICTS = {"TRUE", "IMPRECISE", "FALSE", "SLIP", "UNVERIFIED"}

with (ROOT / "data" / "claims.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))
CLAIMS = {row["id"]: row for row in ROWS}
NOTEBOOKS = {path.name[:2] for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")}
FILES = {path.stem[-2:] for path in Path(__file__).parent.glob("test_lesson_*.py")}


def named_claims():
    """(lesson of the file, ids in the name, docstring) of each test in test_lesson_NN.py."""
    for path in sorted(Path(__file__).parent.glob("test_lesson_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                ids = re.findall(r"_([A-Z]\d+)(?=_)", node.name)
                yield path.stem[-2:], ids, ast.get_docstring(node) or ""


def test_the_table_is_whole():
    assert list(ROWS[0]) == COLUMNS
    assert len(CLAIMS) == len(ROWS)
    for row in ROWS:
        assert all(row.values()), row
        assert row["verdict"] in VERDICTS, row
        nothing = row["verdict"] in ("SLIP", "UNVERIFIED")
        assert row["settled_by"] in ({"nothing"} if nothing else {"test", "source", "usage"}), row


@pytest.mark.parametrize("lesson", sorted(NOTEBOOKS | FILES))
def test_each_claim_that_is_due_has_one_test(lesson):
    due = [row["id"] for row in ROWS if (row["lesson"], row["settled_by"]) == (lesson, "test")]
    tested = [name for number, ids, _ in named_claims() if number == lesson for name in ids]
    assert Counter(tested) == Counter(due)


def test_each_test_names_its_claims_and_says_the_verdict_of_the_table():
    for _, ids, docstring in named_claims():
        assert ids, docstring
        for name in ids:
            assert docstring.startswith(CLAIMS[name]["verdict"]), name


def test_what_a_source_settles_names_it():
    """A year or an arXiv number, as in "He and others (2015), arXiv 1512.03385"."""
    for row in ROWS:
        if row["settled_by"] == "source":
            assert re.search(r"\b(19|20)\d\d\b|\b\d{4}\.\d{4,5}\b", row["evidence"]), row
