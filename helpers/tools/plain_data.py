"""Answers as plain data: how they leave a process that ran a student's code.

`pack` makes numbers, text, lists, arrays and Keras models into what JSON can hold; `unpack` makes
them again. Nothing that could run code is read back: no pickle, and of a model only layers and
operations of Keras itself.
"""

import base64
import importlib
import inspect
import json
from dataclasses import dataclass

import numpy as np

MOST_WEIGHTS = 4_000_000  # a larger model travels without its weights
DEEPEST = 8  # lists in lists


@dataclass(frozen=True)
class Symbolic:
    """Stands for a keras.Input of this shape, without the batch."""

    shape: tuple


@dataclass(frozen=True)
class Failed:
    """Stands for an answer that could not be had, and says why."""

    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


def failed(error: BaseException) -> Failed:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines() or [""]
    return Failed(type(error).__name__, lines[0][:300])


def pack(value: object, depth: int = 0) -> object:
    """`value` as lists, dicts, numbers and text; what has no such form becomes a `Failed`."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Symbolic):
        return {"input": list(value.shape)}
    if isinstance(value, Failed):
        return {"failed": [value.kind, value.text]}
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [pack(entry, depth + 1) for entry in value]}
    if isinstance(value, dict) and depth < DEEPEST:
        return {"dict": [[pack(k, depth + 1), pack(v, depth + 1)] for k, v in value.items()]}
    if isinstance(value, (np.ndarray, np.generic)):
        return _pack_array(np.asarray(value))
    return _pack_keras(value)


def _pack_array(array: np.ndarray) -> dict:
    if array.dtype.kind not in "biuf" or array.nbytes > 4 * MOST_WEIGHTS:
        return pack(Failed("Answer", f"an array of {array.dtype} with shape {array.shape}"))
    data = base64.b64encode(array.tobytes()).decode()
    return {"array": data, "dtype": array.dtype.str, "shape": list(array.shape)}


def _pack_keras(value: object) -> dict:
    import keras

    if isinstance(value, keras.Model):
        weights = None
        if value.built and value.count_params() <= MOST_WEIGHTS:
            weights = [_pack_array(array) for array in value.get_weights()]
        try:
            return {"model": value.to_json(), "weights": weights}
        except Exception:  # a class that Keras cannot write down, or a lambda
            return pack(Failed("Model", "it holds code that is not Keras' own"))
    if keras.ops.is_tensor(value) or isinstance(value, keras.Variable):
        return _pack_array(np.asarray(keras.ops.convert_to_numpy(value)))
    return pack(Failed("Answer", f"it is of type {type(value).__name__}"))


def unpack(data: object) -> object:
    """The value again; a model that holds anything but Keras' own layers becomes a `Failed`."""
    if not isinstance(data, dict):
        return data
    if "input" in data:
        import keras

        return keras.Input(tuple(data["input"]))
    if "failed" in data:
        return Failed(*map(str, data["failed"]))
    if "list" in data:
        return [unpack(entry) for entry in data["list"]]
    if "tuple" in data:
        return tuple(unpack(entry) for entry in data["tuple"])
    if "dict" in data:
        return {unpack(key): unpack(value) for key, value in data["dict"]}
    if "array" in data:
        return _unpack_array(data)
    try:
        return _unpack_model(data)
    except Exception as error:
        problem = failed(error)
        return Failed("Model", problem.text or problem.kind)


def _unpack_array(data: dict) -> np.ndarray:
    dtype = np.dtype(data["dtype"])
    if dtype.kind not in "biuf":
        raise ValueError(f"no array of {dtype} is read")
    return np.frombuffer(base64.b64decode(data["array"]), dtype).reshape(data["shape"]).copy()


def _unpack_model(data: dict) -> object:
    import keras

    config = _without_training(json.loads(data["model"]))
    _refuse_foreign(config)
    model = keras.models.model_from_json(json.dumps(config))
    if data["weights"]:
        model.set_weights([_unpack_array(array) for array in data["weights"]])
    return model


def _without_training(config: object) -> object:
    """The config without what compile() was told: an optimizer is no layer, and none is judged."""
    if isinstance(config, list):
        return [_without_training(entry) for entry in config]
    if not isinstance(config, dict):
        return config
    return {k: _without_training(v) for k, v in config.items() if k != "compile_config"}


def _refuse_foreign(config: object) -> None:
    """ValueError where a model's config names anything but Keras' own harmless classes.

    Keras looks classes up by module and name, and a Lambda layer carries code of its own.
    """
    if isinstance(config, list):
        for entry in config:
            _refuse_foreign(entry)
    if not isinstance(config, dict):
        return
    if "class_name" in config:
        name, module = config["class_name"], config.get("module") or ""
        marks = {"__keras_tensor__", "__tuple__", "__tensor__", "__numpy__"}
        marks |= {"__slice__", "__ellipsis__"}  # of x[..., :8]
        if name not in marks and not _harmless(str(module), str(name)):
            raise ValueError(f"it holds something ({name}) that is no layer or operation of Keras")
    for entry in config.values():
        _refuse_foreign(entry)


def _harmless(module: str, name: str) -> bool:
    import keras

    if module.split(".")[0] != "keras":
        return False
    found = getattr(importlib.import_module(module), name, None)
    kinds = (keras.Operation, keras.Initializer, keras.Regularizer, keras.constraints.Constraint)
    kinds += (keras.DTypePolicy,)
    carries_code = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
    return inspect.isclass(found) and issubclass(found, kinds) and name not in carries_code
