"""What is said about channels, filters and their cost (lesson 03), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import reference
from tests.claims.common import array, conv, convolutions, normal, parameters


@pytest.fixture(scope="module")
def image():
    """A picture of 5x5 cells with three channels."""
    return normal(1, 5, 5, 3)


def conv3d(x, kernel) -> np.ndarray:
    """Keras' Conv3D on one volume: (D, H, W, C) and (kd, kh, kw, C, filters)."""
    layer = layers.Conv3D(kernel.shape[-1], kernel.shape[:3], use_bias=False)
    layer.build((1, *x.shape))
    layer.set_weights([kernel])
    return array(layer(x[None]))[0]


# One filter


def test_M10_a_small_filter_is_applied_linearly():
    """TRUE, in the usual short form: sums and multiples go through, with a bias they do not; and
    the filter may be as large as the input."""
    a, b, kernel = normal(1, 7, 9, 2), normal(1, 7, 9, 2, seed=1), normal(3, 3, 2, 4)
    whole, parts = conv(2 * a + b, kernel), 2 * conv(a, kernel) + conv(b, kernel)
    assert np.allclose(whole, parts, atol=1e-4)
    bias = np.ones(4)
    biased = 2 * conv(a, kernel, bias) + conv(b, kernel, bias)
    assert not np.allclose(conv(2 * a + b, kernel, bias), biased, atol=0.1)
    assert conv(a, normal(7, 9, 2, 8)).shape == (1, 1, 1, 8)


def test_M11_wherever_the_filter_is_it_gives_one_number(image):
    """TRUE: the sum of all products in the window, of 27 on three channels."""
    kernel = normal(3, 3, 3, 1)
    y = conv(image, kernel)
    for i, j in np.ndindex(3, 3):
        products = image[0, i : i + 3, j : j + 3] * kernel[..., 0]
        assert products.size == 27
        assert np.isclose(y[0, i, j], products.sum(), atol=1e-4).item()


def test_M12_the_order_of_the_positions_plays_no_part(image):
    """TRUE as a way to draw it; from the bottom to the top the map is the same, and so it is from
    one product of matrices for all positions."""
    kernel = normal(3, 3, 3, 1)
    y = np.zeros((1, 3, 3, 1))
    for i, j in reversed(list(np.ndindex(3, 3))):
        y[:, i, j] = (image[:, i : i + 3, j : j + 3, :, None] * kernel).sum((1, 2, 3))
    at_once = reference.im2col(image[0], (3, 3)) @ kernel.reshape(27, 1)
    assert np.allclose(conv(image, kernel), y, atol=1e-4)
    assert np.allclose(conv(image, kernel).ravel(), at_once.ravel(), atol=1e-4)


def test_M13_D31_one_filter_makes_one_map():
    """TRUE: of (nh-kh+1) x (nw-kw+1) cells, of however many channels."""
    for channels in (1, 3, 64):
        assert layers.Conv2D(1, (3, 2))(normal(1, 6, 9, channels)).shape == (1, 4, 8, 1)


def block(channels):
    """(output shape, weights, parameters) of one 3x3 filter on one block of 3x3xchannels."""
    layer = layers.Conv2D(1, 3)
    shape = layer(normal(1, 3, 3, channels)).shape
    return shape, int(np.prod(layer.kernel.shape)), layer.count_params()


def test_M15_on_a_grey_picture_a_3x3_filter_reads_3x3x1():
    """TRUE: 9 weights and a bias."""
    assert block(1) == ((1, 1, 1, 1), 9, 10)


def test_M16_on_a_colour_picture_it_reads_3x3x3():
    """TRUE: 27 weights and a bias."""
    assert block(3) == ((1, 1, 1, 1), 27, 28)


def test_M17_on_64_channels_it_reads_3x3x64_and_gives_one_number():
    """TRUE: 576 weights and a bias."""
    assert block(64) == ((1, 1, 1, 1), 576, 577)


# As deep as the input


def test_B17_the_filter_is_as_deep_as_the_input():
    """TRUE of the usual layer, which is the one described; on other channels it does not run."""
    for channels in (1, 3, 64):
        layer = layers.Conv2D(4, 3)
        layer.build((None, 8, 8, channels))
        assert layer.kernel.shape == (3, 3, channels, 4)
        with pytest.raises(ValueError, match="expected axis -1"):
            layer(normal(1, 8, 8, channels + 1))


