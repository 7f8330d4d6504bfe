"""What popular tutorials say about Network in Network (lesson 06), claim by claim."""

import keras
import numpy as np
from keras import layers

from helpers import networks
from tests.claims.common import array, conv, convolutions, macs, normal, pointwise


def mlpconv(maps):
    """5x5 with 12 filters, then two 1x1 layers, all with ReLU; the weights, and what they make."""
    kernels = normal(5, 5, 16, 12), normal(1, 1, 12, 12, seed=1), normal(1, 1, 12, 10, seed=2)
    for kernel in kernels:
        maps = conv(maps, kernel, np.full(kernel.shape[-1], 0.5), activation="relu")
    return kernels, maps


def test_M44_cascaded_cross_channel_parametric_pooling_is_a_1x1_convolution():
    """TRUE: a small dense net that slides over the maps gives what 5x5, 1x1, 1x1 gives."""
    maps = normal(1, 7, 9, 16)
    kernels, y = mlpconv(maps)
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            hidden = maps[0, i : i + 5, j : j + 5].ravel()  # one window as one vector
            for kernel in kernels:
                hidden = np.maximum(hidden @ kernel.reshape(-1, kernel.shape[-1]) + 0.5, 0)
            assert np.allclose(y[0, i, j], hidden, rtol=1e-4, atol=1e-2)


def test_M45_each_such_layer_recombines_linearly_and_rectifies():
    """TRUE: weighted sum of the channels, bias, ReLU; without the last step it is another map."""
    maps, kernel = normal(1, 7, 9, 16), normal(1, 1, 16, 12)
    y = conv(maps, kernel, np.full(12, 0.5), activation="relu")
    recombined = maps @ kernel[0, 0] + 0.5
    assert np.allclose(y, np.maximum(recombined, 0), atol=1e-4)
    assert not np.allclose(y, recombined, atol=0.1)


def test_N05_its_1x1_layers_make_it_more_expensive():
    """IMPRECISE: changing channels cheaply is what Inception and ResNet use them for. Here three
    of the six keep the number of channels, and with the same maps between its blocks the net costs
    less without them. With the 5x5 layers as wide as before it has about as many parameters."""
    nin = networks.network_in_network()
    ones = pointwise(nin)
    keep = [layer for layer in ones if layer.filters == layer.input.shape[-1]]
    assert (len(ones), len(keep)) == (6, 3)

    def without(first):
        x = inputs = keras.Input((32, 32, 3))
        for filters, size, strides in ((first, 5, 2), (192, 5, 2), (10, 3, 1)):
            x = layers.Conv2D(filters, size, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D(3, strides=strides, padding="same")(x)
        model = keras.Model(inputs, x)
        return model.count_params(), sum(map(macs, convolutions(model)))

    costs = nin.count_params(), sum(map(macs, convolutions(nin)))
    assert (without(96), costs, without(192)) == (
        (485_578, 126_443_520), (966_986, 222_486_528), (953_674, 251_781_120),
    )  # fmt: skip


def test_B27_inception_uses_1x1_heavily(googlenet):
    """TRUE: 37 of GoogLeNet's 57 convolutions are 1x1. (That NiN had them first is what it is
    usually credited with.)"""
    assert (len(pointwise(googlenet)), len(convolutions(googlenet))) == (37, 57)


def test_B35_only_later_dense_layers_are_1x1_convolutions():
    """IMPRECISE: the first dense layer, which reads maps of 7x9, is a convolution with a kernel of
    7x9; the next one, which reads a vector, is a 1x1 convolution."""
    maps, first, later = normal(2, 7, 9, 32), normal(7 * 9 * 32, 8), normal(8, 5)
    hidden = maps.reshape(2, -1) @ first
    as_large_as_the_map = conv(maps, first.reshape(7, 9, 32, 8))
    assert as_large_as_the_map.shape == (2, 1, 1, 8)
    assert np.allclose(as_large_as_the_map[:, 0, 0], hidden, atol=1e-3)
    assert np.allclose(
        conv(as_large_as_the_map, later[None, None])[:, 0, 0], hidden @ later, atol=0.01
    )

    dense = keras.Sequential([keras.Input((7, 9, 32)), layers.Flatten(), layers.Dense(8)])
    one_by_one = keras.Sequential([keras.Input((7, 9, 32)), layers.Conv2D(8, 1)])
    assert (dense.count_params(), one_by_one.count_params()) == (16_136, 264)
    assert array(dense(maps)).shape == (2, 8)
