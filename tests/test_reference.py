"""helpers.reference against Keras' layers, SciPy, and the identities the lessons teach."""

import itertools

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import reference

RNG = np.random.default_rng(0)
CONV = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
TRANSPOSED = {1: layers.Conv1DTranspose, 2: layers.Conv2DTranspose, 3: layers.Conv3DTranspose}
SIZES = {1: (11,), 2: (7, 8), 3: (5, 6, 4)}


def normal(*shape):
    return RNG.standard_normal(shape).astype("float32")


def keras_layer(layer, x, *weights):
    """What a Keras layer with these weights makes of one image."""
    layer.build((1, *x.shape))
    layer.set_weights(weights)
    return ops.convert_to_numpy(layer(x[None]))[0]


def close(a, b):
    assert a.shape == b.shape
    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    "kernel_size, strides, dilation_rate",
    [
        (1, 1, 1),
        (1, 2, 1),
        (2, 1, 1),
        (2, 2, 1),
        (3, 1, 1),
        (3, 2, 1),
        (2, 3, 1),
        (2, 1, 2),
        (2, 1, 3),
    ],
)
def test_cross_correlation_is_what_keras_computes(
    axes, padding, kernel_size, strides, dilation_rate
):
    x, kernel = normal(*SIZES[axes], 3), normal(*[kernel_size] * axes, 3, 4)
    settings = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    layer = CONV[axes](4, kernel_size, use_bias=False, **settings)
    expected = keras_layer(layer, x, kernel)
    close(reference.cross_correlation(x, kernel, **settings), expected)
    close(reference.cross_correlation_im2col(x, kernel, **settings), expected)


def test_axes_may_differ():
    x, kernel = normal(9, 8, 2), normal(3, 2, 2, 5)
    settings = {"strides": (3, 3), "padding": "same"}
    expected = keras_layer(layers.Conv2D(5, (3, 2), use_bias=False, **settings), x, kernel)
    close(reference.cross_correlation(x, kernel, **settings), expected)
    settings = {"dilation_rate": (3, 1)}
    expected = keras_layer(layers.Conv2D(5, (3, 2), use_bias=False, **settings), x, kernel)
    close(reference.cross_correlation(x, kernel, **settings), expected)


@pytest.mark.parametrize("groups", [2, 4])
def test_groups(groups):
    x, kernel = normal(6, 5, 4), normal(3, 3, 4 // groups, 8)
    layer = layers.Conv2D(8, 3, groups=groups, padding="same", use_bias=False)
    close(
        reference.cross_correlation(x, kernel, groups=groups, padding="same"),
        keras_layer(layer, x, kernel),
    )


def test_depthwise():
    x, kernel = normal(6, 5, 4), normal(3, 3, 4, 2)
    layer = layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, use_bias=False)
    close(reference.depthwise(x, kernel, strides=2), keras_layer(layer, x, kernel))


def test_symmetric_padding_is_zero_padding_first():
    x, kernel = normal(8, 8, 2), normal(3, 3, 2, 3)
    padded = np.pad(x, [(1, 1), (1, 1), (0, 0)])
    layer = layers.Conv2D(3, 3, strides=2, use_bias=False)
    close(
        reference.cross_correlation(x, kernel, strides=2, padding=1),
        keras_layer(layer, padded, kernel),
    )


@pytest.mark.parametrize("mode", ["valid", "same"])
def test_against_scipy(mode):
    signal = pytest.importorskip("scipy.signal")
    x, kernel = normal(9, 7), normal(3, 3)
    for ours, theirs in [
        (reference.cross_correlation, signal.correlate2d),
        (reference.convolution, signal.convolve2d),
    ]:
        result = ours(x[..., None], kernel[..., None, None], padding=mode)[..., 0]
        close(result, theirs(x, kernel, mode=mode))
    line, taps = x[:, 0], kernel[:, 0]
    result = reference.convolution(line[:, None], taps[:, None, None])[:, 0]
    close(result, np.convolve(line, taps, mode="valid"))


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("padding, output_padding", [("valid", None), ("same", None), ("valid", 0)])
@pytest.mark.parametrize("kernel_size, strides", [(1, 1), (3, 1), (2, 2), (3, 2), (4, 2), (2, 3)])
def test_transposed_is_what_keras_computes(axes, padding, output_padding, kernel_size, strides):
    x, kernel = normal(*SIZES[axes], 3), normal(*[kernel_size] * axes, 2, 3)
    settings = {"strides": strides, "padding": padding, "output_padding": output_padding}
    layer = TRANSPOSED[axes](2, kernel_size, use_bias=False, **settings)
    close(reference.transposed(x, kernel, **settings), keras_layer(layer, x, kernel))


@pytest.mark.parametrize("output_padding", [0, 1, 2])
def test_output_padding_with_same(output_padding):
    x, kernel = normal(4, 5, 3), normal(3, 3, 2, 3)
    settings = {"strides": 3, "padding": "same", "output_padding": output_padding}
    layer = layers.Conv2DTranspose(2, 3, use_bias=False, **settings)
    close(reference.transposed(x, kernel, **settings), keras_layer(layer, x, kernel))


def test_dilated_transposed():
    x, kernel = normal(4, 5, 3), normal(3, 2, 2, 3)
    layer = layers.Conv2DTranspose(2, (3, 2), dilation_rate=2, use_bias=False)
    close(reference.transposed(x, kernel, dilation_rate=2), keras_layer(layer, x, kernel))


