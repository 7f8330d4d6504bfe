"""What popular tutorials say about separable convolution (lesson 11), claim by claim.

The ids are those of data/claims.csv, where the sentences stand with their sources. Multiplications
are counted by the cost table on Keras' layers, or by their shapes, not by the formulas claimed.
"""

import keras
import numpy as np
import pytest
from keras import layers

from helpers.cost import cost_table
from tests.claims.common import array, conv, conv2d, normal, parameters

SOBEL = np.outer([1, 2, 1], [-1, 0, 1])


def work(size: int, *kernel_sizes, channels: int = 1) -> list[int]:
    """Multiplications of layers with one filter, one after the other, on size x size pixels."""
    stack = [layers.Conv2D(1, kernel, use_bias=False) for kernel in kernel_sizes]
    model = keras.Sequential([keras.Input((size, size, channels)), *stack])
    return [row.macs for row in cost_table(model)][1:]


def split_work(size: int, m: int) -> int:
    return sum(work(size, (m, 1), (1, m)))


def pair(size, channels, filters, h):
    """MACs of a full convolution, and of the depthwise and the 1x1 layer that replace it."""
    inputs = keras.Input((size, size, channels))
    full = keras.Model(inputs, layers.Conv2D(filters, h)(inputs))
    x = layers.DepthwiseConv2D(h)(inputs)
    both = keras.Model(inputs, layers.Conv2D(filters, 1)(x))
    rows = [row.macs for row in cost_table(both)]
    return cost_table(full).total.macs, *rows[1:]


# A kernel as column and row


def test_B86_sobel_is_a_column_times_a_row():
    """TRUE: rank 1, and Keras' 3x1 and 1x3 layers write what its 3x3 layer writes."""
    x = normal(9, 8)
    column, row = np.array([[1], [2], [1]]), np.array([[-1, 0, 1]])
    assert np.linalg.matrix_rank(SOBEL) == 1
    assert np.allclose(conv2d(conv2d(x, column), row), conv2d(x, SOBEL), atol=1e-4)


def test_B87_six_parameters_instead_of_nine():
    """TRUE: counted by Keras, without biases."""
    both = [parameters(layers.Conv2D(1, k, use_bias=False), 5, 5, 1) for k in ((3, 1), (1, 3))]
    assert sum(both) == 6
    assert parameters(layers.Conv2D(1, 3, use_bias=False), 5, 5, 1) == 9


def test_B88_B89_B90_B92_72_multiplications_instead_of_81():
    """TRUE: 9 places of 9, against 3x5 places of 3 and 3x3 places of 3 on 5x5 pixels."""
    assert conv2d(normal(5, 5), normal(3, 1)).shape == (3, 5)
    assert work(5, 3) == [81]
    assert work(5, (3, 1), (1, 3)) == [45, 27]
    assert split_work(5, 3) == 72 < 81 and round(72 / 81, 3) == 0.889


def test_B93_the_general_formula_of_the_whole_kernel_holds_for_m_3_alone():
    """FALSE: (N-m+1)^2 m^2; with (N-2)^2 m^2 a 5x5 on 7x7 would take 625, not 225."""
    for size in (7, 28):
        for m in (3, 5, 7):
            assert work(size, m) == [(size - m + 1) ** 2 * m**2]
            assert (work(size, m) == [(size - 2) ** 2 * m**2]) is (m == 3)
    assert work(7, 5) == [225] and (7 - 2) ** 2 * 5**2 == 625


def test_B94_the_general_formula_of_the_split_kernel_holds_for_m_3_alone():
    """FALSE: (2N-m+1)(N-m+1)m; 5x5 on 7x7 takes 150, where (2N-2)(N-2)m gives 300."""
    for size in (7, 28):
        for m in (3, 5, 7):
            assert split_work(size, m) == (2 * size - m + 1) * (size - m + 1) * m
            assert (split_work(size, m) == (2 * size - 2) * (size - 2) * m) is (m == 3)
    assert split_work(7, 5) == 150 and (2 * 7 - 2) * (7 - 2) * 5 == 300


def test_B95_the_ratio_tends_to_2_over_m():
    """TRUE: 2/m + (m-1)/(m(N-m+1)), at N = 224 0.670, 0.404 and 0.290."""
    shares = {m: split_work(224, m) / work(224, m)[0] for m in (3, 5, 7)}
    assert [round(share, 3) for share in shares.values()] == [0.67, 0.404, 0.29]
    for m, share in shares.items():
        assert np.isclose(share, 2 / m + (m - 1) / (m * (224 - m + 1)))


def test_B96_two_thirds_two_fifths_two_sevenths_are_limits():
    """TRUE: on 2,000 pixels a side they are reached within half a percent; on 5x5 a 5x5 costs more
    split than whole, 30 against 25."""
    for m in (3, 5, 7):
        share = split_work(2000, m) / work(2000, m)[0]
        assert 2 / m < share < 1.005 * 2 / m
    assert (split_work(5, 5), work(5, 5)[0]) == (30, 25)


def test_B98_not_every_kernel_can_be_split():
    """TRUE: random kernels have rank 3."""
    kernels = normal(100, 3, 3)
    assert (np.linalg.matrix_rank(kernels) == 3).all()


# Depthwise and pointwise, from 7x7x3 to 5x5x128


