"""What lesson 12 computes with a line each, against a longer way; and its model exercise."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import blocks, datasets
from helpers.cost import cost_table
from helpers.lessons import lesson_12


def test_photo_stack_holds_three_photographs():
    stack = lesson_12.photo_stack(64)
    assert stack.shape == (1, 64, 64, 9) and 0 <= stack.min() < stack.max() <= 1
    for i, name in enumerate(("chelsea", "coffee", "rocket")):
        photo = datasets.photograph(name) / 255
        assert np.isclose(stack[0, 3, 5, 3 * i + 1], photo[12:16, 20:24, 1].mean(), atol=1e-5)


def test_pairs_are_what_their_labels_say():
    (x, same), (x_test, same_test) = lesson_12.pairs(600)
    assert x.shape == (600, 14, 14, 2) and x_test.shape == (2_000, 14, 14, 2)
    assert same.mean() == same_test.mean() == 0.5
    from helpers import training

    (images, labels), _ = training.images(10_000, 14)
    kinds = {image.tobytes(): label for image, label in zip(images[..., 0], labels, strict=True)}
    found = [[kinds[np.ascontiguousarray(pair[..., c]).tobytes()] for c in (0, 1)] for pair in x]
    assert all((a == b) == bool(s) for (a, b), s in zip(found, same, strict=True))


def test_the_two_nets_differ_in_the_shuffles_alone():
    shuffled, apart = lesson_12.pair_net(True), lesson_12.pair_net(False)
    kinds = [[type(layer).__name__ for layer in net.layers] for net in (shuffled, apart)]
    assert kinds[0].count("ChannelShuffle") == 4 and "ChannelShuffle" not in kinds[1]
    assert shuffled.count_params() == apart.count_params()
    assert cost_table(shuffled).total.macs == cost_table(apart).total.macs


def test_without_shuffles_the_scores_of_the_garments_are_added():
    """What one garment adds to the answer does not depend on the other."""
    net = lesson_12.pair_net(False)
    head = keras.Model(net.input, net.layers[-1].input)
    x = lesson_12.pairs(4)[0][0]
    mean = ops.convert_to_numpy(head(x))
    other = x.copy()
    other[..., 1] = x[::-1, ..., 1]
    moved = ops.convert_to_numpy(head(other))
    assert np.allclose(mean[:, :16], moved[:, :16]) and not np.allclose(mean, moved)


@pytest.mark.parametrize(("channels", "groups", "rounds"), [(9, 3, 2), (12, 6, 3), (6, 2, 1)])
def test_mixed_is_what_keras_layers_read(channels, groups, rounds):
    x = np.eye(channels, dtype="float32")[:, None, None]
    for i in range(rounds):
        x = blocks.ChannelShuffle(groups)(x) if i else x
        ones = {"use_bias": False, "kernel_initializer": "ones", "groups": groups}
        x = layers.Conv2D(channels, 1, **ones)(x)
    reads = ops.convert_to_numpy(x)[:, 0, 0].T > 0
    assert np.array_equal(lesson_12.mixed(channels, groups, rounds), reads)


def test_alexnet_has_the_published_parameters():
    assert lesson_12.alexnet(groups=2) == (60_965_224, 665_784_864)
    net = keras.Sequential([keras.Input((227, 227, 3))])
    pool = {"pool_size": 3, "strides": 2}
    for layer in (
        layers.Conv2D(96, 11, strides=4), layers.MaxPooling2D(**pool),
        layers.Conv2D(256, 5, padding="same"), layers.MaxPooling2D(**pool),
        layers.Conv2D(384, 3, padding="same"), layers.Conv2D(384, 3, padding="same"),
        layers.Conv2D(256, 3, padding="same"), layers.MaxPooling2D(**pool),
    ):  # fmt: skip
        net.add(layer)
    dense = 9216 * 4096 + 4096 * 4096 + 4096 * 1000 + 4096 + 4096 + 1000
    assert tuple(net.layers[-1].output.shape[1:]) == (6, 6, 256)
    assert net.count_params() + dense == 62_378_344 == lesson_12.alexnet(groups=1)[0]
    assert cost_table(net).total.macs == 1_076_634_144 == lesson_12.alexnet(groups=1)[1]


# What the page says about time


def test_the_stored_times_are_as_the_page_says():
    answers, steps = lesson_12.stored_times().values()
    for kinds in (answers, steps):
        macs, ms = kinds["native"]["1 group"]
        for points in kinds.values():
            for label, (m, t) in points.items():
                assert t / ms > m / macs or label == "1 group", label  # above the line
        fastest = min(t for kind in ("native", "split") for _, t in kinds[kind].values())
        assert kinds["depthwise"]["64 groups"][1] < fastest
    one = steps["native"]["1 group"][1]
    native = [ms for _, ms in steps["native"].values()]
    assert native == sorted(native) and native[1] > 10 * one
    assert max(ms for _, ms in steps["split"].values()) < 5 * one


def test_milliseconds_counts_no_first_call():
    ticks = iter([0, 1, 1, 6, 6, 10, 10, 11, 11, 14, 14, 16])  # the first call is the fastest
    inputs = keras.Input((2, 2, 1))
    model = keras.Model(inputs, layers.Conv2D(1, 1)(inputs))
    measured = lesson_12.milliseconds(model, times=2, answers=2, clock=lambda: next(ticks))
    assert measured == (4_000, 2_000) and not list(ticks)


def test_the_program_for_the_gradient_puts_zeros_between_the_maps():
    """What XLA makes of a kernel's gradient in 8 groups: maps 8 planes apart (dilated by 8)."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("a page says it of TensorFlow")
    import tensorflow as tf

    x, kernel = tf.ones((2, 6, 6, 64)), tf.ones((3, 3, 8, 64))

    @tf.function(jit_compile=True)
    def gradient(x, kernel):
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            total = tf.reduce_sum(tf.nn.conv2d(x, kernel, 1, "SAME") ** 2)
        return tape.gradient(total, kernel)

    program = gradient.experimental_get_compiler_ir(x, kernel)(stage="optimized_hlo")
    assert "lhs_dilate=1x1x8" in program


# The model exercise


def unit(*, groups=3, table=(3, 4), how="layers"):
    inputs = keras.Input((14, 14, 24))
    if how == "split":
        x = blocks.grouped_conv(inputs, 12, 1, groups=groups)
    else:
        x = layers.ReLU()(layers.Conv2D(12, 1, groups=groups)(inputs))
    if how == "layers":
        x = layers.Reshape((14, 14, *table))(x)
        x = layers.Reshape((14, 14, 12))(layers.Permute((1, 2, 4, 3))(x))
    else:
        x = blocks.ChannelShuffle(3)(x)
    return keras.Model(inputs, layers.DepthwiseConv2D(3, padding="same")(x))


@pytest.mark.parametrize("how", ["layers", "helper"])
def test_half_a_unit_may_be_written_in_several_ways(how):
    assert lesson_12.half_unit.mistake(unit(how=how)) is None


def test_half_a_unit_with_a_wrong_order_is_told():
    assert "order" in lesson_12.half_unit.mistake(unit(table=(4, 3)))
