"""What lesson 11 computes with a line each, against a longer way; and its model exercise."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import blocks, networks, training
from helpers.cost import cost_table
from helpers.lessons import lesson_11

rng = np.random.default_rng(0)


def test_the_best_split_is_better_than_any_other():
    kernel = rng.normal(size=(3, 3))
    column, row = lesson_11.best_split(kernel)
    best = ((kernel - np.outer(column, row)) ** 2).sum()
    for _ in range(200):
        other = np.outer(column + rng.normal(0, 0.1, 3), row + rng.normal(0, 0.1, 3))
        assert ((kernel - other) ** 2).sum() > best
    assert np.isclose(lesson_11.kept(kernel), 1 - best / (kernel**2).sum())


def test_kept_of_many_kernels_is_that_of_each():
    kernels = rng.normal(size=(3, 5, 7))
    shares = lesson_11.kept(kernels)
    assert np.allclose(shares, [lesson_11.kept(kernels[:, :, i]) for i in range(7)])
    assert np.isclose(lesson_11.kept(np.outer([1, 2, 3], [4, 5, 6])), 1)


def test_by_kind_has_every_mac_of_mobilenet():
    net = networks.mobilenet(0.25)
    bars = lesson_11.by_kind(net)
    macs, parameters = bars.values()
    assert sum(amount for _, amount in macs) == cost_table(net).total.macs
    kinds = [kind for kind, _ in macs]
    assert kinds == ["first 3x3", *13 * ["3x3 depthwise", "1x1"], "classifier"]
    normalizing = sum(
        layer.count_params() for layer in net.layers if isinstance(layer, layers.BatchNormalization)
    )
    assert sum(amount for _, amount in parameters) == net.count_params() - normalizing


@pytest.mark.parametrize("name", lesson_11.NETS)
def test_the_dots_are_layers_of_the_published_nets(name):
    """A depthwise window h x h, and N filters in the 1x1 (or dense) layer that follows it."""
    kind, which = {
        "MobileNetV2, first block": (keras.applications.MobileNetV2, 0),
        "MobileNet, first block": (keras.applications.MobileNet, 0),
        "Xception, middle": (keras.applications.Xception, 15),
        "MobileNet, last block": (keras.applications.MobileNet, 12),
        "EfficientNet-B0, 5x5": (keras.applications.EfficientNetB0, 3),
        "ConvNeXt-Tiny": (keras.applications.ConvNeXtTiny, 0),
    }[name]
    net = kind(weights=None)
    found = []
    for layer in net.layers:
        if isinstance(layer, layers.SeparableConv2D):
            found.append((*layer.kernel_size, layer.filters))
        elif isinstance(layer, layers.DepthwiseConv2D) or getattr(layer, "groups", 1) > 1:
            found.append((*layer.kernel_size, None))
        elif found and found[-1][-1] is None and not re_squeezes(layer):
            filters = getattr(layer, "filters", None) or getattr(layer, "units", None)
            found[-1] = (*found[-1][:2], filters)
    h, n = lesson_11.NETS[name]
    assert found[which] == (h, h, n)


def re_squeezes(layer) -> bool:
    """The small 1x1 layers of a squeeze-and-excitation, which read one pixel."""
    return "_se_" in layer.name


def test_equal_macs_within_half_a_percent_and_a_fifth():
    macs = {
        name: cost_table(experiment.build()).total.macs
        for name, experiment in lesson_11.EXPERIMENTS.items()
    }
    assert 0.995 < macs["separable_43"] / macs["plain_3x3"] <= 1
    assert 0.18 < macs["separable_16"] / macs["plain_3x3"] < 0.22


def test_what_the_page_says_of_the_stored_trainings():
    plain, narrow, wide = (
        training.results(name) for name in ("plain_3x3", "separable_16", "separable_43")
    )
    loss = [result["loss"][:, -1] for result in (plain, narrow, wide)]
    assert loss[2].max() < loss[0].min() < loss[0].max() < loss[1].min()
    test = [result["val_accuracy"][:, -1] for result in (plain, narrow, wide)]
    for other in test[1:]:  # inside the range of the 3x3 net
        assert test[0].min() < other.min() and other.max() < test[0].max()
    assert 1 < 100 * (np.median(test[0]) - np.median(test[1])) < 2


def test_training_moves_the_kernels_towards_rank_1_and_none_has_it():
    net = training.trained(lesson_11.EXPERIMENTS["plain_3x3"])
    draws = [np.random.default_rng(i).uniform(-1, 1, size=(3, 3, 256)) for i in range(20)]
    by_chance = max(np.median(lesson_11.kept(kernels)) for kernels in draws)
    medians = []
    for i in range(1, 5):
        kernels = net.get_layer(f"block{i}").get_weights()[0].reshape(3, 3, 256)
        medians.append(np.median(lesson_11.kept(kernels)))
        assert (np.linalg.matrix_rank(kernels.transpose(2, 0, 1)) > 1).all()
        assert lesson_11.kept(kernels).max() < 0.997
    assert by_chance < min(medians) and max(medians) == medians[-1] > by_chance + 0.08


def test_with_many_channels_a_column_and_a_row_are_not_of_rank_1():
    inputs = keras.Input((9, 9, 16))
    model = keras.Model(inputs, blocks.spatially_separable(inputs, 16))
    column, row = (w for w in model.get_weights() if w.ndim == 4)
    kernels = np.einsum("imc,jcf->mfij", column[:, 0], row[0])
    assert (np.linalg.matrix_rank(kernels) == 3).all()


def test_the_bias_of_the_1x1_can_do_the_work_of_the_depthwise_one():
    model = keras.Sequential(
        [keras.Input((7, 7, 3)), layers.DepthwiseConv2D(3), layers.Conv2D(8, 1)]
    )
    kernel, bias, mix, last = (rng.normal(size=w.shape) for w in model.get_weights())
    x = rng.normal(size=(1, 7, 7, 3)).astype("float32")
    model.set_weights([kernel, bias, mix, last])
    before = keras.ops.convert_to_numpy(model(x))
    model.set_weights([kernel, 0 * bias, mix, last + bias @ mix[0, 0]])
    assert np.allclose(keras.ops.convert_to_numpy(model(x)), before, atol=1e-4)


def test_milliseconds_are_the_fastest_call(monkeypatch):
    clock = iter([0, 3, 3, 4, 4, 9])  # seconds: three calls of 3, 1 and 5
    monkeypatch.setattr(lesson_11.time, "perf_counter", lambda: next(clock))
    assert lesson_11.milliseconds(layers.ReLU(), np.ones((1, 2)), times=3) == 1000


# The block of exercise 5


def stack(*rest):
    return keras.Sequential([keras.Input((16, 16, 32)), *rest])


def depthwise(activation="relu", strides=2, **options):
    options = {"padding": "same"} | options
    return layers.DepthwiseConv2D(3, strides=strides, activation=activation, **options)


RIGHT = {
    "as asked": lambda: stack(depthwise(), layers.Conv2D(64, 1, activation="relu")),
    "ReLU as layers": lambda: stack(
        depthwise(None), layers.ReLU(), layers.Conv2D(64, 1), layers.ReLU()
    ),
    "dense at each pixel": lambda: stack(depthwise(), layers.Dense(64, activation="relu")),
}
WRONG = {
    "stride in the 1x1": (
        lambda: stack(depthwise(strides=1), layers.Conv2D(64, 1, 2, activation="relu")),
        "stride is in the 1x1",
    ),
    "ordinary 3x3": (
        lambda: stack(
            layers.Conv2D(32, 3, 2, padding="same", activation="relu"),
            layers.Conv2D(64, 1, activation="relu"),
        ),
        "mixes the channels",
    ),
    "one layer": (
        lambda: stack(layers.SeparableConv2D(64, 3, 2, padding="same", activation="relu")),
        "SeparableConv2D",
    ),
    "no last ReLU": (lambda: stack(depthwise(), layers.Conv2D(64, 1)), "last ReLU"),
    "no first ReLU": (
        lambda: stack(depthwise(None), layers.Conv2D(64, 1, activation="relu")),
        "between",
    ),
    "no biases": (
        lambda: stack(
            depthwise(use_bias=False), layers.Conv2D(64, 1, activation="relu", use_bias=False)
        ),
        "biases are missing",
    ),
    "normalized": (
        lambda: stack(
            depthwise(None),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(64, 1, activation="relu"),
        ),
        "Leave the normalization out",
    ),
    "normalized twice": (
        lambda: stack(
            depthwise(None),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Conv2D(64, 1),
            layers.BatchNormalization(),
            layers.ReLU(),
        ),
        "both normalizations",
    ),
    "MobileNet's block": (
        lambda: stack(
            depthwise(None, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(6),
            layers.Conv2D(64, 1, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(6),
        ),
        "MobileNet's own",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_ways_of_the_block_pass(name):
    assert lesson_11.separable_block.mistake(RIGHT[name]()) is None


@pytest.mark.parametrize("name", WRONG)
def test_wrong_blocks_are_refused_with_words_that_help(name):
    build, says = WRONG[name]
    assert says in lesson_11.separable_block.mistake(build())
