"""helpers.arithmetic against the shapes, weights and values of Keras' own layers."""

import itertools

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from keras import layers, ops

from helpers import arithmetic

CONV = {1: layers.Conv1D, 2: layers.Conv2D, 3: layers.Conv3D}
POOL = {1: layers.MaxPooling1D, 2: layers.AveragePooling2D, 3: layers.MaxPooling3D}
TRANSPOSED = {1: layers.Conv1DTranspose, 2: layers.Conv2DTranspose, 3: layers.Conv3DTranspose}
PADDING = st.sampled_from(["valid", "same"])


def many(examples):
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


def ints(low, high):
    """A tuple of one to three ints, or an int for all axes."""
    return st.integers(low, high) | st.tuples(*[st.integers(low, high)] * 2)


def agrees(ours, layer, size, axes):
    """Our size, or our ValueError, is Keras' size or error."""
    shape = (1, *(size if isinstance(size, tuple) else (size,) * axes), 2)
    try:
        expected = tuple(layer.compute_output_shape(shape)[1:-1])
    except ValueError:
        with pytest.raises(ValueError):
            ours()
        return
    result = ours()
    assert (result if isinstance(result, tuple) else (result,) * axes) == expected


@many(200)
@given(ints(1, 40), ints(1, 7), ints(1, 4), PADDING, st.integers(1, 4))
def test_conv_output(size, kernel_size, strides, padding, dilation_rate):
    many_strides = strides if isinstance(strides, tuple) else (strides,)
    assume(dilation_rate == 1 or set(many_strides) == {1})  # Keras has no layer for both
    options = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    layer = layers.Conv2D(1, kernel_size, **options)
    agrees(lambda: arithmetic.conv_output(size, kernel_size, **options), layer, size, 2)


@many(100)
@given(st.integers(1, 30), st.integers(1, 6), st.none() | st.integers(1, 4), PADDING)
def test_pool_output(size, pool_size, strides, padding):
    options = {"strides": strides, "padding": padding}
    for axes in (1, 2, 3):
        if padding == "valid" and pool_size > size:
            continue  # Keras says nothing of an output of size 0
        layer = POOL[axes](pool_size, **options)
        agrees(lambda: arithmetic.pool_output(size, pool_size, **options), layer, size, axes)


def transposed_cases():
    """Kernel sizes and options; each is tried on six input sizes."""
    for k, s, d in itertools.product((1, 2, 3, 4, 5, 7), (1, 2, 3), (1, 2)):
        for padding in ("valid", "same"):
            for output_padding in (None, *range(s)):
                yield (
                    k,
                    {
                        "strides": s,
                        "padding": padding,
                        "dilation_rate": d,
                        "output_padding": output_padding,
                    },
                )


def test_transposed_output():
    checked = 0
    for k, options in transposed_cases():
        try:
            layer = layers.Conv2DTranspose(1, k, **options)
        except ValueError as error:
            assert "dilation_rate" in str(error)  # Keras has no layer for strides and dilation
            continue
        for n in (1, 2, 3, 4, 5, 8):
            expected = layer.compute_output_shape((1, n, n, 1))[1]
            if expected < 1:
                with pytest.raises(ValueError, match="nothing is left"):
                    arithmetic.transposed_output(n, k, **options)
            else:
                assert arithmetic.transposed_output(n, k, **options) == expected, (n, k, options)
            checked += 1
    assert checked >= 672, checked


@many(150)
@given(ints(1, 12), ints(1, 5), ints(1, 3), PADDING)
def test_transposed_output_with_tuples(size, kernel_size, strides, padding):
    options = {"strides": strides, "padding": padding}
    layer = layers.Conv2DTranspose(1, kernel_size, **options)
    agrees(lambda: arithmetic.transposed_output(size, kernel_size, **options), layer, size, 2)


@many(200)
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(0, 3))
def test_transposed_undoes_the_size(size, kernel_size, strides, padding):
    """With the right output_padding, every size that a convolution makes leads back."""
    assume(size + 2 * padding >= kernel_size)
    small = arithmetic.conv_output(size, kernel_size, strides=strides, padding=padding)
    lost = (size + 2 * padding - kernel_size) % strides
    assert size == arithmetic.transposed_output(
        small, kernel_size, strides=strides, padding=padding, output_padding=lost
    )


