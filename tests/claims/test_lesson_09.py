"""What a popular tutorial says about the transposed convolution (lesson 09), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import numpy as np
import pytest
from keras import layers

from tests.claims.common import array, conv2d, normal

KERNEL = normal(3, 3, seed=1)
LARGE, SMALL = normal(4, 4, seed=2), normal(2, 2, seed=3)


def transposed(x, kernel, **options) -> np.ndarray:
    """Keras' Conv2DTranspose on one map: (H, W) and (kh, kw) give (rows, columns)."""
    layer = layers.Conv2DTranspose(1, kernel.shape, use_bias=False, **options)
    layer.build((None, *x.shape, 1))
    layer.set_weights([kernel[:, :, None, None]])
    return array(layer(np.asarray(x, "float32")[None, :, :, None]))[0, :, :, 0]


def size(n, k, **options):
    """The output size of Conv2DTranspose along one axis."""
    return layers.Conv2DTranspose(1, k, **options).compute_output_shape((1, n, n, 1))[1]


def counts(k, s, n=8):
    """How often each cell of a row is written: all weights are 1, and so is the input."""
    layer = layers.Conv1DTranspose(1, k, strides=s, use_bias=False, kernel_initializer="ones")
    return array(layer(np.ones((1, n, 1), "float32"))).ravel().round().astype(int).tolist()


def middle(k, s):
    """The counts of s neighbours, far from both ends."""
    return counts(k, s, n=12)[6 * s : 7 * s]


@pytest.fixture(scope="module")
def C():
    """The matrix of a 3x3 convolution on 4x4, a column for each lit pixel, made by Keras."""
    lit = np.eye(16).reshape(16, 4, 4)
    return np.stack([conv2d(x, KERNEL).ravel() for x in lit], axis=1)


# What it computes


def test_B45_it_is_not_the_inverse(C):
    """TRUE: down and up again is far from what went in, whatever factor is allowed."""
    back = transposed(conv2d(LARGE, KERNEL), KERNEL)
    factor = (back * LARGE).sum() / (back**2).sum()
    assert np.linalg.norm(factor * back - LARGE) > 0.3 * np.linalg.norm(LARGE)


def test_B46_a_direct_convolution_can_implement_it():
    """TRUE: k - 1 zeros around and the kernel flipped on both axes; flipped on one it fails."""
    padded = np.pad(SMALL, 2)
    assert np.allclose(conv2d(padded, KERNEL[::-1, ::-1]), transposed(SMALL, KERNEL), atol=1e-5)
    assert not np.allclose(conv2d(padded, KERNEL[::-1]), transposed(SMALL, KERNEL), atol=1e-2)


def test_B47_2x2_becomes_4x4_with_padding_2_of_the_equivalent_convolution():
    """TRUE: two zeros around 2x2 leave a 3x3 window 4x4 places; the layer's own padding is none."""
    assert conv2d(np.pad(SMALL, 2), KERNEL).shape == transposed(SMALL, KERNEL).shape == (4, 4)


def test_B48_2x2_becomes_5x5_with_a_zero_inserted():
    """IMPRECISE: stride 1 is the equivalent convolution's; the layer has stride 2."""
    spread = np.zeros((3, 3))
    spread[::2, ::2] = SMALL
    direct = conv2d(np.pad(spread, 2), KERNEL[::-1, ::-1])
    assert direct.shape == (5, 5)
    assert np.allclose(direct, transposed(SMALL, KERNEL, strides=2), atol=1e-5)
    assert size(2, 3, strides=1) == size(2, 3, strides=2, padding="same") == 4


def test_B49_one_input_size_has_several_output_sizes():
    """TRUE: 2 becomes 4 or 5; 5 becomes 9 to 12 at the same kernel and stride."""
    assert [size(2, 3, strides=s) for s in (1, 2)] == [4, 5]
    sizes = {
        size(5, 3, strides=2, padding=padding, output_padding=extra)
        for padding in ("same", "valid")
        for extra in (None, 0, 1)
    }
    assert sizes == {9, 10, 11, 12}


def test_B50_a_convolution_is_a_matrix(C):
    """TRUE: C times the picture as a column is Keras' convolution, and nothing is added."""
    assert np.allclose(C @ LARGE.ravel(), conv2d(LARGE, KERNEL).ravel(), atol=1e-5)


def test_B51_the_matrix_is_sparse_and_4_by_16(C):
    """TRUE: 36 of its 64 cells are filled, nine in each row; 16 numbers become 4."""
    assert C.shape == (4, 16) and (np.count_nonzero(C, axis=1) == 9).all()


