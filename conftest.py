"""What every kernel under nbval sees: the checkout's helpers and one fixed terminal."""

from helpers.tools import kernels

kernels.set_environment()

# Sources of the homework, with places for numbers in them: what is made of them is run instead.
collect_ignore_glob = ["tests/homework/*/*.ipynb"]


def pytest_configure(config):
    # nbval opens the sanitizer relative to the working folder; any folder should do.
    if getattr(config.option, "nbval", False):
        config.option.nbval_sanitize_with = str(kernels.ROOT / "tests" / "sanitize.cfg")


def pytest_collectstart(collector):
    # TensorFlow's C++ log lines reach stderr on some machines and not on others.
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += ("stderr",)
