"""Are the stored outputs the same on other Pythons, packages and processors?

python -m helpers.tools.matrix                        every row
python -m helpers.tools.matrix threads-1 python-3.11  some of them

A row is an environment of its own, .venv-matrix-..., and what is set in it. All notebooks run in it
under nbval, which compares every stored output. What pytest says lies in build/matrix/. This file
needs nothing but Python; `ROWS` is also the list of the jobs of .github/workflows.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

from helpers.tools import environment
from helpers.tools.kernels import ROOT

LOGS = ROOT / "build" / "matrix"
LISTS = ("requirements.txt", "tests/requirements.txt")


class Row(NamedTuple):
    """A Python, the newest packages or the oldest allowed ones, and environment variables.

    The outputs are stored with Python 3.11 and the newest packages: a row changes one thing.
    """

    python: str = "3.11"
    oldest: bool = False
    settings: Mapping[str, str] = {}


def _threads(number: int) -> Row:
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return Row(settings=dict.fromkeys(names, str(number)))


ROWS = {
    "python-3.11": Row(),
    "python-3.12": Row("3.12"),
    "python-3.13": Row("3.13"),
    "oldest": Row(oldest=True),
    "onednn-off": Row(settings={"TF_ENABLE_ONEDNN_OPTS": "0"}),
    # As a processor without AVX-512: oneDNN's kernels and those of NumPy's OpenBLAS. Eigen's, in
    # TensorFlow's wheels, are compiled for AVX, whatever the processor has.
    "avx2": Row(settings={"ONEDNN_MAX_CPU_ISA": "AVX2", "OPENBLAS_CORETYPE": "Haswell"}),
    "threads-1": _threads(1),
    "threads-4": _threads(4),
}


def oldest(lists: str) -> str:
    """Of every requirement `name>=version` the lower end, `name==version`."""
    return "\n".join(f"{n}=={v}" for n, v in re.findall(r"(?m)^([\w-]+)>=([\d.]+)", lists))


def make_environment(row: Row, python: str) -> str:
    """The path of the Python in the environment of a row, made or brought up to date."""
    folder = f".venv-matrix-{'oldest' if row.oldest else row.python}"
    pip = {"PIP_UPGRADE": "1"}
    if row.oldest:
        constraints = LOGS / "oldest.txt"
        constraints.write_text(oldest("\n".join((ROOT / name).read_text() for name in LISTS)))
        pip = {"PIP_CONSTRAINT": str(constraints)}
    command = [python, environment.__file__, folder, "tests/requirements.txt"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **pip}, check=True)
    return environment.python_of(str(ROOT / folder))


def versions(python: str) -> str:
    """What a row runs on: "python 3.13.0, tensorflow 2.21.0, keras 3.15.1, numpy 2.5.5"."""
    code = (
        "import importlib.metadata as m, platform; print('python ' + platform.python_version(), "
        "*(f', {n} {m.version(n)}' for n in ('tensorflow', 'keras', 'numpy')), sep='')"
    )
    said = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout
    return said.strip()


def differing(said: str) -> str:
    """The cells that pytest names as failed: "05 cell 32; 06 cells 26, 28"."""
    cells: dict[str, list[str]] = {}
    for lesson, cell in re.findall(
        r"(?m)^(?:FAILED|ERROR) \S*?(\d\d)_\w+\.ipynb::Cell (\d+)", said
    ):
        cells.setdefault(lesson, []).append(cell)
    return "; ".join(
        f"{lesson} cell{'s'[: len(found) > 1]} {', '.join(sorted(set(found), key=int))}"
        for lesson, found in sorted(cells.items())
    )


def run(name: str) -> str:
    """Run all notebooks in a row of the matrix: "green", or what is not."""
    row = ROWS[name]
    found = environment.find_python(row.python)
    if not found:
        return f"left out: no Python {row.python} here"
    LOGS.mkdir(parents=True, exist_ok=True)
    python = make_environment(row, found)
    print(f"{name}: {versions(python)}", flush=True)
    command = [python, "-m", "pytest", "notebooks", "-rfE", "-n", os.environ.get("WORKERS", "2")]
    env = {**os.environ, "KERAS_BACKEND": "tensorflow", **row.settings}
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    log = LOGS / f"{name}.txt"
    log.write_text(done.stdout)
    if done.returncode == 0:
        return "green"
    return differing(done.stdout) or f"pytest stopped: see {log.relative_to(ROOT)}"


def main(*wanted: str) -> int:
    """Run the rows, print the table as it grows; 0 if no output differs."""
    unknown = set(wanted) - set(ROWS)
    if unknown:
        sys.exit(f"No row is called {', '.join(sorted(unknown))}. There are: {', '.join(ROWS)}.")
    results = {}
    for name in wanted or ROWS:
        start = time.perf_counter()
        results[name] = run(name)
        took = f"{time.perf_counter() - start:.0f} s"
        print(f"{name:12} {took:>7}  {results[name]}", flush=True)
    # A Python that the machine lacks is no fault, unless it was asked for.
    fine = ("green",) if wanted else ("green", "left out")
    return int(not all(result.startswith(fine) for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