def test_M14_with_groups_the_filters_are_less_deep():
    """IMPRECISE: "must" holds for groups=1. In four groups a filter reads a quarter of the
    channels, a depthwise one a single channel."""
    for groups, depth in ((1, 16), (4, 4), (16, 1)):
        layer = layers.Conv2D(32, 3, groups=groups)
        layer.build((None, 8, 8, 16))
        assert layer.kernel.shape == (3, 3, depth, 32)
    depthwise = layers.DepthwiseConv2D(3, use_bias=False)
    assert parameters(depthwise, 8, 8, 16) == 3 * 3 * 1 * 16


def test_B14_three_channels_give_three_intermediate_maps(image):
    """TRUE: each 3x3 kernel of the filter on its own channel of 5x5 gives 3x3; none is the
    other."""
    kernel = normal(3, 3, 3, 1)
    depthwise = layers.DepthwiseConv2D(3, use_bias=False)
    depthwise.build(image.shape)
    depthwise.set_weights([kernel])
    maps = array(depthwise(image))
    assert maps.shape == (1, 3, 3, 3)
    for c in range(3):
        own = conv(image[..., c : c + 1], kernel[:, :, c : c + 1])
        assert np.allclose(maps[..., c : c + 1], own, atol=1e-4)


def test_B15_D29_the_maps_of_the_channels_are_summed(image):
    """TRUE: each channel under its own kernel, added up, is the one map that Keras gives; their
    mean or their maximum is not."""
    kernel = normal(3, 3, 3, 1)
    maps = np.stack([conv(image[..., c : c + 1], kernel[:, :, c : c + 1]) for c in range(3)])
    y = conv(image, kernel)
    assert y.shape == (1, 3, 3, 1) and np.allclose(y, maps.sum(0), atol=1e-4)
    assert not np.allclose(y, maps.mean(0), atol=0.1)
    assert not np.allclose(y, maps.max(0), atol=0.1)


# As many maps as filters


def test_M18_the_number_of_filters_sets_the_depth_of_the_output():
    """TRUE: whatever the channels of the input, the kernel, the padding; 64 filters on a colour
    picture give 64 maps and not 192."""
    for channels, size, padding in ((1, 1, "same"), (3, 3, "valid"), (16, 5, "same")):
        for filters in (1, 5, 64):
            layer = layers.Conv2D(filters, size, padding=padding)
            assert layer(normal(1, 8, 8, channels)).shape[-1] == filters


def test_B19_dout_filters_of_din_kernels_each():
    """TRUE: from 3 to 5 channels by 15 kernels, each of which has a part in one map only."""
    x, kernel = normal(1, 5, 5, 3), normal(3, 3, 3, 5)
    y = conv(x, kernel)
    assert y.shape[-1] == 5 and kernel[0, 0].size == 15
    for i, o in np.ndindex(3, 5):
        altered = kernel.copy()
        altered[:, :, i, o] = 0
        changed = (abs(conv(x, altered) - y) > 1e-4).any((0, 1, 2))
        assert list(np.flatnonzero(changed)) == [o]


def test_D32_the_kernel_has_four_axes():
    """TRUE: co x ci x kh x kw, in PyTorch and in MXNet, which the lectures use; Keras' order is
    (kh, kw, ci, co), and its numbers in the other order do the same."""
    x, layer = normal(1, 6, 7, 3), layers.Conv2D(5, (4, 2), use_bias=False)
    y = array(layer(x))
    assert layer.kernel.shape == (4, 2, 3, 5)
    kernel = array(layer.kernel).transpose(3, 2, 0, 1)
    assert kernel.shape == (5, 3, 4, 2)
    windows = np.lib.stride_tricks.sliding_window_view(x[0], (4, 2), axis=(0, 1))
    assert np.allclose(y[0], np.einsum("ijchw,ochw->ijo", windows, kernel), atol=1e-4)


def test_D37_there_is_one_bias_for_each_output_channel():
    """FALSE: co biases, not co x ci. Conv2D(5, 3) on a colour picture has 3*3*3*5 + 5 = 140
    parameters; a bias moves one map, as a whole."""
    layer = layers.Conv2D(5, 3)
    assert parameters(layer, 8, 8, 3) == 140 and layer.bias.shape == (5,)
    x, kernel = normal(1, 5, 5, 3), normal(3, 3, 3, 5)
    assert np.allclose(conv(x, kernel, [0, 0, 7, 0, 0]) - conv(x, kernel), [0, 0, 7, 0, 0], 0, 1e-4)


def test_B10_layers_with_hundreds_of_channels_are_common(vgg16, resnet50):
    """TRUE: of the 3x3 layers of VGG-16 and ResNet-50 most have more than a hundred filters."""
    for net in (vgg16, resnet50):
        widths = [layer.filters for layer in convolutions(net) if layer.kernel_size == (3, 3)]
        assert max(widths) == 512 and np.mean(np.array(widths) > 100) > 0.75


