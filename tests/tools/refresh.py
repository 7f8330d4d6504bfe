"""Run notebooks from top to bottom on a fresh kernel and save them clean, with outputs.

python tests/tools/refresh.py        all of them
python tests/tools/refresh.py 05     one of them
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import conftest  # noqa: E402, F401  sets the environment of the kernels, as under test
from tests.tools.notebook_form import (  # noqa: E402
    ROOT,
    clean_outputs,
    lessons,
    put_in_form,
)


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Execute `notebook` in place, in a kernel whose working folder is `folder`."""
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def refresh(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    put_in_form(notebook, path)
    run(notebook, path.parent)
    clean_outputs(notebook)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    paths = lessons(wanted)
    if not paths:
        sys.exit(f"No notebook starts with {wanted!r} in {ROOT / 'notebooks'}.")
    for path in paths:
        start = time.perf_counter()
        try:
            refresh(path)
        except (CellExecutionError, DeadKernelError) as error:
            sys.exit(f"{path.name} stopped; the file is left as it was.\n{error}")
        print(f"{path.name}  {time.perf_counter() - start:.1f} s", flush=True)
