"""What lesson 08 computes with a line each, against a longer way."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import networks, training
from helpers.lessons import lesson_08


def test_add_says_the_shape_or_the_reason():
    assert lesson_08.add_says((8, 8, 64), (64,)) == "(8, 8, 64)"
    assert lesson_08.add_says((8, 8, 64), (4, 4, 64)).startswith("ValueError: ")


def test_block_norms_are_those_of_the_trained_net():
    x, change = lesson_08.block_norms()
    assert x.shape == change.shape == (16,)
    net = training.trained(lesson_08.EXPERIMENTS["residual_34_long"])
    pictures = training.images(1, 14)[1][0][:200]
    ends = [net.get_layer(name).output for name in ("conv1_relu", "block1_conv2_bn")]
    for values, norm in zip(keras.Model(net.input, ends)(pictures), (x[0], change[0]), strict=True):
        rows = ops.convert_to_numpy(values).reshape(200, -1)
        assert np.isclose(np.linalg.norm(rows, axis=1).mean(), norm)


@pytest.mark.parametrize(("stride_in_1x1", "share"), [(True, 0.25), (False, 1)])
def test_share_read(stride_in_1x1, share):
    assert lesson_08.share_read(stride_in_1x1=stride_in_1x1) == share


def test_only_the_preactivation_block_lets_negative_values_through():
    signal = np.random.default_rng(0).normal(size=(1, 6, 6, 4)).astype("float32")
    assert lesson_08.comes_through(signal, pre_activation=True) == 1
    assert lesson_08.comes_through(signal, pre_activation=False) == np.mean(signal > 0)


def test_preactivation_has_two_of_each_and_ends_in_the_sum():
    x = keras.Input((6, 6, 4))
    kinds = [type(layer) for layer in keras.Model(x, lesson_08.preactivation(x, 4)).layers[1:]]
    once = [layers.BatchNormalization, layers.Activation, layers.Conv2D]
    assert kinds == [*once, *once, layers.Add]


def test_copy_weights_leaves_none_out():
    theirs = keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=2)
    options = {"use_bias": True, "stride_in_1x1": True, "input_shape": (32, 32, 3), "classes": 2}
    ours = networks.resnet(50, **options)
    with_weights = [layer for layer in ours.layers if layer.weights]
    assert lesson_08.copy_weights(theirs, ours) == len(with_weights)
    for mine, its in zip(ours.get_weights()[:6], theirs.get_weights()[:6], strict=True):
        np.testing.assert_array_equal(mine, its)
