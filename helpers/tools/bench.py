"""Measured times, always as ratios of two things timed in one run: `make bench`.

python -m helpers.tools.bench                        everything (about ten minutes)
python -m helpers.tools.bench imports cost           some: notebooks imports blocks cost ladder
                                                     homework

Machines are noisy. Pairs are timed in turn, several times, and the median ratio is printed.
"""

import functools
import gc
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

from helpers.tools import kernels
from helpers.tools.notebook_form import ROOT, lessons

PAIRS = 7


def seconds(function) -> float:
    """Wall time of one call, as timeit measures it: without the garbage of the call before."""
    gc.collect()
    gc.disable()
    start = time.perf_counter()
    try:
        function()
        return time.perf_counter() - start
    finally:
        gc.enable()


def ratio(name: str, ours, theirs, *, pairs: int = PAIRS, limit: float | None = None) -> None:
    """Time the two in turn, after one warm-up each, and print the median of their ratios."""
    ours(), theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(pairs)]
    ratios = [a / b for a, b in times]
    middle = [statistics.median(side) for side in zip(*times, strict=True)]
    goal = f"   (goal: at most {limit})" if limit else ""
    print(
        f"{name:44} {middle[0] * 1000:9.1f} ms {middle[1] * 1000:9.1f} ms   ratio "
        f"{statistics.median(ratios):.3f}, {min(ratios):.3f} to {max(ratios):.3f}{goal}",
        flush=True,
    )


def notebooks() -> None:
    """Run All of each notebook against the floor: a kernel that starts and imports Keras."""
    import nbformat

    kernels.set_environment()

    def floor():
        cell = nbformat.v4.new_code_cell("import keras")
        kernels.run(nbformat.v4.new_notebook(cells=[cell]), ROOT / "notebooks")

    floor()  # reads the files of Keras from disk once
    print(f"{'Run All':44} {'seconds':>8} {'floor':>8}   ratio")
    for path in lessons():
        lowest = seconds(floor)
        notebook = nbformat.read(path, as_version=4)
        whole = seconds(functools.partial(kernels.run, notebook, path.parent))
        print(f"{path.name:44} {whole:8.1f} {lowest:8.1f}   {whole / lowest:.1f}", flush=True)


def imports() -> None:
    """What importing the helpers adds to importing Keras, in fresh processes."""
    modules = "arithmetic, blocks, checks, cost, datasets, equivalence, networks, reference"
    modules += ", training"
    code = (
        "import time, keras; start = time.perf_counter(); "
        f"from helpers import {modules}; print(time.perf_counter() - start)"
    )
    added = []
    for _ in range(PAIRS):
        out = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        added.append(float(out.stdout))
    print(
        f"importing helpers adds {statistics.median(added) * 1000:.0f} ms to importing keras "
        f"({min(added) * 1000:.0f} to {max(added) * 1000:.0f}; goal: at most 100)"
    )


def blocks() -> None:
    """ResNet-50 made of our blocks against keras.applications' own."""
    import keras
    import numpy as np

    from helpers import networks

    def theirs():
        return keras.applications.ResNet50(weights=None)

    def ours():
        return networks.resnet(
            50,
            stride_in_1x1=True,
            padding="symmetric",
            use_bias=True,
            batch_normalization={"momentum": 0.99, "epsilon": 1.001e-5},
        )

    ratio("ResNet-50: build", ours, theirs, limit=1.02)
    models = [ours(), theirs()]
    for batch, name, step in ((8, "forward", "predict"), (4, "training step", "train")):
        x = np.random.default_rng(0).normal(size=(batch, 224, 224, 3)).astype("float32")
        arguments = (x,) if step == "predict" else (x, np.zeros(batch, int))
        runs = []
        for model in models:
            model.compile("sgd", "sparse_categorical_crossentropy")
            runs.append(functools.partial(getattr(model, f"{step}_on_batch"), *arguments))
        ratio(f"ResNet-50: {name}, batch {batch}", *runs, limit=1.02)


def cost() -> None:
    """cost_table against other counters: their time, and the MACs each finds."""
    import keras
    from keras import layers

    from helpers.cost import cost_table

    def one_layer(layer, shape=(28, 28, 32)):
        return keras.Sequential([keras.Input(shape), layer])

    models = {
        "3x3": one_layer(layers.Conv2D(64, 3)),
        "3x3 in 4 groups": one_layer(layers.Conv2D(64, 3, groups=4)),
        "3x3 transposed, stride 2": one_layer(layers.Conv2DTranspose(64, 3, strides=2)),
        "ResNet-50": keras.applications.ResNet50(weights=None),
        "ResNet-152": keras.applications.ResNet152(weights=None),
    }
    counters = {"cost_table": lambda model: cost_table(model).total.macs}
    if keras.backend.backend() == "tensorflow":
        counters["TensorFlow's profiler"] = _tensorflow_profiler
    if keras.backend.backend() == "torch" and importlib.util.find_spec("fvcore"):
        counters["fvcore"] = _fvcore
    for name, model in models.items():
        for counter, count in counters.items():
            took = statistics.median(seconds(lambda m=model, c=count: c(m)) for _ in range(3))
            print(f"{name:26} {counter:24} {count(model):16,.0f} MACs {took * 1000:10.1f} ms")