def test_D28_grey_loses_information():
    """TRUE: a colour is three numbers and its grey one; two directions of change are not seen, so
    that different colours have one grey."""

    def grey(colours):
        return array(keras.ops.image.rgb_to_grayscale(colours.astype("float32")))

    colours, three = normal(1, 50, 3) + 5, np.eye(3)[None]
    unseen = np.linalg.svd(grey(three).reshape(1, 3).astype("float64"))[2][1:]
    assert np.linalg.matrix_rank(unseen) == 2
    for direction in unseen:
        assert np.allclose(grey(colours + direction), grey(colours), atol=1e-4)
    assert not np.allclose(grey(colours + [1, 0, 0]), grey(colours), atol=0.1)


# What it costs


class Counted(float):
    """A number that counts the multiplications it takes part in."""

    count = 0

    def __mul__(self, other):
        Counted.count += 1
        return Counted(float(self) * float(other))

    def __add__(self, other):
        return Counted(float(self) + float(other))

    __radd__ = __add__


def multiplications(ci, co, kh, kw, mh, mw):
    """As they are done, one by one, where the output has mh x mw cells."""
    Counted.count = 0
    x, kernel = (
        np.vectorize(Counted, otypes=[object])(normal(*shape))
        for shape in ((mh + kh - 1, mw + kw - 1, ci), (kh, kw, ci, co))
    )
    reference.cross_correlation(x, kernel)
    return Counted.count


def test_D38_the_cost_is_the_product_of_six_numbers():
    """TRUE: ci * co * kh * kw * mh * mw multiplications; 1.024 billion for 100 channels to 100, a
    5x5 kernel and 64x64 positions."""
    for sizes in ((2, 3, 3, 2, 4, 5), (4, 3, 3, 2, 4, 5), (2, 3, 1, 2, 4, 2)):
        assert multiplications(*sizes) == np.prod(sizes)
    layer = layers.Conv2D(100, 5, use_bias=False)
    positions = layer(keras.Input((68, 68, 100))).shape[1:3]
    assert layer.count_params() * np.prod(positions) == 1_024_000_000


# Two directions or three


def test_B16_the_filter_moves_in_two_directions():
    """TRUE: Conv2D is the Conv3D whose filter is as deep as the picture, so that in the third
    direction there is one position; in a deeper picture that one would find three."""
    x, kernel = normal(6, 7, 3), normal(3, 3, 3, 4)
    y = conv(x[None], kernel)[0]
    as_volume, as_kernel = x.transpose(2, 0, 1)[..., None], kernel.transpose(2, 0, 1, 3)
    y3 = conv3d(as_volume, as_kernel[:, :, :, None])
    assert y3.shape == (1, 4, 5, 4) and np.allclose(y3[0], y, atol=1e-4)
    assert conv3d(normal(5, 6, 7, 1), as_kernel[:, :, :, None]).shape == (3, 4, 5, 4)


def test_B20_the_filter_of_a_3d_layer_may_be_as_deep_as_the_volume():
    """IMPRECISE: usually less deep; as deep, it leaves a depth of one."""
    for depth in (3, 5):
        shape = layers.Conv3D(4, 3)(normal(1, depth, 8, 8, 1)).shape
        assert shape == (1, depth - 2, 6, 6, 4)


def test_B21_a_3d_layer_moves_along_depth_and_sums_the_channels():
    """FALSE: its third direction is depth or time. Each filter reads all channels, whose order
    means nothing: exchanged in picture and kernel, they give the same; slices do not."""
    layer = layers.Conv3D(4, 3)
    layer.build((None, 8, 8, 8, 2))
    assert layer.kernel.shape == (3, 3, 3, 2, 4) and layer.count_params() == 27 * 2 * 4 + 4 == 220
    x, kernel = normal(6, 6, 6, 5), normal(3, 3, 3, 5, 4)
    y, order = conv3d(x, kernel), [3, 0, 4, 1, 2]
    assert y.shape == (4, 4, 4, 4)
    assert np.allclose(conv3d(x[..., order], kernel[:, :, :, order]), y, atol=1e-4)
    slices = [2, 0, 1]
    assert not np.allclose(conv3d(x[slices + [3, 4, 5]], kernel[slices]), y, atol=0.1)


def test_B22_a_3d_layer_gives_volumes():
    """TRUE: as many as it has filters."""
    assert layers.Conv3D(4, 3)(normal(1, 8, 8, 8, 1)).shape == (1, 6, 6, 6, 4)
