"""Grade the notebooks of a homework: `make grade HW=hw2 SUBMISSIONS=folder-or-zip`.

python -m helpers.tools.grade hw2 folder-or-zip [OUT=grades] [SECONDS=60]

Submissions are files of any name in any folders, or a zip as an LMS gives it. In OUT/hw2 it writes
grades.csv, a page for every student in feedback/, written.html with what a person has to read, and
report.txt. It goes on where it was stopped: a file that was graded before with the same tests is
not run again. Exit code 0: all is graded; 1: somebody should look at some, listed in report.txt;
2: nothing was graded.

This process sees neither a student's code run nor a right answer: see grade_worker.py.
"""

import concurrent.futures
import hashlib
import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from helpers.tools import grade_files, grade_pages
from helpers.tools.grade_processes import SECONDS, Worker, protections, workers
from helpers.tools.questions import NO_NAME, names, sources, which_numbers


@dataclass(frozen=True)
class Asked:
    """A question as this process knows it; one with a `rubric` is read by a person."""

    name: str
    title: str
    points: int
    calls: list
    rubric: list[str] | None


@dataclass(frozen=True)
class Sheet:
    """The assignment that is graded."""

    name: str
    title: str
    questions: list[Asked]


def job(cells: list[str], sheet: Sheet) -> bytes:
    """What "collect" is told: names, and arguments of calls."""
    wanted = [{"name": question.name, "calls": question.calls} for question in sheet.questions]
    wanted.append({"name": "student", "calls": []})
    return json.dumps({"cells": cells, "asks": wanted}).encode()


def result_of(sent: bytes, ended: dict, sheet: Sheet) -> dict:
    """The judge's words, of which nothing is believed that is not of the form it should have."""
    try:
        said = json.loads(sent)
    except ValueError:
        said = {}
    points, hints = {}, {}
    by_name = {q.get("name"): q for q in said.get("questions", []) if isinstance(q, dict)}
    for question in sheet.questions:
        if question.rubric is None:
            one = by_name.get(question.name, {})
            got = one.get("points", 0)
            points[question.name] = got if got in range(question.points + 1) else 0
            hints[question.name] = [str(hint)[:500] for hint in one.get("hints", [])][:20]
    return {
        "judged": bool(by_name) and ended["in_time"],
        "points": points,
        "hints": hints,
        "texts": {str(k): str(v)[:20_000] for k, v in said.get("texts", {}).items()},
        "student": str(said.get("student", "")).strip(),
        "errors": [(int(cell), str(text)[:300]) for cell, text in said.get("errors", [])],
        "finished": bool(said.get("finished")),
    }


def answers_in(cell: str, name: str, *, stub: bool) -> bool:
    """Does the cell answer this question? stub: where it is still None, too."""
    value = "" if stub else "(?! None)"
    return bool(re.search(rf"(?m)^(?:{name}\s*={value}|def {name}\()", cell))


def notes_on(cells: list[str], sheet: Sheet, ended: dict, result: dict):
    """(notes, whether a person should look) on how the submission ran."""
    notes, look = [], False
    source = "\n".join(cells)
    names = [question.name for question in sheet.questions]
    if not any(re.search(rf"\b{name}\b", source) for name in names):
        return [f"not {sheet.name}: none of its answers is in it"], True
    for name in names:
        times = sum(answers_in(cell, name, stub=False) for cell in cells)
        if times > 1:
            notes.append(f"{name} is answered in {times} cells: the last one counts")
    notes += [f"cell {cell}: {text}" for cell, text in result["errors"][:3]]
    if not ended["in_time"]:
        notes.append("stopped: too much time by the clock")
    elif ended["used_up"]:
        notes.append("stopped: too much time of the processor")
    elif not result["finished"]:
        notes.append("the process ended early")
    if not result["finished"]:
        notes.append("what was answered until then counts")
        look = True
    if not result["judged"]:
        notes, look = [*notes, "it could not be judged"], True
    return notes, look


def read_sheet(name: str, folder: Path, judge: Worker) -> Sheet:
    """Ask the judge what the assignment asks: reading its tests takes Keras."""
    sent, _ = judge.run(json.dumps([name, str(folder), "describe"]).encode() + b"\n")
    if not sent:
        raise SystemExit(f"{folder / name} cannot be read: does its test pass?")
    said = json.loads(sent)
    return Sheet(name, said["title"], [Asked(**question) for question in said["questions"]])


