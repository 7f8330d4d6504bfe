"""What is said about grouped and shuffled convolution, claim by claim."""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import blocks, reference
from tests.claims.common import array, conv, convolutions, normal, parameters, weights


def joined(*steps, channels=9, groups=3):
    """(outputs, inputs), True where a stack of 1x1 layers ("grouped") and shuffles joins them."""
    x = np.eye(channels, dtype="float32").reshape(channels, 1, 1, channels)
    ones = np.ones((1, 1, channels // groups, channels))
    for step in steps:
        x = conv(x, ones, groups=groups) if step == "grouped" else array(
            blocks.ChannelShuffle(groups)(x))  # fmt: skip
    return x[:, 0, 0].T > 0


def test_B125_an_ordinary_layer_has_a_filter_of_all_channels_for_each_output():
    """TRUE: Dout kernels of h x w x Din; from Hin x Win to the size that the padding leaves."""
    layer = layers.Conv2D(7, 3, padding="same")
    assert layer(normal(1, 6, 6, 5)).shape == (1, 6, 6, 7)
    assert tuple(layer.kernel.shape) == (3, 3, 5, 7)


def test_B126_three_channels_cannot_be_cut_in_two():
    """IMPRECISE: Keras refuses groups=2 on three channels; groups=3 would fit."""
    with pytest.raises(ValueError, match="groups"):
        layers.Conv2D(128, 7, groups=2).build((None, 32, 32, 3))
    layers.Conv2D(126, 7, groups=3).build((None, 32, 32, 3))


def test_B127_each_of_two_groups_is_half_as_deep_with_half_of_the_filters():
    """TRUE: and the results are concatenated."""
    x, kernel = normal(1, 6, 6, 8), normal(3, 3, 4, 10, seed=1)
    halves = [conv(x[..., 4 * i : 4 * i + 4], kernel[..., 5 * i : 5 * i + 5]) for i in (0, 1)]
    assert np.allclose(conv(x, kernel, groups=2), np.concatenate(halves, -1), atol=1e-4)


def test_B128_the_first_group_reads_the_first_half_of_the_channels():
    """TRUE: and nothing of the rest."""
    x, kernel = normal(1, 6, 6, 8), normal(3, 3, 4, 10, seed=1)
    without = np.where(np.arange(8) < 4, x, 0).astype("float32")
    a, b = conv(x, kernel, groups=2), conv(without, kernel, groups=2)
    assert np.array_equal(a[..., :5], b[..., :5]) and not np.allclose(a[..., 5:], b[..., 5:])


def test_B129_as_many_groups_as_channels_is_depthwise():
    """TRUE: the outputs are equal; the two layers keep their weights in different layouts."""
    x = normal(1, 6, 6, 3)
    grouped, depthwise = (
        layers.Conv2D(12, 3, groups=3),
        layers.DepthwiseConv2D(3, depth_multiplier=4),
    )
    a, b = grouped(x), depthwise(x)
    assert tuple(grouped.kernel.shape) == (3, 3, 1, 12)
    assert tuple(depthwise.kernel.shape) == (3, 3, 3, 4)
    kernel, bias = normal(3, 3, 3, 4, seed=1), normal(12, seed=2)
    depthwise.set_weights([kernel, bias])
    grouped.set_weights([kernel.reshape(3, 3, 1, 12), bias])
    a, b = array(grouped(x)), array(depthwise(x))
    assert np.allclose(a, b, atol=1e-5)
    assert np.allclose(
        (b - bias)[0], reference.depthwise(x[0], kernel).reshape(4, 4, 12), atol=1e-4
    )


def test_B130_each_of_them_then_has_dout_over_din_filters():
    """TRUE: 12 filters on 3 channels are four for each channel."""
    reads = conv(np.eye(3, dtype="float32").reshape(3, 1, 1, 3), np.ones((1, 1, 1, 12)), groups=3)
    assert (reads[:, 0, 0] == np.repeat(np.eye(3), 4, axis=1)).all()


def test_B131_a_depthwise_layer_may_change_the_depth():
    """IMPRECISE: with depth_multiplier=2 three channels become six."""
    assert layers.DepthwiseConv2D(3, depth_multiplier=2)(normal(1, 6, 6, 3)).shape[-1] == 6
    assert layers.DepthwiseConv2D(3)(normal(1, 6, 6, 3)).shape[-1] == 3


def test_B135_two_groups_halve_the_weights():
    """TRUE: 1,152 become 576; with the biases, which stay, 1,168 become 592."""
    one, two = (parameters(layers.Conv2D(16, 3, groups=g), 6, 6, 8) for g in (1, 2))
    assert (one, two) == (1_168, 592) and (one - 16, two - 16) == (1_152, 576)
    assert two - 16 == (3 * 3 * (8 // 2) * (16 // 2)) * 2


def test_B137_groups_leave_blocks_along_the_diagonal():
    """TRUE: 3 groups on 6 channels join 12 of 36; an ordinary layer with those zeros is equal."""
    table = joined("grouped", channels=6, groups=3)
    assert table.sum() == 12 and (table == np.kron(np.eye(3), np.ones((2, 2)))).all()
    x, kernel = normal(1, 5, 5, 6), normal(3, 3, 2, 6, seed=1)
    whole = np.where(table.T, np.concatenate([kernel] * 3, axis=2), 0)
    assert np.allclose(conv(x, kernel, groups=3), conv(x, whole), atol=1e-4)


def test_B140_mobilenet_is_the_extreme_case(mobilenet):
    """IMPRECISE: its 3x3 layers are depthwise, and its 1x1 layers are not grouped at all."""
    kinds = [layer for layer in mobilenet.layers if isinstance(layer, layers.DepthwiseConv2D)]
    assert len(kinds) == 13 and all(layer.depth_multiplier == 1 for layer in kinds)
    assert {layer.groups for layer in convolutions(mobilenet)} == {1}


def test_B141_shuffled_grouped_convolution_is_a_grouped_one_and_a_shuffle():
    """TRUE: the shuffle alone moves channels and changes none."""
    x = normal(1, 3, 3, 12)
    y = array(blocks.ChannelShuffle(3)(x))
    assert not np.array_equal(x, y) and np.array_equal(np.sort(x), np.sort(y))


def test_B142_in_three_groups_kernels_have_a_third_of_the_depth():
    """TRUE."""
    layer = layers.Conv2D(9, 3, groups=3)
    layer.build((None, 6, 6, 9))
    assert layer.kernel.shape[2] == 9 // 3


def test_B144_without_a_shuffle_each_group_sees_its_own_third():
    """TRUE: 27 of 81 pairs after one layer, after two and after five."""
    for count in (1, 2, 5):
        assert joined(*["grouped"] * count).sum() == 27


def test_B145_the_shuffle_sends_some_of_every_group_to_every_group():
    """TRUE: 81 of 81. Where a group has fewer channels than there are groups, mixing stays partial:
    48 of 144 for 12 channels in 6 groups."""
    order = array(blocks.ChannelShuffle(3)(np.arange(9.0).reshape(1, 1, 1, 9))).ravel()
    assert order.tolist() == [0, 3, 6, 1, 4, 7, 2, 5, 8]
    assert order[order.astype(int)].tolist() == list(range(9))  # its own inverse: hides a fault
    six = array(blocks.ChannelShuffle(2)(np.arange(6.0).reshape(1, 1, 1, 6))).ravel()
    assert six.tolist() == [0, 3, 1, 4, 2, 5]
    assert joined("grouped", "shuffle", "grouped").all()
    assert joined("grouped", "shuffle", "grouped", channels=12, groups=6).sum() == 48


def test_B146_resnext_and_mobilenet_group_the_3x3(mobilenet):
    """TRUE: their 1x1 layers read every channel."""
    x = keras.Input((14, 14, 256))
    unit = keras.Model(x, blocks.bottleneck(x, 64, groups=32, base_width=4))
    assert [layer.groups for layer in convolutions(unit)] == [1, 32, 1]
    assert {layer.kernel_size for layer in convolutions(mobilenet)} == {(3, 3), (1, 1)}


def test_B147_the_1x1_layers_are_what_such_a_unit_costs():
    """TRUE: 65,536 of 70,144 weights, 93.4 %, in a ResNeXt unit 32x4d."""
    x = keras.Input((14, 14, 256))
    unit = keras.Model(x, blocks.bottleneck(x, 64, groups=32, base_width=4))
    counts = [weights(layer) for layer in convolutions(unit)]
    assert counts == [32_768, 4_608, 32_768]
    assert round(100 * (counts[0] + counts[2]) / sum(counts), 1) == 93.4


def test_B148_a_pointwise_group_convolution_is_a_grouped_1x1():
    """TRUE: at each pixel a matrix of blocks."""
    x, kernel = normal(1, 4, 4, 6), normal(1, 1, 3, 4, seed=1)
    blocks_of = np.zeros((6, 4), "float32")
    blocks_of[:3, :2], blocks_of[3:, 2:] = kernel[0, 0, :, :2], kernel[0, 0, :, 2:]
    assert np.allclose(conv(x, kernel, groups=2), x @ blocks_of, atol=1e-5)
