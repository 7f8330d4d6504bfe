"""What is said on the way from the dense layer to the convolution (lesson 01), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import keras
import numpy as np
import pytest
from keras import layers

from helpers.arithmetic import dense_parameters
from tests.claims.common import array, conv, conv1d, conv2d, normal, parameters, reads


def true_convolution(x, kernel):
    """The convolution of mathematics, where the kernel lies wholly inside (product of spectra)."""
    spectrum = np.fft.rfft2(x) * np.fft.rfft2(kernel, s=x.shape)
    return np.fft.irfft2(spectrum, s=x.shape)[kernel.shape[0] - 1 :, kernel.shape[1] - 1 :]


# What a dense layer on a photograph would cost


def test_D01_12_megapixels_in_three_colours_are_36_million_numbers():
    """TRUE: so many inputs has a dense layer that reads a photograph of 3000x4000 pixels."""
    assert layers.Flatten()(keras.Input((3000, 4000, 3))).shape == (None, 36_000_000)


def test_D02_a_dense_layer_on_it_has_more_parameters_than_there_are_cats_and_dogs():
    """TRUE with a hundred hidden units: 3.6 billion, against some 1.5 billion animals. The layer
    passes them from 42 units on."""
    cats_and_dogs = 600e6 + 900e6
    assert parameters(layers.Dense(100), 5, 7, 3) == dense_parameters(3, 100)
    assert dense_parameters(36_000_000, 100) == 3_600_000_100 > cats_and_dogs
    assert dense_parameters(36_000_000, 41) < cats_and_dogs < dense_parameters(36_000_000, 42)


# From w to v: the same numbers under other names


def test_D05_the_weights_between_two_pictures_have_four_indices():
    """TRUE: a dense layer from 4x5 to 3x6 cells is a tensor (4, 5, 3, 6)."""
    x, layer = normal(4, 5), layers.Dense(3 * 6, use_bias=False)
    y = array(layer(x.reshape(1, 4 * 5))).reshape(3, 6)
    w = array(layer.kernel).reshape(4, 5, 3, 6)
    assert np.allclose(y, np.einsum("hw,hwij->ij", x, w), atol=1e-5)


def test_D06_v_is_w_counted_from_the_output_cell():
    """TRUE: with v[i,j,a,b] = w[i,j,i+a,j+b], sum w[i,j,k,l] x[k,l] = sum v[i,j,a,b] x[i+a,j+b]."""
    x, layer = normal(4, 5), layers.Dense(4 * 5, use_bias=False)
    dense = array(layer(x.reshape(1, 20))).reshape(4, 5)
    w = array(layer.kernel).T.reshape(4, 5, 4, 5)
    for i, j in np.ndindex(4, 5):
        v = {(a, b): w[i, j, i + a, j + b] for a in range(-i, 4 - i) for b in range(-j, 5 - j)}
        assert np.isclose(dense[i, j], sum(v[a, b] * x[i + a, j + b] for a, b in v), atol=1e-5)


# Sharing


def matrices_with(condition):
    """All 6x6 matrices W with condition(W) = 0, as a basis: (dimension, 6, 6)."""
    units = np.eye(36).reshape(36, 6, 6)
    equations = np.array([condition(unit).ravel() for unit in units]).T
    singular, rows = np.linalg.svd(equations)[1:]
    return rows[singular < 1e-9].reshape(-1, 6, 6)


SHIFT = np.roll(np.eye(6), 1, axis=0)  # SHIFT @ x moves a row of six cells on by one


def test_D07_if_a_shift_of_x_shifts_h_then_v_is_the_same_everywhere():
    """TRUE: of all dense layers on a ring of six cells those that obey have six weights of 36, and
    v[i,a] = w[i,i+a] is the same for every i."""
    obey = matrices_with(lambda w: w @ SHIFT - SHIFT @ w)
    assert len(obey) == 6
    for w in obey:
        v = np.array([[w[i, (i + a) % 6] for a in range(6)] for i in range(6)])
        assert np.allclose(v, v[0])


def test_D03_what_the_principle_asks_for_is_equivariance():
    """IMPRECISE: the usual name of the principle is invariance; but a layer whose output did not
    change at all when x moves could read nothing except the sum of x."""
    x = normal(6)
    for w in matrices_with(lambda w: w @ SHIFT - w):
        assert np.allclose(w @ x, w[:, 0] * x.sum(), atol=1e-5)
    equivariant = np.tensordot(normal(6), matrices_with(lambda w: w @ SHIFT - SHIFT @ w), 1)
    assert np.allclose(equivariant @ SHIFT @ x, SHIFT @ equivariant @ x, atol=1e-5)
    assert not np.allclose(equivariant @ SHIFT @ x, equivariant @ x, atol=0.1)


def test_B07_all_positions_share_the_weights():
    """TRUE: ten for a picture of any size; a weight changed changes the output at every position,
    where a dense layer's changes one number."""
    sizes = [(3, 3), (28, 28), (3000, 4000)]
    assert {parameters(layers.Conv2D(1, 3), *size, 1) for size in sizes} == {10}
    x, kernel, dense = normal(6, 7), normal(3, 3), normal(42, 20)
    altered, altered_dense = kernel.copy(), dense.copy()
    altered[0, 1] += 1
    altered_dense[0, 1] += 1
    assert (conv2d(x, altered) != conv2d(x, kernel)).all()
    assert (x.ravel() @ altered_dense != x.ravel() @ dense).sum() == 1


