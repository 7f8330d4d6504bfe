"""What every kernel under nbval sees: the checkout's helpers and one fixed terminal."""

import os
from pathlib import Path

ROOT = Path(__file__).parent

# Kernels start in the notebook's own folder and do not read pytest's pythonpath.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)
# model.summary() draws its table as wide as the terminal says.
for name in ("COLUMNS", "JUPYTER_COLUMNS"):
    os.environ[name] = "100"
os.environ.pop("NO_COLOR", None)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# The last digits of a training depend on how sums are split over threads: two, on any machine.
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "2"


def pytest_configure(config):
    # nbval opens the sanitizer relative to the working folder; any folder should do.
    if getattr(config.option, "nbval", False):
        config.option.nbval_sanitize_with = str(ROOT / "tests" / "sanitize.cfg")


def pytest_collectstart(collector):
    # TensorFlow's C++ log lines reach stderr on some machines and not on others.
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += ("stderr",)