@pytest.mark.parametrize("kernel_size, strides", [(3, 1), (3, 2), (4, 2), (3, 3)])
def test_transposed_is_a_convolution_of_the_stuffed_input(kernel_size, strides):
    x, kernel = normal(4, 5, 3), normal(kernel_size, kernel_size, 2, 3)
    close(
        reference.transposed_zero_stuffed(x, kernel, strides=strides),
        reference.transposed(x, kernel, strides=strides),
    )


def test_the_matrix_of_a_3x3_kernel_on_4x4_cells():
    kernel = np.arange(1, 10.0).reshape(3, 3)
    matrix = reference.convolution_matrix(kernel, (4, 4))
    assert matrix.shape == (4, 16)
    first_row = [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0]
    assert matrix[0].tolist() == first_row
    assert matrix[3].tolist() == [0] * 5 + first_row[:-5]
    x = normal(4, 4)
    product = (matrix @ x.ravel()).reshape(2, 2, 1)
    close(product, reference.cross_correlation(x[..., None], kernel[..., None, None]))


@pytest.mark.parametrize("strides, padding", [(1, "valid"), (2, "valid"), (1, "same"), (2, "same")])
def test_transposed_layer_is_the_transposed_matrix(strides, padding):
    kernel, size = normal(3, 3), (7, 7) if padding == "valid" else (6, 6)
    matrix = reference.convolution_matrix(kernel, size, strides=strides, padding=padding)
    y = normal(*reference.conv_output(size, (3, 3), strides=strides, padding=padding))
    layer = layers.Conv2DTranspose(1, 3, strides=strides, padding=padding, use_bias=False)
    expected = keras_layer(layer, y[..., None], kernel[..., None, None])
    close((matrix.T @ y.ravel()).reshape(*size, 1), expected)


def test_transposed_is_the_gradient_of_the_convolution():
    """The gradient of sum(y * conv(x)) with respect to x, by differences: conv is linear."""
    kernel, y = normal(3, 3, 2, 4).astype(float), normal(3, 3, 4).astype(float)
    gradient = np.zeros((7, 7, 2))
    for cell in np.ndindex(gradient.shape):
        x = np.zeros((7, 7, 2))
        x[cell] = 1
        gradient[cell] = (y * reference.cross_correlation(x, kernel, strides=2)).sum()
    close(reference.transposed(y, kernel, strides=2), gradient)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_pooling(axes):
    pairs = [("Max", reference.max_pooling), ("Average", reference.average_pooling)]
    settings = itertools.product([2, 3], [None, 1, 2], ["valid", "same"])
    x = normal(*SIZES[axes], 3)
    for (word, ours), (pool_size, strides, padding) in itertools.product(pairs, settings):
        if keras.backend.backend() == "torch" and (word, padding) == ("Average", "same"):
            continue  # wrong in Keras 3.15 where the padding is asymmetric
        layer = getattr(layers, f"{word}Pooling{axes}D")(pool_size, strides, padding)
        close(ours(x, pool_size, strides=strides, padding=padding), keras_layer(layer, x))


def test_1x1_is_a_matmul():
    x, kernel = normal(5, 4, 6), normal(1, 1, 6, 3)
    close(reference.cross_correlation(x, kernel), x @ kernel[0, 0])


def test_a_kernel_of_rank_1_is_a_column_then_a_row():
    x, column, row = normal(7, 6, 1), normal(3), normal(3)
    kernel = np.outer(column, row)[..., None, None]
    one_by_one = reference.cross_correlation(x, column.reshape(3, 1, 1, 1))
    one_by_one = reference.cross_correlation(one_by_one, row.reshape(1, 3, 1, 1))
    close(reference.cross_correlation(x, kernel), one_by_one)


def test_a_dilated_kernel_is_a_stuffed_one():
    x, kernel = normal(9, 8, 2), normal(3, 3, 2, 4)
    spread = reference.stuffed(kernel, 2, axes=2)
    assert spread.shape == (5, 5, 2, 4)
    close(
        reference.cross_correlation(x, kernel, dilation_rate=2),
        reference.cross_correlation(x, spread),
    )


def test_depthwise_is_groups_equal_to_channels():
    x, kernel = normal(6, 6, 3), normal(3, 3, 3, 1)
    grouped = reference.cross_correlation(x, kernel.reshape(3, 3, 1, 3), groups=3)
    close(reference.depthwise(x, kernel), grouped)


def test_cross_correlation_and_convolution_differ_by_a_flip():
    x, kernel = normal(6, 6, 2), normal(3, 3, 2, 1)
    ours = reference.convolution(x, kernel)
    assert not np.allclose(ours, reference.cross_correlation(x, kernel))
    close(ours, reference.cross_correlation(x, kernel[::-1, ::-1]))


def test_errors_name_both_numbers():
    with pytest.raises(ValueError, match=r"3 channels.*\(6, 6, 2\)"):
        reference.cross_correlation(normal(6, 6, 2), normal(3, 3, 3, 1))
    with pytest.raises(ValueError, match="5 filters.*2 groups"):
        reference.cross_correlation(normal(6, 6, 2), normal(3, 3, 1, 5), groups=2)
    with pytest.raises(ValueError, match="over 3 .* into 2"):
        reference.cross_correlation(normal(2, 2, 1), normal(3, 3, 1, 1))