# Locality


def test_D04_an_output_depends_on_a_window():
    """TRUE of a convolution: 3x3 cells of 7x7. A dense layer reads all 49."""
    window = reads(layers.Conv2D(4, 3, padding="same"))
    assert window.sum() == 9 and window[2:5, 2:5].all()
    dense = keras.Sequential([layers.Flatten(), layers.Dense(49), layers.Reshape((7, 7, 1))])
    assert reads(dense).all()


def full_sum(x, v):
    """h[i,j] = sum v[a,b] x[i+a,j+b] over all a, b; outside the picture is nothing to read."""
    reach = v.shape[0] // 2
    h = np.zeros(x.shape)
    for i, j, k, m in np.ndindex(*x.shape, *x.shape):
        h[i, j] += v[k - i + reach, m - j + reach] * x[k, m]
    return h


def test_D09_v_is_nothing_further_than_delta():
    """TRUE (|a| > Delta or |b| > Delta is meant): with zeros there the sum over the whole picture
    is the small convolution; one weight further out, and it is not."""
    x, kernel = normal(6, 6), normal(3, 3)
    v = np.pad(kernel, 4)  # a and b from -5 to 5
    small = conv2d(x, kernel, padding="same")
    assert np.allclose(full_sum(x, v), small, atol=1e-5)
    v[5, 5 + 2] = 1
    assert not np.allclose(full_sum(x, v), small, atol=0.1)


def test_D10_the_sums_run_from_minus_delta_to_delta():
    """TRUE: a kernel of 2 * Delta + 1 cells, an odd number, reads just these."""
    for delta in (1, 2, 3):
        window = reads(layers.Conv2D(1, 2 * delta + 1, padding="same"), size=9, channels=1)
        rows, columns = (np.unique(axis) - 4 for axis in np.nonzero(window))
        assert list(rows) == list(columns) == list(range(-delta, delta + 1))


def test_B08_neighbours_matter():
    """TRUE from 2x2 on: pixels shuffled, 3x3 gives other numbers, not the same ones shuffled. A
    1x1 layer does not notice."""
    x, order = normal(1, 8, 8, 1), np.random.default_rng(1).permutation(64)
    shuffled = x.reshape(1, 64, 1)[:, order].reshape(1, 8, 8, 1)
    for size, same in ((1, True), (3, False)):
        before, after = (conv(p, normal(size, size, 1, 1), padding="same") for p in (x, shuffled))
        assert np.allclose(np.sort(before.ravel()), np.sort(after.ravel()), atol=1e-5) == same


# What the layer computes


def test_D08_the_result_is_a_cross_correlation():
    """TRUE: sum v[a,b] x[i+a,j+b] is what Keras' Conv2D computes; with x[i-a,j-b], which is the
    convolution of mathematics, it is not."""
    x, v = normal(6, 6), normal(3, 3)
    framed = np.pad(v, 4)
    y = conv2d(x, v, padding="same")
    assert np.allclose(full_sum(x, framed), y, atol=1e-5)
    assert not np.allclose(full_sum(x, framed[::-1, ::-1]), y, atol=0.1)


def test_B05_products_of_window_and_kernel_are_summed():
    """TRUE: at each position, cell by cell."""
    x, kernel = normal(6, 7), normal(3, 2)
    y = conv2d(x, kernel)
    for i, j in np.ndindex(4, 6):
        assert np.isclose(y[i, j], (x[i : i + 3, j : j + 2] * kernel).sum(), atol=1e-5)