def key_of(data: bytes, name: str, folder: Path, seconds: float) -> str:
    """Changes with the submission, the tests, the limit, and what grades."""
    digest = hashlib.sha256(data + str(seconds).encode())
    for path in [*sorted((folder / name).glob("*.*")), *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


class Grading:
    """One run of the command: what is graded, where to, and what is known so far."""

    def __init__(self, name: str, place: Path, out: Path, seconds: float):
        self.name, self.out, self.seconds = name, out, seconds
        self.folder, self.place = sources(), place
        self.files = grade_files.gather(place)
        self.notebooks = [found for found in self.files if found.cells is not None]
        self.results: dict[str, dict] = {}
        self.now = 0  # graded in this run, and not before
        (out / ".done").mkdir(parents=True, exist_ok=True)

    def stored(self, data: bytes = b"") -> Path:
        key = key_of(data, self.name, self.folder, self.seconds)
        return self.out / ".done" / f"{key}.json"

    def run(self, pair: list[Worker] | None) -> None:
        """Grade what was not graded before; the sheet and the results are kept in files."""
        known = self.stored()
        todo = []
        for found in self.notebooks:
            if (stored := self.stored(found.data)).is_file():
                self.results[found.name] = json.loads(stored.read_text("utf-8"))
            else:
                todo.append(found)
        before = f", {len(self.results)} graded before" if self.results else ""
        print(f"{len(self.notebooks)} notebooks{before}; tests: {self.folder}", flush=True)
        hidden = [self.out, self.place if self.place.is_dir() else self.place.parent]
        own = [] if pair or (known.is_file() and not todo) else workers(hidden=hidden)
        pair = pair or own
        try:
            if known.is_file():
                said = json.loads(known.read_text("utf-8"))
                asked = [Asked(**question) for question in said["questions"]]
                self.sheet, self.protections = Sheet(self.name, said["title"], asked), said["first"]
            else:
                self.sheet = read_sheet(self.name, self.folder, pair[1])
            if todo or not known.is_file():
                self.protections = protections(pair[0].protection, self.seconds)
                asked = [vars(question) for question in self.sheet.questions]
                said = {"title": self.sheet.title, "questions": asked, "first": self.protections}
                write_whole(known, json.dumps(said))
            with concurrent.futures.ThreadPoolExecutor(1) as beside:  # judges while the next runs
                judging = []
                for found in todo:
                    sent, ended = pair[0].run(job(found.cells, self.sheet), self.seconds)
                    judging.append(beside.submit(self.judge, found, sent, ended, pair[1]))
                for future in judging:
                    future.result()
        finally:
            for worker in own:
                worker.close()

    def judge(self, found: grade_files.Found, sent: bytes, ended: dict, judge: Worker) -> None:
        """Judge what one submission sent, tell and keep the result."""
        head = json.dumps([self.name, str(self.folder), "judge"]).encode()
        sent, judged = judge.run(head + b"\n" + sent)
        result = result_of(sent, judged, self.sheet)
        for name, hints in result["hints"].items():  # why a name is missing
            missing = hints == [NO_NAME.format(name)]
            for number, text in result["errors"] if missing else []:
                own = "".join(found.cells[number - 1 : number])
                if answers_in(own, name, stub=True):
                    hints.append(f"Its cell stopped: {text}")
        self.now += 1
        notes, look = notes_on(found.cells, self.sheet, ended, result)
        result |= {"notes": notes, "look": look, "seconds": ended["seconds"]}
        result["memory"] = ended["memory"]
        if ended["in_time"] and judged["in_time"]:  # else a less busy machine may do better
            write_whole(self.stored(found.data), json.dumps(result))
        self.results[found.name] = result
        most = sum(question.points for question in self.sheet.questions if question.rubric is None)
        points, said = sum(result["points"].values()), "; ".join(notes)
        line = f"{len(self.results):4}  {points:3} of {most}  {found.name}  {said}"
        print(grade_files.printable(line).rstrip(), flush=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(path)


def grade(
    name: str,
    place: Path,
    out: Path,
    *,
    seconds: float = SECONDS,
    pair: list[Worker] | None = None,
) -> int:
    """Grade all at `place`, write everything into `out`; the exit code.

    pair: processes that run already (of `workers()`), and are left running.
    """
    start, code = time.monotonic(), 0
    grading = Grading(name, place, out, seconds)
    try:
        grading.run(pair)
    except KeyboardInterrupt:
        print("Stopped. Run the same command again: it goes on here.", flush=True)
        code = 130
        if not hasattr(grading, "protections"):
            return code
    look = grade_pages.write(grading, time.monotonic() - start)
    return code or (2 if not grading.results else 1 if look else 0)


def main(*arguments: str) -> int:
    options = dict(a.split("=", 1) for a in arguments if re.match(r"(OUT|SECONDS)=", a))
    plain = [a for a in arguments if not re.match(r"(OUT|SECONDS)=", a)]
    if len(plain) != 2 or not all(plain):
        print("make grade HW=hw2 SUBMISSIONS=folder-or-zip [OUT=grades] [SECONDS=60]")
        print(f"HW is one of {', '.join(names())}.")
        return 2
    name, place = plain[0], Path(plain[1])
    if name not in names():
        print(f"There is no {name} in {sources()}, but {', '.join(names())}.")
        return 2
    if problem := which_numbers(name):
        print(problem)
        return 2
    if not place.exists():
        print(f"There is no {place}.")
        return 2
    out = Path(options.get("OUT") or "grades") / name
    return grade(name, place, out, seconds=float(options.get("SECONDS") or SECONDS))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
