"""What leaves a student's process comes back as it was, and nothing else does."""

import json

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers.tools.plain_data import Failed, Symbolic, pack, unpack


def cut_and_joined(x):
    swapped = ops.concatenate([x[:, 1::2, :, :2], x[:, ::2, :, :2]], axis=1)
    return ops.concatenate([x[..., 2:], swapped], axis=-1)


def split_and_stacked(x):
    return ops.reshape(ops.stack(ops.split(x, 2, axis=-1), axis=-1), (-1, 4, 4, 6))


@pytest.mark.parametrize("move", [cut_and_joined, split_and_stacked])
def test_models_that_only_move_values_come_back(move):
    inputs = keras.Input((4, 4, 6))
    model = keras.Model(inputs, move(layers.Conv2D(6, 1)(inputs)))
    back = unpack(json.loads(json.dumps(pack(model))))
    assert not isinstance(back, Failed), back
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 6)).astype("float32")
    assert np.allclose(*(ops.convert_to_numpy(net(x)) for net in (back, model)))


def test_a_lambda_does_not():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Lambda(lambda x: x[..., 2:])(inputs))
    back = unpack(json.loads(json.dumps(pack(model))))
    assert isinstance(back, Failed) and "Lambda" in str(back)


def there_and_back(value):
    return unpack(json.loads(json.dumps(pack(value))))


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, "text", [1, (2, None)], {"a": [1], 2: "b"}, (1, [2.5])]
)
def test_plain_values(value):
    assert there_and_back(value) == value


def test_arrays_keep_shape_and_type():
    for value in (np.arange(6.0).reshape(1, 2, 3), np.float32(2.5), np.array([True, False])):
        again = there_and_back(value)
        assert again.dtype == value.dtype and np.array_equal(again, value)
    assert np.array_equal(there_and_back(ops.ones((2, 3))), np.ones((2, 3)))
    assert there_and_back(Symbolic((4, 5, 2))).shape == (None, 4, 5, 2)


def test_models_keep_layers_operations_and_weights():
    inputs = keras.Input((6, 6, 2))
    x = layers.Conv2D(2, 3, padding="same", kernel_regularizer="l2")(inputs)
    x = layers.BatchNormalization()(ops.relu(x + inputs))
    model = keras.Model(inputs, layers.ReLU()(x))
    again = there_and_back(model)
    data = np.ones((1, 6, 6, 2), "float32")
    assert np.allclose(*(ops.convert_to_numpy(net(data)) for net in (model, again)), atol=1e-6)


def test_a_model_that_keras_cannot_write_down_is_said():
    inputs = keras.Input((4,))  # Keras looks for the source of a lambda: here there is none
    model = keras.Model(inputs, layers.Dense(2, activation=eval("lambda x: 2 * x"))(inputs))
    again = there_and_back(model)
    assert (again.kind, again.text) == ("Model", "it holds code that is not Keras' own")


@pytest.mark.parametrize("value", [{1, 2}, object(), print, np.array(["a"]), 1j])
def test_what_has_no_plain_form_is_said(value):
    again = there_and_back(value)
    assert isinstance(again, Failed) and ("type" in again.text or "array" in again.text)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("keras.layers", "Lambda"),
        ("keras.layers", "TFSMLayer"),
        ("keras.utils", "get_file"),
        ("keras.src.saving.saving_lib", "load_model"),
        (None, "Mine"),
        ("keras.layers", "None"),
        ("builtins", "__lambda__"),
    ],
)
def test_a_model_of_foreign_parts_is_refused(module, name):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    packed = pack(model)
    config = json.loads(packed["model"])
    config["config"]["layers"][1] |= {"module": module, "class_name": name}
    again = unpack(packed | {"model": json.dumps(config)})
    assert isinstance(again, Failed) and f"something ({name}) that is no layer" in again.text
