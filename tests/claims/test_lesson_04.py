"""What is said about pooling and LeNet (lesson 04), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import numpy as np
from keras import layers

from helpers import networks
from tests.claims.common import array, normal

MAX, AVERAGE = layers.MaxPooling2D, layers.AveragePooling2D


def max_pool(x, size=2, **options) -> np.ndarray:
    """Keras' MaxPooling2D on one map: (H, W) to (rows, columns)."""
    x = np.asarray(x, "float32")[None, :, :, None]
    return array(MAX(size, **options)(x))[0, :, :, 0]


# What comes out


def test_M01_pooling_shrinks_the_maps():
    """TRUE, as it is mostly used: 8x8 becomes 4x4, and the five maps stay five."""
    for pooling in (MAX, AVERAGE):
        assert pooling(2)(normal(1, 8, 8, 5)).shape == (1, 4, 4, 5)


def test_M21_it_halves_only_with_stride_2():
    """IMPRECISE: 7 becomes 3, or 4 with "same". The stride is as large as the window where none is
    given, so that a window of 3 takes 28 to 10; Inception's takes stride 1, and 28 stays 28."""
    assert [len(max_pool(np.ones((n, n)))) for n in (8, 7)] == [4, 3]
    assert len(max_pool(np.ones((7, 7)), padding="same")) == 4
    x = np.ones((28, 28))
    assert len(max_pool(x, 3, padding="same")) == 10
    assert len(max_pool(x, 3, padding="same", strides=2)) == 14
    assert len(max_pool(x, 3, padding="same", strides=1)) == 28


def test_D43_max_pooling_returns_the_maximum_of_the_window():
    """TRUE: 0 to 8 under a window of 2 at stride 1 gives 4 5 7 8. Zeros of a padding are never the
    maximum, not even beside negative numbers."""
    assert np.array_equal(max_pool(np.arange(9).reshape(3, 3), strides=1), [[4, 5], [7, 8]])
    x = normal(6, 6)
    windows = x.reshape(3, 2, 3, 2)
    assert np.array_equal(max_pool(x), windows.max((1, 3)))
    assert np.array_equal(max_pool(-np.ones((3, 3)), padding="same"), -np.ones((2, 2)))


def test_D44_it_has_padding_and_stride_and_nothing_to_learn():
    """TRUE: no parameters; both settings change the size."""
    for pooling in (MAX, AVERAGE):
        sizes = set()
        for padding, strides in (("valid", 1), ("same", 1), ("valid", 3), ("same", 2)):
            layer = pooling(3, padding=padding, strides=strides)
            sizes.add(layer(normal(1, 7, 7, 5)).shape[1])
            assert layer.count_params() == 0 and layer.weights == []
        assert sizes == {5, 7, 2, 4}


def test_D45_as_many_channels_come_out_as_go_in():
    """TRUE: each is pooled alone."""
    for pooling in (MAX, AVERAGE):
        for channels in (1, 3, 64):
            x = normal(1, 6, 6, channels)
            y = array(pooling(2)(x))
            alone = [array(pooling(2)(x[..., c : c + 1])) for c in range(channels)]
            assert y.shape[-1] == channels and np.allclose(y, np.concatenate(alone, -1))


# What is kept


def test_M02_what_is_largest_is_kept_salient_or_not():
    """IMPRECISE: three of four values go. A bright line on dark ground stays; a dark line on
    bright ground, as salient to us, is gone."""
    line = np.zeros((8, 8))
    line[:, 4] = 1
    assert max_pool(line).any() and not max_pool(line).all()
    assert (max_pool(1 - line) == 1).all()
    assert 4 * max_pool(line).size == line.size


def test_D42_max_pooling_tolerates_small_shifts_in_part():
    """IMPRECISE: a bright cell at the left of its window survives a shift by one and not by two.
    On random maps a third of the maxima stay, as two windows of four cells share two of six; after
    a shift down and across a seventh, as they share one of seven."""
    pulse = np.zeros((2, 8))
    pulse[0, 2] = 1
    by_one, by_two = (max_pool(np.roll(pulse, step, axis=1)) for step in (1, 2))
    assert np.array_equal(by_one, max_pool(pulse))
    assert not np.array_equal(by_two, max_pool(pulse))
    noise = normal(1000, 1000)
    across, diagonal = (np.roll(noise, (down, 1), axis=(0, 1)) for down in (0, 1))
    assert abs(np.mean(max_pool(across) == max_pool(noise)) - 2 / 6) < 0.004
    assert abs(np.mean(max_pool(diagonal) == max_pool(noise)) - 1 / 7) < 0.004


# LeNet


def test_D46_lenet_is_convolutions_and_dense_layers():
    """TRUE: two and three of them, for ten digits on 28x28: 61,706 parameters as it is taught
    today. In 1998 60,000: filters of the second layer that read some of the maps (1,516), poolings
    with two parameters a map, and an output that was fixed."""
    lenet = networks.lenet5()
    weighted = [layer for layer in lenet.layers if layer.weights]
    kinds = [type(layer) for layer in weighted]
    assert kinds == [layers.Conv2D] * 2 + [layers.Dense] * 3
    counts = [layer.count_params() for layer in weighted]
    assert counts == [156, 2_416, 48_120, 10_164, 850] and sum(counts) == 61_706
    assert lenet.input_shape == (None, 28, 28, 1) and lenet.output_shape == (None, 10)
    # Six filters read three maps, nine four, one all six: LeCun and others (1998), table I.
    c3 = 5 * 5 * (6 * 3 + 9 * 4 + 1 * 6) + 16
    assert c3 == 1_516
    assert counts[0] + 2 * 6 + c3 + 2 * 16 + counts[2] + counts[3] == 60_000
