"""Lesson 03: the trained layers are those of the net, and the pair of layers in odd spellings."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import checks, training
from helpers.lessons import lesson_03, lesson_08


def test_trained_layers_answer_as_the_trained_net_does():
    net = training.trained(lesson_08.EXPERIMENTS["residual_34_long"])
    boot = training.images(1, 14)[0][0]
    names = ("conv1_relu", "block1_conv1_relu")
    inside = keras.Model(net.inputs, [net.get_layer(name).output for name in names])
    first, second = lesson_03.trained_layers()
    maps = first(boot)
    for ours, theirs in zip((maps, second(maps)), inside([boot]), strict=True):
        ours, theirs = (ops.convert_to_numpy(x) for x in (ours, theirs))
        assert theirs.max() > 0.5 and np.allclose(ours, theirs, atol=1e-4)


def conv(filters, size=3, **options):
    return layers.Conv2D(filters, size, **{"padding": "same"} | options)


def stack(*rest, **options):
    return keras.Sequential([keras.Input((32, 32, 3), **options), *rest])


RIGHT = {
    "plain": lambda: stack(conv(16), conv(32)),
    "activations": lambda: stack(conv(16, activation="relu"), conv(32, (3, 3), activation="relu")),
    "relu layers": lambda: stack(conv(16), layers.ReLU(), conv(32), layers.Activation("relu")),
    "fixed batch": lambda: stack(conv(16), conv(32), batch_size=2),
    "padding by hand": lambda: stack(
        layers.ZeroPadding2D(1), conv(16, padding="valid"), conv(32, activation="relu")
    ),
}
WRONG = {
    "one more": (lambda: stack(conv(16), conv(32), conv(32)), "too many"),
    "one less": (lambda: stack(conv(16)), "too few|wrong"),
    "stride": (lambda: stack(conv(16, strides=2), conv(32)), "output|shape"),
    "softmax": (lambda: stack(conv(16), conv(32), layers.Softmax()), "something else"),
    "dilated": (lambda: stack(conv(16), conv(32, dilation_rate=2)), "something else"),
    "a layer": (lambda: conv(32), "one layer"),
    "as many filters": (lambda: stack(conv(448), conv(4640)), "output"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_every_right_way_of_writing_the_pair_passes(name):
    assert lesson_03.layer_pair.mistake(RIGHT[name]()) is None


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_pair_is_refused_with_words_that_help(name):
    build, says = WRONG[name]
    with pytest.raises(checks.WrongAnswer, match=says):
        lesson_03.layer_pair(build())
