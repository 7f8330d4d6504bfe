"""An autograder for Gradescope of the same hidden tests: `make gradescope HW=hw2`.

python -m helpers.tools.gradescope hw2       writes build/gradescope/hw2.zip
python -m helpers.tools.gradescope run       is what runs there: see RUN

In Gradescope set the memory to 3 GB (the default of 768 MB is too little for two processes with
TensorFlow) and the time limit to 10 minutes. Tried in a folder laid out as there, not there.
"""

import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

from helpers.tools import grade
from helpers.tools.grade_processes import SECONDS
from helpers.tools.kernels import ROOT
from helpers.tools.questions import names, sources, which_numbers

NEEDED = "'keras>=3.13' 'tensorflow-cpu>=2.20' 'numpy>=2.1' ipython"
SETUP = f"""\
#!/usr/bin/env bash
# Gradescope runs this once, to build the autograder. Its own Python may be too old: uv brings one.
set -euo pipefail
apt-get update
apt-get install -y python3-venv
python3 -m venv /opt/uv
/opt/uv/bin/pip install uv
export UV_PYTHON_INSTALL_DIR=/opt/python  # which other users may read
/opt/uv/bin/uv venv --python 3.12 /autograder/venv
export VIRTUAL_ENV=/autograder/venv
/opt/uv/bin/uv pip install {NEEDED}
"""
RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for every submission.
cd /autograder/source
exec /autograder/venv/bin/python -m helpers.tools.gradescope run /autograder
"""


def write_zip(name: str, target: Path) -> None:
    """The zip with what the grader needs: its scripts, helpers, and the tests of one assignment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    files = {"setup.sh": SETUP, "run_autograder": RUN}
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        inside = path.relative_to(ROOT)
        if inside.parts[1] not in ("figures", "lessons"):
            files[inside.as_posix()] = path.read_text("utf-8")
    for path in sorted((sources() / name).iterdir()):
        if path.suffix in (".py", ".ipynb"):
            files[f"tests/homework/{name}/{path.name}"] = path.read_text("utf-8")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, text in files.items():
            info = zipfile.ZipInfo(inside, (2026, 1, 1, 0, 0, 0))
            info.external_attr = (
                0o755 if "." not in inside or inside == "setup.sh" else 0o644
            ) << 16
            archive.writestr(info, text)


def run(root: Path, pair=None) -> None:
    """Grade the one submission in root/submission, and write root/results/results.json."""
    (root / "results").mkdir(parents=True, exist_ok=True)
    for folder in ("source", "submission", "results"):  # nothing of these is for the submission
        if (root / folder).is_dir():
            os.chmod(root / folder, 0o700)
    (name,) = names()
    with tempfile.TemporaryDirectory() as out:
        grading = grade.Grading(name, root / "submission", Path(out), SECONDS)
        grading.run(pair)
    (root / "results" / "results.json").write_text(json.dumps(results(grading)), "utf-8")


def results(grading: grade.Grading) -> dict:
    """What Gradescope shows: the points of every question, with hints once they are published."""
    told = [f"{one.name}: {one.problem}" for one in grading.files if one.problem]
    if len(grading.results) != 1:
        told.append(f"{len(grading.results)} notebooks were handed in; hand in exactly one.")
        result = {"points": {}, "hints": {}, "notes": []}
    else:
        result = next(iter(grading.results.values()))
    told += result["notes"]
    tests = [
        {
            "name": "How your notebook ran",
            "output": "\n".join(told) or "From top to bottom.",
            "score": 0,
            "max_score": 0,
            "visibility": "visible",
        }
    ]
    for number, question in enumerate(grading.sheet.questions, 1):
        if question.rubric is None:
            tests.append(
                {
                    "name": f"{number}. {question.title}",
                    "output": "\n".join(result["hints"].get(question.name, [])) or "All right.",
                    "score": result["points"].get(question.name, 0),
                    "max_score": question.points,
                    "visibility": "after_published",
                }
            )
    return {"tests": tests}


def main(name: str = "", root: str = "/autograder") -> None:
    if name == "run":
        run(Path(root))
        return
    if name not in names():
        sys.exit(f"make gradescope HW=hw2: HW is one of {', '.join(names())}.")
    if problem := which_numbers(name):
        sys.exit(problem)
    target = ROOT / "build" / "gradescope" / f"{name}.zip"
    write_zip(name, target)
    print(f"{target.relative_to(ROOT)}: in Gradescope set memory to 3 GB, time to 10 minutes")


if __name__ == "__main__":
    main(*sys.argv[1:])
