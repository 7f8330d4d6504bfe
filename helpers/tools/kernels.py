"""Kernels that see the same wherever they run: for refresh, for the benchmark and under test."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def set_environment() -> None:
    """Set what kernels started by this process inherit, so that stored outputs repeat.

    The checkout comes first on their path; tables are 100 characters wide; sums are split over
    two threads, with PyTorch over one.
    """
    # Kernels start in the notebook's own folder and do not read pytest's pythonpath.
    others = [path for path in [os.environ.get("PYTHONPATH")] if path]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *others])
    # model.summary() draws its table as wide as the terminal says.
    for name in ("COLUMNS", "JUPYTER_COLUMNS"):
        os.environ[name] = "100"
    os.environ.pop("NO_COLOR", None)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    # The last digits of a training depend on how sums are split over threads: two, everywhere,
    # but for the rows of `make matrix` that ask for another number.
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "2")
    # PyTorch's threads burn their time waiting for each other where other workers use the cores.
    os.environ["OMP_NUM_THREADS"] = "1"


def run(notebook, folder: Path) -> None:
    """Execute `notebook` in place, in a fresh kernel whose working folder is `folder`.

    Cells tagged `play` are left out: nbclient stands in for the browser of a slider's output, and
    now and then it waits for ever. nbval, which knows no widgets, runs them.
    """
    from nbclient import NotebookClient

    sliders = [cell for cell in notebook.cells if "play" in cell.metadata.get("tags", [])]
    sources = [cell.source for cell in sliders]
    for cell in sliders:
        cell.source = "pass"
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    for cell, source in zip(sliders, sources, strict=True):
        cell.source = source
