# @title Set-up, the same in every lesson: finds the helpers and starts Keras
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY, BRANCH = "OWNER/REPOSITORY", "main"


def find_helpers():
    """Put the folder that holds helpers/ on the path: a checkout, or a copy fetched once."""
    here, fetched = Path.cwd(), Path(REPOSITORY).name
    for folder in (here, *here.parents, here / fetched):
        if (folder / "helpers" / "checks.py").is_file():
            return sys.path.insert(0, str(folder))
    if getattr(importlib.util.find_spec("helpers"), "origin", None):
        return  # an installed package, or carried by this file
    single = "Or use the single-file copy of the lesson: it carries them (`make portable`)."
    if REPOSITORY.startswith("OWNER/"):
        sys.exit(f"There is no helpers/ here. Open this notebook inside its checkout. {single}")
    address = REPOSITORY if "://" in REPOSITORY else f"https://github.com/{REPOSITORY}"
    command = ["git", "clone", "--quiet", "--depth=1", f"--branch={BRANCH}", address, fetched]
    plain = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}  # English, no questions
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, env=plain)
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or type(error).__name__).strip().splitlines()[-1]
        advice = {
            "FileNotFound": "Is git installed? If not, get it from https://git-scm.com.",
            "Remote branch": "Put a branch that it has into BRANCH above, perhaps main.",
            "Username": "It is private or has moved: put its new address into REPOSITORY above.",
            "already exists": f"Remove or rename the folder {fetched}, then run this cell again.",
            "": "No network? Connect (on Kaggle: Settings > Internet), then run this cell again.",
        }
        hint = next(advice[part] for part in advice if part in said)
        sys.exit(f"The helpers could not be fetched from {address}: {said}\n{hint}\n{single}")
    sys.path.insert(0, str(here / fetched))


find_helpers()
import keras

keras.utils.set_random_seed(0)
print("Set-up complete.")
