"""What leaves a student's process comes back as it was, and nothing else does."""

import json

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers.tools.plain_data import Failed, pack, unpack


def cut_and_joined(x):
    return ops.concatenate([x[..., 2:], x[:, ::-1, :, :2]], axis=-1)


def split_and_stacked(x):
    return ops.reshape(ops.stack(ops.split(x, 2, axis=-1), axis=-1), (-1, 4, 4, 6))


@pytest.mark.parametrize("move", [cut_and_joined, split_and_stacked])
def test_models_that_only_move_values_come_back(move):
    inputs = keras.Input((4, 4, 6))
    model = keras.Model(inputs, move(layers.Conv2D(6, 1)(inputs)))
    back = unpack(json.loads(json.dumps(pack(model))))
    assert not isinstance(back, Failed), back
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 6)).astype("float32")
    assert np.allclose(back(x), model(x))


def test_a_lambda_does_not():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Lambda(lambda x: x[..., 2:])(inputs))
    back = unpack(json.loads(json.dumps(pack(model))))
    assert isinstance(back, Failed) and "Lambda" in str(back)
