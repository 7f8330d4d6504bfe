"""Small faults, planted one at a time: do the tests see them? `make mutants`.

    python -m helpers.tools.mutants                  all of tests/mutants.txt (half an hour or more)
    python -m helpers.tools.mutants cost figures     those of helpers/cost.py and helpers/figures/
    python -m helpers.tools.mutants notebooks        those in the cells of lessons

Each fault is planted in a copy of the checkout, and the tests of its file are run there: first
those that are likely to see it, then, where these pass, the whole test files. The test of a lesson
is its notebook: nbval compares the stored outputs. Two faults are tried at a time. At the end stand
how many were caught, and the survivors by name: for each, a test is missing, or the fault is none
and belongs among the equivalent ones, with the reason.

Where the system can fork, a run is forked from a process that has imported Keras already: that
takes longer than most of the tests.

tests/mutants.txt is plain text, written like a diff (its first lines show how).
"""

import concurrent.futures
import json
import multiprocessing
import os
import queue
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from helpers.tools.kernels import ROOT, set_environment

LIST = ROOT / "tests" / "mutants.txt"
SECONDS = 60  # a test run that takes so much longer than three without a fault hangs: caught, too
IMPORTED_ONCE = ["keras", "matplotlib.pyplot", "pytest", "nbformat"]
_NOT_COPIED = (".git", ".venv*", "build", "*.egg-info", "__pycache__", ".ipynb_checkpoints")


class Mutant(NamedTuple):
    """One fault: in `file`, `old` becomes `new`. `why` says in a line what is wrong then."""

    file: str
    tests: tuple[str, ...]  # the test files of that file
    why: str
    quick: str  # which of their tests to run first, as pytest's -k takes it; "" for all at once
    old: str
    new: str
    equivalent: bool = False  # no fault: nothing can see it, and `why` says why not

    def __str__(self) -> str:
        return f"{self.file}: {self.why}"


def read(text: str) -> list[Mutant]:
    """The mutants of a list in the form of tests/mutants.txt. Raises ValueError with the line."""
    mutants, file, tests, why, code = [], "", (), "", {"-": [], "+": []}

    def finish():
        if code["-"]:
            title, _, quick = why.partition(" | ")
            equivalent = title.startswith("equivalent: ")
            old, new = ("\n".join(code[sign]) for sign in "-+")
            title = title.removeprefix("equivalent: ")
            mutants.append(Mutant(file, tests, title, quick.strip(), old, new, equivalent))
        code["-"], code["+"] = [], []

    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in ("-", "+"):
            if not (file and why) or line[1:2].strip():
                raise ValueError(
                    f"Line {number}: {line!r} needs a line '@ file: tests' and one that says "
                    "why above it, and a blank behind its sign."
                )
            code[line[0]].append(line[2:])
        elif line and not line.startswith("#"):
            finish()
            why = line
            if line.startswith("@ "):
                file, _, names = line[2:].partition(": ")
                tests, why = tuple(names.split()), ""
    finish()
    return mutants


def planted(mutant: Mutant, root: Path) -> str:
    """The text of the mutant's file with its fault; ValueError where it cannot be planted."""
    text = (root / mutant.file).read_text(encoding="utf-8")
    notebook = json.loads(text) if mutant.file.endswith(".ipynb") else None
    if notebook:  # only what a code cell runs: no prose, no stored output
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    else:
        sources = [text]
    if (found := sum(source.count(mutant.old) for source in sources)) != 1:
        raise ValueError(f"{mutant}: its text is found {found} times, not once:\n{mutant.old}")
    place = next(i for i, source in enumerate(sources) if mutant.old in source)
    faulty = sources[place].replace(mutant.old, mutant.new)
    if notebook or mutant.file.endswith(".py"):
        try:
            compile(faulty, mutant.file, "exec")
        except SyntaxError as error:
            raise ValueError(f"{mutant}: that is not Python any more: {error}") from error
    if notebook:
        cells[place]["source"] = faulty
        return json.dumps(notebook, ensure_ascii=False)
    return faulty


def check(mutants: list[Mutant], root: Path) -> None:
    """Raises ValueError that names every mutant which does not fit the files as they are."""
    wrong = []
    for mutant in mutants:
        try:
            planted(mutant, root)
        except (OSError, ValueError) as error:
            wrong.append(str(error))
        lost = [name for name in mutant.tests if not (root / name).is_file()]
        if lost or not mutant.tests:
            wrong.append(f"{mutant}: there is no test file {' '.join(lost)}")
            continue
        text = "\n".join(
            [*mutant.tests, *((root / name).read_text("utf-8") for name in mutant.tests)]
        )
        words = set(re.findall(r"\w+", mutant.quick.lower())) - {"and", "or", "not"}
        if unknown := [word for word in words if word not in text.lower()]:
            wrong.append(f"{mutant}: its tests have no {', '.join(unknown)} for -k to select")
    if wrong:
        raise ValueError("\n".join(wrong))