@pytest.mark.parametrize("strides, dilation_rate", [(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 7])
def test_same_padding_is_where_keras_puts_the_zeros(kernel_size, strides, dilation_rate):
    """On the ramp 1, 2, 3, ... a kernel that is 1 at one tap returns the cell which it reads."""
    for size in (5, 6, 7, 8, 13):
        options = {"strides": strides, "dilation_rate": dilation_rate}
        before, after = arithmetic.same_padding(size, kernel_size, **options)
        padded = [0] * before + list(range(1, size + 1)) + [0] * after
        ramp = np.arange(1, size + 1, dtype="float32").reshape(1, size, 1)
        kernel = np.eye(kernel_size, dtype="float32")[:, None, :]  # one filter for each tap
        layer = layers.Conv1D(kernel_size, kernel_size, padding="same", use_bias=False, **options)
        layer.build(ramp.shape)
        layer.set_weights([kernel])
        read = ops.convert_to_numpy(layer(ramp))[0]
        for position, taps in enumerate(read.tolist()):
            first = position * strides
            assert taps == padded[first:][::dilation_rate][:kernel_size]
        reach = (kernel_size - 1) * dilation_rate + 1
        if reach > strides:
            assert (len(read) - 1) * strides + reach == len(padded)  # and not a zero more


def test_same_padding_of_several_axes():
    assert arithmetic.same_padding(224, 7, strides=2) == (2, 3)
    assert arithmetic.same_padding((224, 225), (7, 3), strides=2) == ((2, 3), (1, 1))


@many(60)
@given(
    st.sampled_from([1, 2, 3]),
    st.integers(1, 5),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 4),
    st.booleans(),
)
def test_parameters_are_those_of_keras(axes, kernel_size, channels, filters, groups, use_bias):
    settings = {"groups": groups, "use_bias": use_bias}
    if channels % groups or filters % groups:
        with pytest.raises(ValueError, match=f"{channels} and filters {filters}.*{groups}"):
            arithmetic.conv_parameters((kernel_size,) * axes, channels, filters=filters, **settings)
        return
    layer = CONV[axes](filters, kernel_size, kernel_initializer="zeros", **settings)
    layer.build((1, *[9] * axes, channels))
    window = (kernel_size,) * axes
    ours = arithmetic.conv_parameters(window, channels, filters=filters, **settings)
    assert ours == layer.count_params()
    if groups == 1:
        dense = layers.Dense(filters, use_bias=use_bias)
        dense.build((1, channels))
        ours = arithmetic.dense_parameters(channels, filters, use_bias=use_bias)
        assert ours == dense.count_params()


def test_published_numbers():
    assert arithmetic.conv_parameters((3, 3), 3, filters=512) == 14_336
    assert arithmetic.conv_parameters((1, 1), 512, filters=1024) == 525_312
    assert arithmetic.conv_parameters((7, 7), 512, filters=64) == 1_605_696
    assert arithmetic.conv_macs((5, 5), 192, filters=32, output_size=28) == 120_422_400
    # MobileNet (arXiv:1704.04861), Table 4: 3x3x512 depthwise and 1x1x512x512 on 14x14 cells
    depthwise = arithmetic.conv_macs(3, 512, filters=512, output_size=(14, 14), groups=512)
    pointwise = arithmetic.conv_macs(1, 512, filters=512, output_size=(14, 14))
    assert (depthwise, pointwise) == (903_168, 51_380_224)


def test_an_int_is_one_axis():
    assert arithmetic.conv_parameters(3, 2, filters=5) == layer_parameters(layers.Conv1D(5, 3), 1)
    assert arithmetic.conv_macs(3, 2, filters=5, output_size=10) == 3 * 2 * 5 * 10


def layer_parameters(layer, axes):
    layer.build((1, *[9] * axes, 2))
    return layer.count_params()


@pytest.mark.parametrize(
    "stack, field",
    [
        ([], 1),
        ([(3, 1)] * 3, 7),
        ([(3, 1, 1), (3, 1, 2), (3, 1, 4)], 15),
        ([(7, 2), (3, 2), (3, 1)], 7 + 2 * 2 + 2 * 4),
        ([((3, 1), 1), ((1, 5), 1)], (3, 5)),
    ],
)
def test_receptive_field(stack, field):
    assert arithmetic.receptive_field(stack) == field


@many(40)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), max_size=4))
def test_receptive_field_is_the_smallest_input_with_one_output(stack):
    stack = [(k, s, 1 if s > 1 else d) for k, s, d in stack]
    field = arithmetic.receptive_field(stack)

    def outputs(size):
        for k, s, d in stack:
            size = layers.Conv1D(1, k, s, dilation_rate=d).compute_output_shape((1, size, 1))[1]
        return size

    assert outputs(field) == 1
    if field > 1:
        with pytest.raises(ValueError):
            outputs(field - 1)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: arithmetic.conv_output(3, 5), "over 5 .* into 3"),
        (lambda: arithmetic.conv_output(5, 3, dilation_rate=4), "over 9 .* into 5"),
        (lambda: arithmetic.conv_output((9, 2), 3), "over 3 .* into 2"),
        (lambda: arithmetic.conv_output(5.0, 3), "size must be a whole number .* given 5.0"),
        (lambda: arithmetic.conv_output(5, 3, strides=0), "strides .* given 0"),
        (lambda: arithmetic.conv_output(5, 3, padding="full"), "'valid', 'same' .* given 'full'"),
        (lambda: arithmetic.conv_output(5, 3, padding=-1), "at least 0; given -1"),
        (lambda: arithmetic.conv_output((5, 5), (3, 3, 3)), "same number of axes"),
        (
            lambda: arithmetic.transposed_output(5, 3, output_padding=1),
            "output_padding 1 .* strides 1",
        ),
        (lambda: arithmetic.transposed_output(1, 3, padding=2), "nothing is left"),
        (lambda: arithmetic.conv_parameters(3, 4, filters=6, groups=4), "4 and filters 6 .* 4"),
        (lambda: arithmetic.dense_parameters(0, 3), "in_features .* given 0"),
        (lambda: arithmetic.receptive_field([(3,)]), r"given \(3,\) of length 1"),
    ],
)
def test_errors_say_what_was_given(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_backend_is_not_needed():
    """The module is pure Python: it can be read, and imported, without Keras."""
    assert keras.__name__ not in vars(arithmetic)
