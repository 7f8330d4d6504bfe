"""Run notebooks from top to bottom on a fresh kernel and save them clean, with outputs.

python -m helpers.tools.refresh        all of them
python -m helpers.tools.refresh 05     one of them
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell

from helpers.tools import kernels
from helpers.tools.notebook_form import clean_outputs, lessons, put_in_form

_OPENED = "from helpers import datasets\nprint(*sorted(datasets.opened), sep='\\n')"


def refresh(path: Path) -> None:
    """Run the notebook and save it, with the names of the files of data/ that it opened."""
    notebook = nbformat.read(path, as_version=4)
    put_in_form(notebook, path)
    notebook.cells.append(new_code_cell(_OPENED))
    kernels.run(notebook, path.parent)
    clean_outputs(notebook)
    outputs = notebook.cells.pop().outputs
    notebook.metadata.pop("widgets", None)
    notebook.metadata.data = outputs[0].text.split() if outputs else []
    nbformat.write(notebook, path)


def main(wanted: str = "") -> None:
    kernels.set_environment()
    for path in lessons(wanted):
        start = time.perf_counter()
        try:
            refresh(path)
        except (CellExecutionError, DeadKernelError) as error:
            sys.exit(f"{path.name} stopped; the file is left as it was.\n{error}")
        print(f"{path.name}  {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
