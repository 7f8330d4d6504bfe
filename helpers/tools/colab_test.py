"""Run the notebooks as Colab does: its versions, an empty folder, one file.

python -m helpers.tools.colab_test 05                 one notebook (none named: all)
python -m helpers.tools.colab_test --venv=.venv 05    in another environment, with its versions

Each notebook runs in two ways: as the single file of `make portable`, and as it is, when pip
fetches the helpers from a local archive (of what is committed) into a folder of that run. nbval
compares all outputs with the stored ones under the rules of conftest.py. .venv-colab is made from
tests/colab_versions.txt.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from helpers.tools import environment
from helpers.tools.notebook_form import ROOT, lessons, setup_source, tags
from helpers.tools.portable import portable

VERSIONS = ROOT / "tests" / "colab_versions.txt"
NOTE = "Note: you may need to restart the kernel to use updated packages.\n"  # from %pip, always
# In an environment where the checkout is installed, as IN=.venv, it must not be found.
NOT_INSTALLED = """import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Editable" not in repr(finder)]
"""
# The kernels must find no helpers but their own: conftest puts the checkout on their path.
INSIDE = f"""
import os, pytest, sys
sys.path.insert(0, {str(ROOT)!r})
import conftest
os.environ["PYTHONPATH"] = os.environ["PIP_TARGET"]
options = "--nbval --nbval-current-env --nbval-cell-timeout=300 -p no:cacheprovider -q --tb=short"
sys.exit(pytest.main([*options.split(), "--rootdir=.", sys.argv[1]], plugins=[conftest]))
"""


def newest_python(wanted: str) -> str:
    """Colab's Python where the machine has it, else the newest older one that TensorFlow takes."""
    for minor in range(int(wanted.split(".")[1]), 10, -1):
        found = environment.find_python(f"3.{minor}")
        if found:
            return found
    return sys.executable


def make_environment(venv: Path) -> None:
    """Colab's versions in `venv`, made anew when tests/colab_versions.txt has changed."""
    made = venv / "made_from.txt"
    if made.is_file() and made.read_text() == VERSIONS.read_text():
        return
    python = newest_python(re.search(r"# python (\S+)", VERSIONS.read_text())[1])
    print(f"Making {venv.name} with {python}: about two minutes ...", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
    pip = [
        environment.python_of(venv),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run(
        [*pip, "-r", VERSIONS, "nbval>=0.11", "pytest>=8.0.1,<10", "setuptools>=77"], check=True
    )
    shutil.copy(VERSIONS, made)


def installed(venv: Path) -> list[str]:
    command = [
        environment.python_of(venv),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "freeze",
        "--all",
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")


def local_remote(folder: Path) -> str:
    """What is committed, as GitHub serves the archive of a branch "published"; its address."""
    if not (ROOT / ".git").exists():
        sys.exit("make colab-test needs a git checkout: it fetches what is committed.")
    status = ["git", "-C", ROOT, "status", "--porcelain", "helpers", "data"]
    changed = subprocess.run(status, check=True, capture_output=True, text=True).stdout
    if changed:
        print(
            f"{changed.count(chr(10))} files of helpers/ and data/ are not committed as they are."
        )
        print("The fetching way gets the committed ones.")
    archive = folder / "archive" / "published.zip"
    archive.parent.mkdir(parents=True)
    command = ["git", "-C", ROOT, "archive", "--prefix=lessons/", "--output", archive, "HEAD"]
    subprocess.run(command, check=True)
    return folder.as_uri()


def from_remote(source: str, remote: str) -> str:
    """The set-up cell that fetches the branch "published" of `remote`."""
    source = re.sub(r'SOURCE = ".*"', f'SOURCE = "{remote}"', source)
    return re.sub(r"/archive/\S+", "/archive/published.zip", source, count=1)


def _printed(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", text=text)


def fetching(path: Path, remote: str) -> nbformat.NotebookNode:
    """The notebook as it is, with the local remote in its set-up cell."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if "setup" in tags(cell):
            cell.source = from_remote(setup_source(cell.source), remote)
            cell.outputs[:1] = [_printed(NOTE + "".join(o.text for o in cell.outputs[:1]))]
    return notebook


def run(python: str, notebook: nbformat.NotebookNode, folder: Path, home: Path) -> str:
    """Run All in an otherwise empty folder; return what is wrong, "" if nothing."""
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "lesson.ipynb")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")  # no network
    env = {**os.environ, **nowhere, "KERAS_HOME": str(home), "TMPDIR": str(folder.parent)}
    # What the set-up cell fetches goes into a folder of this run; setuptools is there already.
    target = folder.with_name(folder.name + "-fetched")
    target.mkdir()
    (target / "sitecustomize.py").write_text(NOT_INSTALLED)
    env |= {"PIP_TARGET": str(target), "PIP_NO_BUILD_ISOLATION": "0"}
    for name in ("PYTHONPATH", "CI"):  # under CI pytest repeats whole tracebacks in its summary
        env.pop(name, None)
    command = [python, "-c", INSIDE, "lesson.ipynb"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    wrong = "" if done.returncode == 0 else (done.stdout + done.stderr)[-6000:]
    written = {path.name for path in folder.iterdir()} - {"lesson.ipynb"}
    if written:
        wrong += f"The notebook left files beside itself: {', '.join(sorted(written))}\n"
    return wrong


def compare(venv: Path, paths: list[Path]) -> int:
    """Run the notebooks in both ways; 0 if all agree, and nothing in `venv` was changed."""
    before = installed(venv)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        remote = local_remote(work / "remote")

        def job(task: tuple[Path, str]) -> bool:
            path, way = task
            start = time.perf_counter()
            notebook = portable(path) if way == "single file" else fetching(path, remote)
            wrong = run(
                environment.python_of(venv), notebook, work / way / path.stem, work / "keras"
            )
            took = f"{time.perf_counter() - start:.0f} s"
            print(f"{path.stem:28} {way:12} {'FAILED' if wrong else 'passed'}  {took}", flush=True)
            print(wrong, end="", flush=True)
            return not wrong

        tasks = [(path, way) for path in paths for way in ("single file", "fetched")]
        with ThreadPoolExecutor(int(os.environ.get("WORKERS", 2))) as pool:
            passed = list(pool.map(job, tasks))
    if installed(venv) != before:
        sys.exit(f"A notebook changed the packages in {venv}.")
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed; no package was changed.")
    return 0 if all(passed) else 1


def main(*arguments: str) -> int:
    venv, wanted = ROOT / ".venv-colab", ""
    for argument in arguments:
        if argument.startswith("--venv="):
            venv = ROOT / argument.removeprefix("--venv=")
        else:
            wanted = argument
    paths = lessons(wanted)
    if venv.name == ".venv-colab":
        make_environment(venv)
    return compare(venv, paths)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
