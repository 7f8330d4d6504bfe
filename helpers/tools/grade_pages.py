"""What the grader writes: grades.csv, a page for each student, written.html, report.txt.

No page holds a test, nor a number of one.
"""

import csv
import hashlib
import html
import io
import re
from pathlib import Path

from helpers.tools.grade_files import NO_NOTEBOOK, Found, note_newest

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0; }
section { border-left: 6px solid #0072b2; padding: .2rem 1rem; margin: 1rem 0; }
section.part { border-color: #e69f00; } section.none { border-color: #d55e00; }
p { margin: .3rem 0; } .points { float: right; font-weight: 600; }
pre { white-space: pre-wrap; background: #f4f4f4; padding: .6rem; }
"""


def write(grading, seconds: float) -> list[str]:
    """Write everything of a `grade.Grading`; the lines of what somebody should look at."""
    sheet, files, results, out = grading.sheet, grading.files, grading.results, grading.out
    marks, unreadable = marks_by_hand(sheet, out / "grades.csv")
    _same_number(files, results)
    graded = [one for one in files if one.name in results]
    with_notebook = {one.name.rpartition("/")[0] for one in files if one.cells is not None}
    look, beside = [*unreadable], []
    for one in files:
        said = one.notes + results.get(one.name, {}).get("notes", [])
        if one.problem:
            folder = one.name.rpartition("/")[0]
            alone = not (folder and folder in with_notebook and one.problem == NO_NOTEBOOK)
            (look if alone else beside).append(f"{one.name}: {one.problem}")
        elif one.look or results.get(one.name, {}).get("look"):
            look.append(f"{one.name}: {'; '.join(said)}")
    unread = sum(
        has_text(results[one.name], question) and question.name not in marks.get(one.name, {})
        for one in graded
        for question in sheet.questions
    )
    nameless = [one.name for one in graded if not results[one.name]["student"]]
    rows = [
        _row(sheet, one, results.get(one.name), marks) for one in files if _has_row(one, results)
    ]
    _write(out / "grades.csv", _table(sheet, rows), bom=True)
    for one, page in zip(graded, _page_names(graded), strict=True):
        text = feedback(sheet, one, results[one.name], marks.get(one.name, {}))
        _write(out / "feedback" / page, text)
    _write(out / "written.html", written(sheet, graded, results))
    waiting = len(grading.notebooks) - len(graded)
    more = f" Stopped: {waiting} are not graded yet." if waiting else ""
    lines = [
        grading.protections,
        f"{sheet.name}: {len(graded)} graded, {grading.now} of them now, in {seconds:.0f} s.{more}",
        f"Written answers that wait for their points: {unread}.",
        "",
        *(["Somebody should look at these:", *(f"  {line}" for line in look), ""] if look else []),
        *(["No student's number:", *(f"  {name}" for name in nameless), ""] if nameless else []),
        *(["Not read:", *(f"  {line}" for line in beside)] if beside else []),
    ]
    _write(out / "report.txt", "\n".join(lines).rstrip() + "\n")
    said = more.strip() or (f"{len(look)} to look at" if look else "all is graded")
    said += f"; written answers that wait for their points: {unread}" if unread else ""
    print(f"{out / 'report.txt'}: {said}")
    return look


def _write(path: Path, text: str, bom: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8", "replace"))


def _has_row(one: Found, results: dict[str, dict]) -> bool:
    """A notebook has one, also where it cannot be read; what lies beside it, or waits, has none."""
    return one.name in results or (one.cells is None and one.problem != NO_NOTEBOOK)


def _same_number(files: list[Found], results: dict[str, dict]) -> None:
    """Note notebooks that give the same student's number. All of them keep their points."""
    by_number: dict[str, list[Found]] = {}
    for one in files:
        number = results.get(one.name, {}).get("student")
        if number:
            by_number.setdefault(number, []).append(one)
    for several in by_number.values():
        if len(several) > 1 and not all(one.look for one in several):
            note_newest(several, "with this student's number")


# grades.csv


def marks_by_hand(sheet, file: Path) -> tuple[dict[str, dict[str, float | str]], list[str]]:
    """What somebody has typed into the columns of written questions, by file name.

    What is no mark stays as it was typed, and counts for nothing; the second part says so.
    """
    if not file.is_file():
        return {}, []
    text = file.read_bytes().decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)  # Excel saves with the one of its country
    found: dict[str, dict[str, float | str]] = {}
    unreadable = []
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        for question in sheet.questions:
            typed = (row.get(question.name) or "").strip().removeprefix("'")
            if not question.rubric or not typed:
                continue
            name = (row.get("file") or "").removeprefix("'")
            mark = typed.replace(",", ".")
            if re.fullmatch(r"\d+(\.\d+)?", mark) and float(mark) <= question.points:
                found.setdefault(name, {})[question.name] = float(mark)
            else:
                found.setdefault(name, {})[question.name] = typed
                asked = f"a number from 0 to {question.points} belongs there"
                unreadable.append(f"{name}: {typed!r} stands in {question.name}; {asked}")
    return found, unreadable


def has_text(result: dict, question) -> bool:
    return question.rubric is not None and bool(result["texts"].get(question.name, "").strip())


def mark_of(question, result: dict, by_hand: dict) -> float | None:
    """The points of a question; None: somebody has to read it first."""
    if question.rubric is None:
        return result["points"].get(question.name, 0)
    typed = by_hand.get(question.name)
    if typed is None and not has_text(result, question):
        return 0
    return typed if isinstance(typed, float) else None


def _number(value: float) -> str:
    return f"{value:g}"


def _row(sheet, one: Found, result: dict | None, marks: dict) -> dict[str, str]:
    by_hand = marks.get(one.name, {})
    row = {"file": one.name, "student": (result or {}).get("student", "")}
    points, most = 0.0, 0.0
    for question in sheet.questions:
        got = mark_of(question, result or {"points": {}, "texts": {}}, by_hand)
        typed = by_hand.get(question.name, "") if question.rubric else got
        row[question.name] = typed if isinstance(typed, str) else _number(typed)
        points += got or 0
        most += question.points if got is not None else 0
    notes = [one.problem, *one.notes, *(result or {}).get("notes", [])]
    seconds = _number((result or {}).get("seconds", 0))
    return row | {
        "points": _number(points),
        "maximum": _number(most),
        "seconds": seconds,
        "notes": "; ".join(note for note in notes if note),
    }


def _table(sheet, rows: list[dict[str, str]]) -> str:
    names = [question.name for question in sheet.questions]
    columns = ["file", "student", "points", "maximum", *names, "seconds", "notes"]
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\r\n")
    table.writeheader()
    table.writerows({name: harmless(row[name]) for name in columns} for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, on one line."""
    cell = " ".join(cell.split())
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


# Pages


def _page_names(graded: list[Found]) -> list[str]:
    """A file name for each page; names that are equal on some systems get a mark."""
    names, seen = [], set()
    for one in graded:
        name = re.sub(r"[^\w.() -]+", "_", one.name.removesuffix(".ipynb")).strip(" .") or "page"
        name = name[-120:]
        if name.lower() in seen:
            name += "_" + hashlib.sha256(one.name.encode("utf-8", "replace")).hexdigest()[:6]
        seen.add(name.lower())
        names.append(f"{name}.html")
    return names


def page(title: str, body: list[str]) -> str:
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    view = '<meta name="viewport" content="width=device-width">'
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            f"<head>{head}{view}</head>",
            "<body>",
            *body,
            "</body></html>",
            "",
        ]
    )


def feedback(sheet, one: Found, result: dict, by_hand: dict) -> str:
    """The page that a student gets back."""
    marks = {q.name: mark_of(q, result, by_hand) for q in sheet.questions}
    points = sum(mark or 0 for mark in marks.values())
    most = sum(q.points for q in sheet.questions if marks[q.name] is not None)
    title = f"{sheet.title}: {_number(points)} of {most} points"
    whose = one.name + (f", student {result['student']}" if result["student"] else "")
    body = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(whose)}</p>"]
    for number, question in enumerate(sheet.questions, 1):
        hints, got = result["hints"].get(question.name, []), marks[question.name]
        if question.rubric is None:
            hints = hints or ["All right."]
        elif got is None:
            hints = ["A person reads this one."]
        elif not has_text(result, question):
            hints = ["Nothing was written."]
        kind = "part" if got is None or 0 < got < question.points else "none" if got == 0 else "all"
        mark = "" if got is None else f"{_number(got)} of {question.points}"
        body += [
            f'<section class="{kind}"><span class="points">{mark}</span>',
            f"<h2>{number}. {html.escape(question.title)}</h2>",
            *(f"<p>{html.escape(hint)}</p>" for hint in hints),
            "</section>",
        ]
    if result["errors"]:
        body += ["<h2>Cells of code that stopped, counted and run from the top</h2>"]
        body += [f"<p>Cell {cell}: {html.escape(text)}</p>" for cell, text in result["errors"]]
    return page(title, body)


def written(sheet, graded: list[Found], results: dict[str, dict]) -> str:
    """All written answers with their rubric, in an order that is not that of the names."""
    body = [f"<h1>{html.escape(sheet.title)}: written answers</h1>"]
    body += [
        "<p>Type the points into grades.csv, in the column of the question and the row of the "
        "file (unfold to see it), and run make grade again: it adds them up.</p>"
    ]
    shuffled = sorted(graded, key=lambda one: hashlib.sha256(one.data).digest())
    for question in sheet.questions:
        if question.rubric is None:
            continue
        body += [f"<h2>{html.escape(question.title)}, {question.points} points</h2><ul>"]
        body += [*(f"<li>{html.escape(line)}</li>" for line in question.rubric), "</ul>"]
        for one in shuffled:
            text = results[one.name]["texts"].get(question.name, "").strip()
            body += [
                f"<section><pre>{html.escape(text) or 'Nothing was written.'}</pre>",
                "<details><summary>Whose is it?</summary>",
                f"{html.escape(one.name)}</details></section>",
            ]
    return page(f"{sheet.title}: written answers", body)