def survivors(
    mutants: list[Mutant],
    root: Path = ROOT,
    *,
    workers: int = 2,
    seconds: float = SECONDS,
    say: Callable[[str], None] = print,
) -> list[Mutant]:
    """Those of the mutants that no test of their file sees; `say` is told of each on the way.

    Raises ValueError where a mutant does not fit its file or its tests, or where the tests fail
    without any fault.
    """
    check(mutants, root)
    mutants = [mutant for mutant in mutants if not mutant.equivalent]
    files = list(dict.fromkeys(mutant.tests for mutant in mutants))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = queue.Queue()  # each lent to one run at a time
        for number in range(workers):
            copy = Path(folder) / str(number)
            shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*_NOT_COPIED))
            copies.put(copy)

        def without_fault(tests):
            copy, start = copies.get(), time.perf_counter()
            try:
                result, said = _pytest(copy, tests, "", None)
                return result, said, time.perf_counter() - start
            finally:
                copies.put(copy)

        def with_fault(mutant):
            copy, start = copies.get(), time.perf_counter()
            path, faulty = copy / mutant.file, planted(mutant, root)
            whole = path.read_bytes()
            path.write_text(faulty, encoding="utf-8")
            longest = 3 * took[mutant.tests] + seconds
            try:
                result, _ = _pytest(copy, mutant.tests, mutant.quick, longest)
                if mutant.quick and result in ("passed", "none selected"):
                    result, _ = _pytest(copy, mutant.tests, "", longest)
                return result, time.perf_counter() - start
            finally:
                path.write_bytes(whole)
                copies.put(copy)

        left, took, pool = [], {}, concurrent.futures.ThreadPoolExecutor(workers)
        try:
            runs = pool.map(without_fault, files)
            for tests, (result, said, took[tests]) in zip(files, runs, strict=True):
                say(f"no fault  {took[tests]:5.1f} s  {' '.join(tests)}: {result}")
                if result != "passed":
                    raise ValueError(f"Without any fault {' '.join(tests)}: {result}.\n{said}")
            results = zip(mutants, pool.map(with_fault, mutants), strict=True)
            for number, (mutant, (result, lasted)) in enumerate(results, 1):
                word = {"passed": "SURVIVED", "failed": "caught"}.get(result, f"caught, {result}")
                say(f"{number:3} of {len(mutants)}  {lasted:5.1f} s  {word}  {mutant}")
                left += [mutant] * (result == "passed")
        finally:
            pool.shutdown(cancel_futures=True)  # after an error, or Ctrl-C: none of the rest
    return left


def _pytest(folder, tests, quick, seconds):
    """How the tests end in that folder ("passed", "failed", "none selected" or "time out"), and
    the last lines they print."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(IMPORTED_ONCE)
    words = ["-x", "-q", "--tb=no", *tests, *(["-k", quick] if quick else [])]
    printed = folder.with_suffix(".txt")
    here = dict(os.environ) | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    process = context.Process(target=_run_pytest, args=(words, folder, printed, here))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        return "time out", ""
    said = "\n".join(printed.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])
    return {0: "passed", 5: "none selected"}.get(process.exitcode, "failed"), said


def _run_pytest(words, folder, printed, environment):
    """pytest in this process, which has been made for it, with the modules of that folder."""
    with open(printed, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # No bytecode: a fault may have the size and the second of the text that it replaces.
    sys.dont_write_bytecode = True
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.split(".")[0] == "helpers"]:
        del sys.modules[name]  # this file's own package: that of the folder comes instead
    import pytest

    result = pytest.main(words)
    sys.stdout.flush()
    os._exit(int(result))


def main(words: list[str]) -> int:
    """Try the mutants of the modules named, or all; 1 where one survives, 2 where the list errs."""
    start = time.perf_counter()
    set_environment()
    try:
        mutants = read(LIST.read_text(encoding="utf-8"))
        known = {word: {m for m in mutants if word in Path(m.file).with_suffix("").parts}
                 for word in words}  # fmt: skip
        if nothing := [word for word, found in known.items() if not found]:
            raise ValueError(f"No mutant is in a module called {', '.join(nothing)}.")
        chosen = [m for m in mutants if not words or any(m in found for found in known.values())]
        left = survivors(chosen, say=lambda line: print(line, flush=True))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    equivalent = sum(mutant.equivalent for mutant in chosen)
    tried = len(chosen) - equivalent
    print(f"caught {tried - len(left)} of {tried} in {time.perf_counter() - start:.0f} s")
    print(f"({equivalent} more change nothing that can be seen: the list says why)")
    for mutant in left:
        print(f"SURVIVED  {mutant}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
