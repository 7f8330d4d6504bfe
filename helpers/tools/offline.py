"""Make build/offline/: lessons, data, helpers and packages, for computers without a network.

python -m helpers.tools.offline

The packages are those for the Python and the system it is run with. Copy the folder to as many
computers of that kind as you like; the file READ ME FIRST.txt in it says what to type there.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from helpers.tools.kernels import ROOT

FOLDER = ROOT / "build" / "offline"
# All but the tests
CARRIED = (
    "README.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.txt",
    ".github", "data", "helpers", "notebooks",
)  # fmt: skip
OWN = "-e ."  # the line of requirements.txt for the helpers, which are in the folder

READ_ME = """Convolution in Keras, block by block, for a computer without a network

wheels/ holds the packages for {kind}. In this folder, type

    {make}
    {lab}

The first line takes two minutes, once. The second opens JupyterLab on lesson 00, every time.
Where there is make, `make lab PYTHON={python}` does both. README.md says the rest.
"""


VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
# Some packages are for the later bug fixes of a Python alone.
KIND = f"Python {VERSION}.{sys.version_info[2]} or a later {VERSION} on {sysconfig.get_platform()}"


def read_me() -> str:
    """What to type, on a computer of the kind at hand."""
    windows = os.name == "nt"
    python = f"py -{VERSION}" if windows else f"python{VERSION}"
    make = f"{python} helpers/tools/environment.py .venv"
    lab = ".venv/bin/python -m jupyter lab --ServerApp.root_dir=. notebooks/00_start_here.ipynb"
    if windows:
        make, lab = make.replace("/", "\\"), lab.replace("bin", "Scripts").replace("/", "\\")
    return READ_ME.format(kind=KIND, make=make, lab=lab, python=python)


def copy(folder: Path) -> None:
    """Put the lessons and what they need into `folder`, which must not be there yet."""
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.egg-info")
    folder.mkdir(parents=True)
    for name in CARRIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "READ ME FIRST.txt").write_text(read_me(), encoding="utf-8")


def wheels(folder: Path) -> None:
    """Fetch or build what requirements.txt names, and what installs the helpers, into `folder`."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as temporary:
        listed = Path(temporary) / "requirements.txt"
        listed.write_text("\n".join([*(line for line in lines if line != OWN), "setuptools>=77"]))
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        if subprocess.call([*pip, "--wheel-dir", str(folder), "-r", str(listed)]):
            sys.exit("pip could not fetch the packages; it says why above.")


def main() -> None:
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    copy(FOLDER)
    print("Fetching the packages: about two minutes ...", flush=True)
    wheels(FOLDER / "wheels")
    size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    print(f"{FOLDER.relative_to(ROOT)}  {size / 1e9:.1f} GB, for {KIND}")


if __name__ == "__main__":
    main()
