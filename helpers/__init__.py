"""What the notebooks import: each submodule by its own name."""