def test_B101_B102_B103_B104_parameters_and_shapes_on_the_way():
    """TRUE: 28 for one filter, 3,584 for 128; 30 for the depthwise step, 512 for the 1x1."""
    cases = [
        (layers.Conv2D(1, 3), (7, 7, 3), 28, (5, 5, 1)),
        (layers.Conv2D(128, 3), (7, 7, 3), 3584, (5, 5, 128)),
        (layers.DepthwiseConv2D(3), (7, 7, 3), 30, (5, 5, 3)),
        (layers.Conv2D(1, 1), (5, 5, 3), 4, (5, 5, 1)),
        (layers.Conv2D(128, 1), (5, 5, 3), 512, (5, 5, 128)),
    ]
    for layer, shape, count, written in cases:
        assert parameters(layer, *shape) == count
        assert layer.compute_output_shape((None, *shape)) == (None, *written)


def test_B105_both_routes_give_5x5x128():
    """TRUE: SeparableConv2D with 539 parameters, and the two layers with three biases more."""
    separable = layers.SeparableConv2D(128, 3)
    assert parameters(separable, 7, 7, 3) == 27 + 384 + 128 == 539
    assert separable.compute_output_shape((None, 7, 7, 3)) == (None, 5, 5, 128)
    model = keras.Sequential(
        [keras.Input((7, 7, 3)), layers.DepthwiseConv2D(3), layers.Conv2D(128, 1)]
    )
    assert model.count_params() == 542 and model.layers[-1].output.shape == (None, 5, 5, 128)
    kernels = [w for w in model.get_weights() if w.ndim == 4]
    bias = normal(128)
    separable.set_weights([*kernels, bias])
    model.set_weights([kernels[0], np.zeros(3), kernels[1], bias])
    x = normal(2, 7, 7, 3)
    assert np.allclose(array(model(x)), array(separable(x)), atol=1e-5)


def test_B106_B108_B110_B111_B112_multiplications_of_the_example():
    """TRUE: 86,400 against 675 + 9,600 = 10,275, 12 %."""
    full, depthwise, pointwise = pair(7, 3, 128, 3)
    assert (full, depthwise, pointwise) == (86_400, 675, 9_600)
    assert depthwise + pointwise == 10_275 and round(100 * 10_275 / full) == 12


@pytest.mark.parametrize("case", [(7, 3, 128, 3), (12, 5, 10, 5), (9, 4, 64, 7)])
def test_B113_B114_B115_the_general_costs_and_their_ratio(case):
    """TRUE: N h h D and (h h + N) D at each of (H-h+1)(W-h+1) places; the ratio is 1/N + 1/h^2."""
    size, channels, filters, h = case
    full, depthwise, pointwise = pair(*case)
    places = (size - h + 1) ** 2
    assert full == filters * h * h * channels * places
    assert depthwise + pointwise == (h * h + filters) * channels * places
    assert np.isclose((depthwise + pointwise) / full, 1 / filters + 1 / h**2)


def test_B116_one_over_h_squared_needs_n_much_larger_than_h_squared():
    """IMPRECISE: with h = 7 and 64 filters 77 % more is left than 1/h^2, with h = 3 and 9 twice."""
    for h, filters, more in ((7, 64, 77), (3, 9, 100)):
        full, *parts = pair(9, 4, filters, h)
        assert round(100 * (sum(parts) / full * h**2 - 1)) == more
    full, *parts = pair(9, 4, 100 * 49, 7)
    assert sum(parts) / full < 1.011 / 49


def test_B117_nine_times_is_the_limit_for_3x3():
    """IMPRECISE: 8.41 times for 128 filters, below 9 for any number, and below 25 for 5x5.
    Multiplications, not time."""
    full, *parts = pair(7, 3, 128, 3)
    assert round(full / sum(parts), 2) == 8.41
    for h in (3, 5):
        for filters in (16, 1024, 100_000):
            full, *parts = pair(7, 3, filters, h)
            assert full / sum(parts) < h**2


def test_B119_a_flattened_filter_is_three_lines_of_weights():
    """TRUE: 64 + 3 + 3 = 70 weights for 3x3x64, and their outer product filters the same."""
    channels, column, row = normal(64), normal(3, seed=1), normal(3, seed=2)
    whole = np.einsum("r,c,d->rcd", column, row, channels)[..., None]
    assert channels.size + column.size + row.size == 70 and whole.size == 576
    x = normal(1, 6, 7, 64)
    steps = conv(x, channels.reshape(1, 1, 64, 1))
    steps = conv(conv(steps, column.reshape(3, 1, 1, 1)), row.reshape(1, 3, 1, 1))
    assert np.allclose(steps, conv(x, whole), atol=1e-3)


def test_B84_mobilenet_is_depthwise_separable(mobilenet):
    """TRUE: 13 depthwise layers, each followed by a 1x1 layer; the 1x1 have 95.0 % of the MACs of
    its convolutions, classifier included."""
    rows = [row for row in cost_table(mobilenet) if row.macs]
    kinds = [(row.layer, mobilenet.get_layer(row.name).kernel_size) for row in rows]
    assert kinds[1:-1] == [("DepthwiseConv2D", (3, 3)), ("Conv2D", (1, 1))] * 13
    pointwise = sum(row.macs for row, kind in zip(rows, kinds, strict=True) if kind[1] == (1, 1))
    assert round(100 * pointwise / sum(row.macs for row in rows), 1) == 95.0
