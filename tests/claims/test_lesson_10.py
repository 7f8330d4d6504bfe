"""What is said about dilated convolution (lesson 10), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources.
"""

import keras
import numpy as np
import pytest
from keras import layers

from helpers import cost
from tests.claims.common import conv, normal, parameters, reads


def read(*rates, size=17):
    """What one output of 3x3 layers at these rates reads: (size, size)."""

    def stack(x):
        for rate in rates:
            ones = {"kernel_initializer": "ones", "use_bias": False}
            x = layers.Conv2D(1, 3, padding="same", dilation_rate=rate, **ones)(x)
        return x

    return reads(stack, size=size, channels=1)


def seen(*rates, size=17):
    """How many pixels high and wide that is."""
    found = read(*rates, size=size)
    return tuple(int(np.ptp(np.flatnonzero(found.any(axis)))) + 1 for axis in (1, 0))


def test_B71_at_rate_1_it_is_an_ordinary_layer():
    """TRUE: the same numbers as a layer without the argument."""
    x, kernel = normal(1, 9, 9, 2), normal(3, 3, 2, 4)
    assert np.array_equal(conv(x, kernel, dilation_rate=1), conv(x, kernel))


@pytest.mark.parametrize("k", [2, 3, 5])
def test_B72_rate_minus_one_gaps_lie_between_the_weights(k):
    """TRUE: with so many zeros between them an ordinary kernel gives the same; a 3x3 window then
    reaches over 3, 5, 7, 9."""
    x, kernel = normal(1, 24, 24, 1), normal(k, k, 1, 1)
    for rate in (1, 2, 3, 4):
        wide = np.zeros((k + (k - 1) * (rate - 1),) * 2 + (1, 1))
        wide[::rate, ::rate] = kernel
        assert np.allclose(conv(x, kernel, dilation_rate=rate), conv(x, wide), atol=1e-4)
        assert k != 3 or len(wide) == {1: 3, 2: 5, 3: 7, 4: 9}[rate]


def test_B74_the_nine_dots_of_the_drawing_are_what_one_output_reads():
    """FALSE: nine pixels are read for a single output; the output is not 3x3."""
    for rate in (1, 2, 3):
        layer = layers.Conv2D(1, 3, dilation_rate=rate, kernel_initializer="ones")
        reach = 2 * rate + 1
        assert layer.compute_output_shape((1, reach, reach, 1)) == (1, 1, 1, 1)
        assert reads(layer, size=reach, channels=1).sum() == 9


def test_B75_dilated_outputs_are_equally_large_with_same_only():
    """IMPRECISE: without padding 33 pixels become 31, 29, 25."""
    for padding, sizes in (("same", [33, 33, 33]), ("valid", [31, 29, 25])):
        made = [layers.Conv2D(8, 3, dilation_rate=rate, padding=padding) for rate in (1, 2, 4)]
        assert [m.compute_output_shape((1, 33, 33, 8))[1] for m in made] == sizes


def test_B76_at_rate_1_a_layer_sees_3x3():
    """TRUE: measured with one lit pixel after the other."""
    assert seen(1) == (3, 3)


def test_B77_rate_2_sees_7x7_only_after_rate_1():
    """IMPRECISE: alone it sees 5x5."""
    assert seen(2) == (5, 5) and seen(1, 2) == (7, 7)


def test_B78_rate_3_does_not_see_15x15():
    """FALSE: alone 7x7, after 1 and 2 it makes 13x13; 15x15 takes the rates 1, 2, 4."""
    assert seen(3) == (7, 7) and seen(1, 2, 3) == (13, 13) and seen(1, 2, 4) == (15, 15)


def test_B79_the_rate_does_not_change_the_parameters():
    """TRUE: 584 each time."""
    made = [layers.Conv2D(8, 3, dilation_rate=rate) for rate in (1, 2, 4)]
    assert [parameters(layer, 9, 9, 8) for layer in made] == [584, 584, 584]


def test_B80_a_larger_view_costs_no_multiplication():
    """TRUE: with equal output sizes. Trap: 2, 2, 2 sees 13x13 and reads 49 of its 169 pixels."""

    def table(rate):
        layer = layers.Conv2D(8, 3, dilation_rate=rate, padding="same")
        return cost.cost_table(keras.Sequential([keras.Input((9, 9, 8)), layer])).total

    assert table(1).macs == table(4).macs == 81 * 9 * 8 * 8
    assert (table(1).receptive_field, table(4).receptive_field) == (3, 9)
    assert seen(2, 2, 2) == (13, 13) and read(2, 2, 2).sum() == 49


def test_B81_rates_that_double_double_the_view():
    """TRUE: 2^(n + 1) - 1 pixels for n layers, and as many parameters a layer."""
    for n in (1, 2, 3, 4):
        assert seen(*(2**i for i in range(n)), size=33) == (2 ** (n + 1) - 1,) * 2
