"""Grade some submissions as the command does, and read back what it wrote."""

import csv
import html
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers.tools import grade


@dataclass
class Graded:
    """What came out, by the name of the file without .ipynb."""

    code: int
    rows: dict[str, dict[str, str]]
    pages: dict[str, str]  # as text
    hints: dict[str, dict[str, list[str]]]  # by question
    report: str
    out: Path


def put(files: dict, place: Path) -> Path:
    """Write notebooks, text or bytes; a name without an ending is a notebook's."""
    for name, content in files.items():
        path = place / (name if Path(name).suffix else f"{name}.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else nbformat.writes(content)
            path.write_text(text, "utf-8")
    return place


def graded(name: str, files: dict, tmp_path: Path, pair=None, **options) -> Graded:
    place = put(files, tmp_path / "submissions")
    code = grade.grade(name, place, tmp_path / "out", pair=pair, **options)
    return read(tmp_path / "out", code)


def read(out: Path, code: int) -> Graded:
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["file"].removesuffix(".ipynb"): row for row in csv.DictReader(file)}
    pages, hints = {}, {}
    names = [n for n in next(iter(rows.values()), {}) if re.match(r"q\d\d_", n)]
    for page in sorted((out / "feedback").glob("*.html")):
        text = page.read_text("utf-8")
        pages[page.stem] = html.unescape(re.sub(r"<[^>]+>", " ", text))
        parts = re.findall(r"(?s)<section.*?</section>", text)
        hints[page.stem] = {
            name: [html.unescape(hint) for hint in re.findall(r"<p>(.*?)</p>", part)]
            for name, part in zip(names, parts, strict=True)
        }
    return Graded(code, rows, pages, hints, (out / "report.txt").read_text("utf-8"), out)