def test_B52_the_transpose_is_not_the_inverse(C):
    """FALSE: neither product is the identity, and both ways together have rank 4 of 16."""
    assert not np.allclose(C @ C.T, np.eye(4), atol=0.1)
    assert not np.allclose(C.T @ C, np.eye(16), atol=0.1)
    assert np.linalg.matrix_rank(C.T @ C, tol=1e-3) == 4


def test_B53_the_name_comes_from_the_transposed_matrix(C):
    """TRUE: the layer is C transposed, and what it writes is the convolution's gradient."""
    written = transposed(SMALL, KERNEL).ravel()
    assert np.allclose(written, C.T @ SMALL.ravel(), atol=1e-5)
    lit = np.eye(16).reshape(16, 4, 4)
    before = (conv2d(LARGE, KERNEL) * SMALL).sum()
    slopes = [(conv2d(LARGE + pixel, KERNEL) * SMALL).sum() - before for pixel in lit]
    assert np.allclose(written, slopes, atol=1e-4)


def test_B54_it_goes_from_small_to_large():
    """TRUE: in size, for any kernel and stride but 1 and 1."""
    for k in range(1, 6):
        for s in range(1, 4):
            assert size(7, k, strides=s) > 7 or (k, s) == (1, 1)


# How often it writes


def test_B57_stride_1_size_2_neighbours_share_a_cell():
    """TRUE: the first pixel writes cells 0 and 1, the second 1 and 2."""
    first, second = (np.flatnonzero(transposed(x, np.ones((1, 2)))) for x in np.eye(3)[:2, None])
    assert first.tolist() == [0, 1] and second.tolist() == [1, 2]
    assert counts(2, 1, n=6) == [1, 2, 2, 2, 2, 2, 1]


def test_B58_cells_in_the_middle_are_written_equally_often():
    """TRUE: at stride 1 and size 2, all but the two at the ends."""
    assert set(counts(2, 1)[1:-1]) == {2}


def test_B59_a_larger_size_leaves_a_smaller_even_middle():
    """TRUE: at stride 1 two cells at each end are lower for size 3, one for size 2."""
    assert counts(3, 1, n=6) == [1, 2, 3, 3, 3, 3, 2, 1]


def test_B60_stride_2_size_2_writes_each_cell_once():
    """TRUE: no overlap at all."""
    assert set(counts(2, 2)) == {1}


def test_B61_stride_2_size_4_is_even_in_the_middle():
    """TRUE: two cells at each end are written once, all others twice."""
    assert counts(4, 2, n=6) == [1, 1, *[2] * 10, 1, 1]


def test_B62_stride_2_size_3_or_5_neighbours_differ():
    """TRUE: 2, 1 in turn, and 3, 2 in turn."""
    for k, (high, low) in {3: (2, 1), 5: (3, 2)}.items():
        assert counts(k, 2, n=12)[8:16] == [high, low] * 4


def test_B63_uneven_when_the_size_is_not_divisible_by_the_stride():
    """TRUE: for sizes 1 to 9 and strides 1 to 4, and only then."""
    for k in range(1, 10):
        for s in range(1, 5):
            assert (len(set(middle(k, s))) > 1) == (k % s > 0), (k, s)


def test_B64_in_two_dimensions_the_counts_multiply():
    """TRUE: 2 to 1 becomes 4 to 1."""
    tile = transposed(np.ones((8, 8)), np.ones((3, 3)), strides=2)[4:6, 4:6]
    assert np.allclose(tile, [[4, 2], [2, 1]])


def test_B65_a_divisible_size_evens_the_counts_not_the_weights():
    """IMPRECISE: 1, 2, 3, 4 at stride 2 writes 4, 6, 4, 6 on ones; random weights do likewise."""
    weights = np.array([[1.0, 2, 3, 4]])
    written = transposed(np.ones((1, 8)), weights, strides=(1, 2))[0]
    assert np.allclose(written[2:-2], [4, 6] * 7)
    surface = transposed(np.ones((8, 8)), normal(4, 4), strides=2)[4:-4, 4:-4]
    assert len(np.unique(surface.round(3))) == 4


def test_B68_resizing_before_a_convolution_keeps_a_surface_even():
    """IMPRECISE: nearest and bilinear alike, on a surface; of trained nets it says nothing."""
    for interpolation in ("nearest", "bilinear"):
        large = array(layers.UpSampling2D(2, interpolation=interpolation)(np.ones((1, 8, 8, 1))))
        assert np.ptp(conv2d(large[0, :, :, 0], KERNEL)) < 1e-5
    assert np.ptp(transposed(np.ones((8, 8)), KERNEL, strides=2)[4:-4, 4:-4]) > 0.1
