"""Do two Keras models compute the same? Asked of what they answer, not of how they are written."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence

import keras
import numpy as np
from keras import ops


def readable(answer: object, reference: keras.Model) -> keras.Model:
    """`answer` as a model that knows its shapes; ValueError with advice if it is none.

    A subclassed model that has been called is read by calling it on the reference's inputs.
    """
    if isinstance(answer, keras.KerasTensor):
        raise ValueError("That is a layer's output. Give keras.Model(inputs, outputs).")
    if not isinstance(answer, keras.Model):
        name = type(answer).__name__
        what = "one layer" if isinstance(answer, keras.Layer) else f"of type {name}, no model"
        raise ValueError(f"That is {what}. Give a keras.Model or a keras.Sequential.")
    if not answer.built and isinstance(answer, keras.Sequential):
        raise ValueError("It does not know its input yet. Begin it with keras.Input((...)).")
    if not answer.built:
        raise ValueError("It has no weights yet. Call it once, or give keras.Model(inputs, out).")
    if getattr(answer, "inputs", None):
        return answer
    inputs = reference.inputs
    given = inputs[0] if len(inputs) == 1 else inputs
    try:
        return keras.Model(given, answer(given))
    except Exception as error:  # the learner's own code runs here
        shapes = " and ".join(str(x.shape[1:]) for x in inputs)
        told = re.sub(r"\x1b\[\d+m", "", str(error)).partition("Arguments received")[0]
        reason = (told.strip() or type(error).__name__).splitlines()[-1]  # Keras puts it in a frame
        raise ValueError(f"It cannot read an input of shape {shapes}: {reason}") from None


def difference(model: keras.Model, reference: keras.Model) -> str | None:
    """What differs in shapes and parameters, in words that do not tell the right ones."""
    given, asked = layout(model), layout(reference)
    for end in ("input", "output"):
        if len(given[end]) != len(asked[end]):
            return f"The model has {len(given[end])} {end}s; it should have {len(asked[end])}."
        for a, b in zip(given[end], asked[end], strict=True):
            if len(a) != len(b):
                return f"The {end} has the shape {a} without the batch: {len(a)} axes."
            if a != b:
                axes = [str(i) for i, size in enumerate(a) if size != b[i]]
                wrong = " and ".join(axes)
                return f"The {end} {a}, counted without the batch, is wrong on axis {wrong}."
    count, total = model.count_params(), reference.count_params()
    if count != total:
        side = "many" if count > total else "few"
        return f"{count:,} parameters are too {side}. Look at each layer's row in summary()."
    if given != asked:
        return "The number of parameters is right, but the layers are not: see summary()."
    return None


def _units(model) -> list[list]:
    """The weights of each layer, in the order of the model, nested models unfolded."""
    units, last, seen = [], None, set()
    for variable in model.weights:
        layer = variable.path.rpartition("/")[0]
        if layer != last or variable.path in seen:  # the same path twice: two layers of one name
            units, last, seen = [*units, []], layer, set()
        units[-1].append(variable)
        seen.add(variable.path)
    return units


def _signature(unit: Sequence) -> tuple[tuple[int, ...], ...]:
    """The shapes of a layer's weights. A 1x1 kernel counts as the matrix that it is."""
    shapes = [tuple(variable.shape) for variable in unit]
    return tuple(s[-2:] if len(s) > 2 and set(s[:-2]) == {1} else s for s in shapes)


def layout(model: keras.Model) -> dict[str, list]:
    """Shapes of inputs and outputs without the batch, and of the weights, in any order."""
    return {
        "input": [tuple(x.shape[1:]) for x in model.inputs],
        "output": [tuple(x.shape[1:]) for x in model.outputs],
        "weights": sorted(_signature(unit) for unit in _units(model)),
    }


def same_answers(model, reference) -> bool:
    """Does `model` answer as `reference`, weights and inputs random? It keeps its own weights."""
    rng = np.random.default_rng(0)
    batch = model.inputs[0].shape[0] or 2
    data = [rng.normal(size=(batch, *(n or 16 for n in x.shape[1:]))) for x in reference.inputs]

    def answers(net) -> Iterator[np.ndarray]:
        """To small inputs, then to large ones: these alone tell ReLU6 from ReLU."""
        for scale in (1, 30):
            given = [(scale * x).astype("float32") for x in data]
            yield ops.convert_to_numpy(net(given[0] if len(given) == 1 else given, training=False))

    values, places = [], {}  # the new weights by layer; which layers of the model they may go to
    for unit in _units(reference):
        shapes = [tuple(variable.shape) for variable in unit]
        draws = [rng.normal(size=shape) / math.sqrt(math.prod(shape[:-1])) for shape in shapes]
        for i, variable in enumerate(unit):
            draws[i] = np.abs(draws[i]) + 0.5 if "variance" in variable.path else draws[i]
            variable.assign(draws[i])
        values.append((_signature(unit), draws))
    for unit in _units(model):
        places.setdefault(_signature(unit), []).append(unit)
    wanted = list(answers(reference))
    some = (itertools.islice(itertools.permutations(units), 120) for units in places.values())
    before = [ops.convert_to_numpy(variable) for variable in model.weights]
    try:
        for order in itertools.islice(itertools.product(*some), 120):
            free = {kind: iter(units) for kind, units in zip(places, order, strict=True)}
            for kind, draws in values:
                for variable, value in zip(next(free[kind]), draws, strict=True):
                    variable.assign(value.reshape(variable.shape))
            # float32, on a GPU perhaps with ten bits: a thousandth of the largest value
            if all(
                np.allclose(given, asked, rtol=0, atol=1e-3 * np.abs(asked).max())
                for given, asked in zip(answers(model), wanted, strict=True)
            ):
                return True
    except Exception:  # the learner's own layers run here: what cannot run is not the same
        pass
    finally:
        for variable, value in zip(model.weights, before, strict=True):
            variable.assign(value)
    return False
