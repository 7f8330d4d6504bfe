"""Small, plain helpers for the notebooks: import the modules one by one.

    from helpers import arithmetic, blocks, checks, cost, datasets, figures, networks, reference

Only `figures` loads matplotlib, and no data is read before a function of `datasets` is called.
"""