def _tensorflow_profiler(model) -> float:
    import tensorflow as tf
    from tensorflow.python.profiler.model_analyzer import profile
    from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

    shape = (1, *model.input_shape[1:])
    function = tf.function(lambda x: model(x)).get_concrete_function(tf.TensorSpec(shape))
    options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output()
    return profile(function.graph, options=options.build()).total_float_ops / 2


def _fvcore(model) -> float:
    import keras
    from fvcore.nn import FlopCountAnalysis

    return FlopCountAnalysis(model, keras.ops.zeros((1, *model.input_shape[1:]))).total()


def ladder() -> None:
    """One convolution, 5x5 on 28x28x192 to 32 filters, from the definition to Keras."""
    import keras
    import numpy as np

    from helpers import reference

    x = np.random.default_rng(0).normal(size=(28, 28, 192)).astype("float32")
    kernel = np.random.default_rng(1).normal(size=(5, 5, 192, 32)).astype("float32")
    batch = keras.ops.array(x[None])
    weights = keras.ops.array(kernel)

    def python_loops(filters=1):
        """Lists and numbers only, for one of the 32 filters."""
        image = np.pad(x, ((2, 2), (2, 2), (0, 0))).tolist()
        for f in range(filters):
            w = kernel[..., f].tolist()
            for i in range(28):
                for j in range(28):
                    sum(
                        p * q
                        for a in range(5)
                        for b in range(5)
                        for p, q in zip(image[i + a][j + b], w[a][b], strict=True)
                    )

    def columns():
        patches = reference.im2col(x, (5, 5), padding="same")
        return patches @ kernel.reshape(-1, 32)

    steps = {
        "Python loops (one filter, times 32)": (python_loops, 32),
        "reference.cross_correlation (windows)": (
            lambda: reference.cross_correlation(x, kernel, padding="same"),
            1,
        ),
        "im2col and one matrix product": (columns, 1),
        "keras.ops.conv": (
            lambda: keras.ops.convert_to_numpy(keras.ops.conv(batch, weights, padding="same")),
            1,
        ),
    }
    measured = {}
    for name, (function, times) in steps.items():
        function()
        repeats = 1 if times > 1 else PAIRS
        measured[name] = times * statistics.median(seconds(function) for _ in range(repeats))
    fastest = measured["keras.ops.conv"]
    for name, took in measured.items():
        print(f"{name:44} {took * 1000:9.1f} ms   {took / fastest:9.1f} times Keras")


def homework() -> None:
    """30 submissions of homework 2, all right, against 30 fresh interpreters that import Keras."""
    import tempfile
    from pathlib import Path

    import nbformat

    from helpers.tools import grade, homework

    assignment = homework.load("hw2", homework.PUBLIC)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(30):
            answers = {"student": f"student = {number}"}
            notebook = homework.reference(assignment, answers)
            notebook.cells[2].source = answers["student"]
            nbformat.write(notebook, Path(folder) / f"{number}.ipynb")
        out = Path(folder) / "out"
        ours = seconds(lambda: grade.grade("hw2", Path(folder), out))
        memory = [json.loads(path.read_text()).get("memory", 0) for path in out.glob(".done/*")]
    command = [sys.executable, "-c", "import keras"]
    starts = [
        seconds(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(5)
    ]
    theirs = 30 * statistics.median(starts)
    print(f"30 submissions {ours:.1f} s, 30 starts {theirs:.1f} s   ratio {ours / theirs:.2f}")
    print(f"memory of the largest child {max(memory)} MB, most of it shared with its parent")
    print("nbgrader 0.9.6, one call a student: ratio 3.1, 790 MB (November 2026, another homework)")


PARTS = {f.__name__: f for f in (notebooks, imports, blocks, cost, ladder, homework)}


def main(*wanted: str) -> None:
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"No benchmark is called {unknown}. There are: {', '.join(PARTS)}.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for part in wanted or PARTS:
        print(f"\n{part}: {PARTS[part].__doc__}")
        PARTS[part]()


if __name__ == "__main__":
    main(*sys.argv[1:])
