"""What is said about padding, stride and the size of kernels (lesson 02), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import itertools
import math

import numpy as np
from keras import layers

from tests.claims.common import conv, conv1d, conv2d, normal, parameters, reads


def positions(n, k, zeros, s, before=None):
    """How many outputs Keras gives on n cells with so many zeros, `before` of them in front."""
    before = zeros // 2 if before is None else before
    padded = np.pad(np.ones(n), (before, zeros - before))
    return len(conv1d(padded, np.ones(k), strides=s))


# Output sizes


def test_B09_a_3x3_kernel_on_5x5_leaves_3x3():
    """TRUE: 5 - 3 + 1 = 3; the values of the well-known drawing."""
    x = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
    y = conv2d(x, [[0, 1, 2], [2, 2, 0], [0, 1, 2]])
    assert np.array_equal(y, [[12, 12, 17], [10, 17, 19], [9, 6, 14]])


def test_D16_larger_kernels_shrink_the_output_faster():
    """TRUE: 224 becomes 222 under 3x3 and 220 under 5x5; 55 layers of 5x5 leave 4."""
    assert [positions(224, k, 0, 1) for k in (1, 3, 5, 7)] == [224, 222, 220, 218]
    n = 224
    for _ in range(55):
        n = positions(n, 5, 0, 1)
    assert n == 4


def test_D17_the_height_with_ph_rows_of_padding():
    """TRUE: nh - kh + ph + 1, where ph is the total; a number for each side, as in PyTorch, counts
    twice."""
    for nh, kh, ph in itertools.product((6, 9), (1, 2, 5), (0, 1, 2, 5)):
        x = layers.ZeroPadding2D(((ph // 2, ph - ph // 2), (0, 0)))(normal(1, nh, 4, 1))
        assert layers.Conv2D(1, (kh, 3))(x).shape == (1, nh - kh + ph + 1, 2, 1)
    assert positions(6, 3, 2 * 1, 1) == 6 - 3 + 2 * 1 + 1


def test_B42_the_size_with_padding_and_stride():
    """TRUE: floor((i + 2p - k) / s) + 1, with p zeros on each side."""
    for i, k, p, s in itertools.product(range(5, 10), (1, 2, 3, 5), (0, 1, 2), (1, 2, 3)):
        assert positions(i, k, 2 * p, s) == (i + 2 * p - k) // s + 1


def test_D22_the_size_written_with_the_stride_in_the_fraction():
    """TRUE: floor((n - k + p + s) / s), with p zeros in all: the same, written otherwise."""
    for n, k, p, s in itertools.product(range(5, 10), (1, 2, 3, 5), (0, 1, 3), (1, 2, 3)):
        assert positions(n, k, p, s) == (n - k + p + s) // s
    for n, k, p, s in itertools.product(range(8, 40), range(1, 8), range(7), range(1, 5)):
        assert (n - k + p + s) // s == (n - k + p) // s + 1


# Padding that keeps the size


def test_D18_ph_of_kh_minus_1_keeps_the_size():
    """TRUE at stride 1; no other number of zeros does."""
    for n, k in itertools.product((5, 8, 9), range(1, 6)):
        keep = [p for p in range(7) if positions(n, k, p, 1) == n]
        assert keep == [k - 1]


def test_B41_kernel_3_padding_1_stride_1_keeps_the_size():
    """TRUE: n - 3 + 2 + 1 = n; at stride 2 it does not."""
    for n in range(3, 12):
        assert positions(n, 3, 2 * 1, 1) == n
        assert positions(n, 3, 2 * 1, 2) < n


def test_B39_same_keeps_the_size_only_at_stride_1():
    """IMPRECISE: otherwise it is ceil(n / s), whatever the kernel: 7 becomes 4."""
    for n, k, s in itertools.product((6, 7, 8), (1, 2, 3, 5), (1, 2, 3)):
        assert len(conv1d(np.ones(n), np.ones(k), strides=s, padding="same")) == math.ceil(n / s)
    assert conv2d(np.ones((7, 7)), np.ones((3, 3)), padding="same", strides=2).shape == (4, 4)


def test_B40_valid_is_smaller_only_with_kernels_from_2_on():
    """IMPRECISE: a 1x1 kernel keeps the size; it is ceil((n - k + 1) / s)."""
    assert conv2d(np.ones((7, 7)), np.ones((1, 1)), padding="valid").shape == (7, 7)
    for n, k, s in itertools.product((6, 7, 8), (1, 2, 3, 5), (1, 2, 3)):
        y = conv1d(np.ones(n), np.ones(k), strides=s, padding="valid")
        assert len(y) == math.ceil((n - k + 1) / s)
        assert (len(y) < n) == (k > 1 or s > 1)


# Where the zeros go


def zeros_of_same(n, k, s=1):
    """(before, after): on cells of one the kernel 1, 10, 100, ... writes a digit for each cell
    that it finds, so that a digit missing is a zero of the padding."""
    y = conv1d(np.ones(n), 10.0 ** np.arange(k), strides=s, padding="same")
    first, last = (f"{int(round(value)):0{k}}" for value in (y[0], y[-1]))
    return k - len(first.rstrip("0")), k - len(last.lstrip("0"))


def test_D19_an_odd_kernel_gets_half_the_zeros_on_each_side():
    """TRUE at stride 1, of which the sentence speaks; at stride 2 "same" may need a single zero,
    and Keras puts it after."""
    for n, k in itertools.product((8, 9), (1, 3, 5, 7)):
        assert zeros_of_same(n, k) == (k // 2, k // 2)
    assert (zeros_of_same(9, 3, s=2), zeros_of_same(8, 3, s=2)) == ((1, 1), (0, 1))


def test_D20_an_even_kernel_gets_the_larger_half_on_either_side():
    """IMPRECISE: one possible convention. Keras turns it round: kernel 4 gets one zero on top and
    two at the bottom."""
    for k, expected in ((2, (0, 1)), (4, (1, 2)), (6, (2, 3))):
        assert zeros_of_same(9, k) == expected
        ceil_on_top = np.pad(np.ones(9), expected[::-1])
        assert len(conv1d(ceil_on_top, np.ones(k))) == 9  # the other keeps the size as well


# Stride


def test_D21_the_stride_is_the_step_down_and_across():
    """TRUE: (2, 3) takes every second row and every third column of the positions."""
    x, kernel = normal(9, 11), normal(3, 3)
    assert np.allclose(conv2d(x, kernel, strides=(2, 3)), conv2d(x, kernel)[::2, ::3], atol=1e-5)


def test_B37_stride_2_skips_one_position():
    """TRUE: a 1x1 kernel that copies what it sees returns cells 0, 2, 4, 6."""
    assert list(conv1d(np.arange(8), [1], strides=2)) == [0, 2, 4, 6]


def test_D23_with_p_of_k_minus_1_it_is_the_size_divided_and_rounded_up():
    """TRUE: floor((n + s - 1) / s), whatever the kernel; "same" gives as many."""
    for n, k, s in itertools.product(range(5, 10), (1, 2, 3, 5), (1, 2, 3, 4)):
        same = conv1d(np.ones(n), np.ones(k), strides=s, padding="same")
        assert positions(n, k, k - 1, s) == (n + s - 1) // s == math.ceil(n / s) == len(same)


def test_D24_if_s_divides_n_it_is_n_over_s():
    """TRUE with the padding k - 1, of which the sentence speaks; without it 8 becomes 3."""
    for n, k, s in itertools.product((6, 12), (1, 2, 3, 5), (1, 2, 3)):
        assert positions(n, k, k - 1, s) == n // s
    assert positions(8, 3, 0, 2) == 3


# How far a layer sees, and why small kernels


def test_B36_the_kernel_fixes_what_one_layer_sees():
    """TRUE of a layer without dilation: k x k cells, at any stride."""
    for k, strides in itertools.product((1, 3, 5), (1, 2)):
        assert reads(layers.Conv2D(2, k, strides=strides), size=9).sum() == k * k
    dilated = reads(layers.Conv2D(2, 3, dilation_rate=2), size=9)
    assert list(np.flatnonzero(dilated.any(0))) == [2, 4, 6]


def stack(depth):
    """So many 3x3 layers of positive weights in a row, as one function."""
    kernel = abs(normal(3, 3, 1, 1)) / 9

    def function(x):
        for _ in range(depth):
            x = conv(np.asarray(x), kernel, activation="relu", padding="same")
        return 1e4 * x  # what little comes from the edge of the field is still seen

    return function


def test_D27_depth_enlarges_what_3x3_layers_see():
    """TRUE: 1 + 2 * depth cells across. Three layers see what one of 7x7 sees."""
    for depth in (1, 2, 3, 5):
        seen = reads(stack(depth), size=13, channels=1)
        assert seen.any(0).sum() == seen.any(1).sum() == 1 + 2 * depth


def stack_and_large(large, depth, *, read, filters):
    """Weights of `depth` 3x3 layers, and of the large one that sees as far."""
    each = [read] + [filters] * (depth - 1)
    small = sum(parameters(layers.Conv2D(filters, 3, use_bias=False), 8, 8, c) for c in each)
    return small, parameters(layers.Conv2D(filters, large, use_bias=False), 8, 8, read)


def test_D15_small_kernels_in_a_deep_stack_are_cheaper_where_the_width_stays():
    """IMPRECISE: a good rule where as many channels come in as go out: at 64, two layers of 3x3
    have 73,728 weights and 5x5 102,400, three have 110,592 and 7x7 200,704. On the three channels
    of a photograph it is the large kernel that is cheaper: 9,408 and 75,456."""
    assert stack_and_large(5, 2, read=64, filters=64) == (73_728, 102_400)
    assert stack_and_large(7, 3, read=64, filters=64) == (110_592, 200_704)
    assert stack_and_large(7, 3, read=3, filters=64) == (75_456, 9_408)