def test_D11_the_sizes_of_the_two_dimensional_layer():
    """TRUE: W has kh * kw weights, b is one number, and Y has (nh-kh+1) x (nw-kw+1) cells."""
    for (nh, nw), (kh, kw) in [((5, 5), (3, 3)), ((6, 9), (2, 5)), ((4, 7), (4, 1))]:
        layer = layers.Conv2D(1, (kh, kw))
        assert layer(normal(1, nh, nw, 1)).shape == (1, nh - kh + 1, nw - kw + 1, 1)
        assert layer.count_params() == kh * kw + 1 and layer.bias.shape == (1,)


# Flipped or not


def test_B01_deep_learning_calls_cross_correlation_convolution():
    """TRUE: on 1 2 3 4 with 1 0 -1 Keras gives -2 -2, as does np.correlate; np.convolve 2 2."""
    x, kernel = np.array([1, 2, 3, 4]), np.array([1, 0, -1])
    assert list(conv1d(x, kernel)) == list(np.correlate(x, kernel)) == [-2, -2]
    assert list(np.convolve(x, kernel, "valid")) == [2, 2]


def test_B02_true_convolution_flips_the_filter():
    """TRUE: a product of spectra, which is the convolution of mathematics, equals what sliding the
    kernel turned round both ways gives."""
    x, kernel = normal(6, 8), normal(3, 3)
    true = true_convolution(x, kernel)
    assert np.allclose(conv2d(x, kernel[::-1, ::-1]), true, atol=1e-4)
    for other in (kernel, kernel[::-1], kernel[:, ::-1]):
        assert not np.allclose(conv2d(x, other), true, atol=0.1)


def test_B03_cross_correlation_slides_it_as_it_is():
    """TRUE: a picture of the kernel itself is answered most where the kernel lies on it; the
    flipped kernel answers less."""
    kernel = normal(3, 3)
    x = np.zeros((9, 9), "float32")
    x[4:7, 2:5] = kernel
    y = conv2d(x, kernel)
    assert np.unravel_index(y.argmax(), y.shape) == (4, 2)
    assert np.isclose(y.max(), (kernel**2).sum(), atol=1e-4)
    assert conv2d(x, kernel[::-1, ::-1])[4, 2] < 0.9 * y.max()


def test_B04_training_finds_the_flipped_kernel():
    """TRUE: shown what a true convolution makes of pictures, the layer learns its kernel turned
    round, and then answers as exactly."""
    kernel, x = normal(3, 3, seed=1), normal(8, 12, 12)
    y = np.array([true_convolution(picture, kernel) for picture in x])
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(1, 3, use_bias=False)])
    net.compile(keras.optimizers.SGD(0.3), "mse")
    net.fit(x[..., None], y[..., None], batch_size=8, epochs=40, verbose=0)
    learned = array(net.layers[0].kernel)[..., 0, 0]
    assert abs(learned - kernel[::-1, ::-1]).max() < 0.01
    assert abs(learned - kernel).max() > 0.5


# When the picture moves


@pytest.fixture(scope="module")
def moved():
    """A picture of 12x12, the kernel, and the picture moved right by one and by two, as a ring."""
    x = normal(12, 12)
    return x, normal(3, 3), np.roll(x, 1, axis=1), np.roll(x, 2, axis=1)


def test_B06_convolution_is_equivariant_and_not_invariant(moved):
    """FALSE: moved x gives moved maps, not the same maps. Exactly so away from the border, and at
    stride 2 only for moves by two."""
    x, kernel, by_one, by_two = moved
    y, y_moved = conv2d(x, kernel), conv2d(by_one, kernel)
    assert np.allclose(y_moved[:, 1:], y[:, :-1], atol=1e-5)
    assert not np.allclose(y_moved, y, atol=0.1)
    padded, padded_moved = (conv2d(p, kernel, padding="same") for p in (x, by_one))
    equal = np.isclose(padded_moved, np.roll(padded, 1, axis=1), atol=1e-5)
    assert equal[1:-1, 2:-1].all() and not equal[:, [0, 1, -1]].all()
    s, s_one, s_two = (conv2d(p, kernel, strides=2) for p in (x, by_one, by_two))
    assert np.allclose(s_two[:, 1:], s[:, :-1], atol=1e-5)
    assert not np.allclose(s_one[:, 1:], s[:, :-1], atol=0.1)
    assert not np.allclose(s_one, s, atol=0.1)


def test_D41_it_is_sensitive_to_position():
    """TRUE: an edge is answered in its own column; moved by one cell, the same column is silent."""
    for bright in (3, 4):
        picture = np.tile(np.arange(6) < bright, (4, 1))  # so many bright columns, then dark ones
        answers = conv2d(picture, [[1, -1]])
        assert (answers == (np.arange(5) == bright - 1)).all()
