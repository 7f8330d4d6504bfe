# Set-up, the same cell in every lesson: it finds the helpers and starts Keras.
import importlib.util
import subprocess
import sys
from pathlib import Path

REPOSITORY, BRANCH = "OWNER/REPOSITORY", "main"


def find_helpers():
    """Put the folder that holds helpers/ on the path: a checkout, or a copy fetched once."""
    fetched = Path(REPOSITORY).name
    for folder in (Path.cwd(), *Path.cwd().parents, Path.cwd() / fetched):
        if (folder / "helpers" / "checks.py").is_file():
            sys.path.insert(0, str(folder))
            return
    if importlib.util.find_spec("helpers") is not None:  # installed, or carried by this file
        return
    if REPOSITORY.startswith("OWNER/"):
        raise SystemExit(
            "This copy does not know its public repository, so it cannot fetch the helpers. Open "
            "the notebook inside a checkout, or use the single-file copy that `make portable` writes."
        )
    address = REPOSITORY if "://" in REPOSITORY else f"https://github.com/{REPOSITORY}"
    command = ["git", "clone", "--quiet", "--depth=1", f"--branch={BRANCH}", address, fetched]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
        raise SystemExit(
            f"The helpers could not be fetched from {address} (branch {BRANCH}): {reason}\n"
            "No network? On Kaggle switch on Settings > Internet; elsewhere connect and run this "
            "cell again, or use the single-file copy of the lesson, which needs no network."
        ) from None
    sys.path.insert(0, str(Path(fetched).resolve()))


find_helpers()
try:
    import keras
except ImportError as error:
    raise SystemExit(f"Keras did not start ({error}). Run: pip install tensorflow keras") from None
keras.utils.set_random_seed(0)
print("Set-up complete.")
