"""The exercises in which a model is built: odd ways of writing it right, and ways to go wrong."""

import functools

import keras
import numpy as np
import pytest
from keras import layers, ops

from helpers import blocks, checks
from helpers.equivalence import same_answers
from helpers.lessons import lesson_02, lesson_05, lesson_06, lesson_07, lesson_08, lesson_09

relu_function = functools.partial(ops.maximum, 0.0)


def stack(shape, *rest, **options):
    return keras.Sequential([keras.Input(shape, **options), *rest])


def conv(filters, size, activation=None, **options):
    options = {"padding": "same"} | options
    return layers.Conv2D(filters, size, activation=activation, **options)


# --- lesson 02, like_pytorch: 32x32x3, one zero on each side, 3x3 with 16 filters, stride 2

FIRST = {"strides": 2, "padding": "valid"}
PYTORCH = {
    "as asked": lambda: stack((32, 32, 3), layers.ZeroPadding2D(1), conv(16, 3, **FIRST)),
    "only the zeros that are read": lambda: stack(
        (32, 32, 3), layers.ZeroPadding2D(((1, 0), (1, 0))), conv(16, 3, **FIRST)
    ),
}
NOT_PYTORCH = {
    "the zeros of Keras": lambda: stack((32, 32, 3), conv(16, 3, strides=2)),
    "zeros after only": lambda: stack(
        (32, 32, 3), layers.ZeroPadding2D(((0, 1), (0, 1))), conv(16, 3, **FIRST)
    ),
    "no zeros": lambda: stack((32, 32, 3), conv(16, 3, **FIRST)),
}
TOO_MANY_ZEROS = {  # all of them give 17x17
    "two on each side": lambda: stack((32, 32, 3), layers.ZeroPadding2D(2), conv(16, 3, **FIRST)),
    "Keras' zeros, too": lambda: stack(
        (32, 32, 3), layers.ZeroPadding2D(1), conv(16, 3, strides=2)
    ),
    "zeros at the end of the net": lambda: stack(
        (32, 32, 3), conv(16, 3, **FIRST), layers.ZeroPadding2D(1)
    ),
}


@pytest.mark.parametrize("name", PYTORCH)
def test_right_ways_of_pytorchs_zeros_pass(name):
    assert lesson_02.like_pytorch.mistake(PYTORCH[name]()) is None


@pytest.mark.parametrize("name", NOT_PYTORCH)
def test_other_zeros_are_not_pytorchs(name):
    assert "zeros" in lesson_02.like_pytorch.mistake(NOT_PYTORCH[name]())


@pytest.mark.parametrize("name", TOO_MANY_ZEROS)
def test_too_many_zeros_are_told_whatever_made_them(name):
    assert "added once, and before" in lesson_02.like_pytorch.mistake(TOO_MANY_ZEROS[name]())


# --- lesson 05, reduced_branch: 28x28x192, 1x1 to 16, 5x5 to 32


def branch(*rest, shape=(28, 28, 192), **options):
    return stack(shape, *rest, **options)


def second_input():
    a, b = keras.Input((28, 28, 192)), keras.Input((28, 28, 32))
    y = conv(32, 5)(conv(16, 1)(a))
    return keras.Model([a, b], layers.Add()([y, b]))


def second_output():
    inputs = keras.Input((28, 28, 192))
    y = conv(32, 5)(conv(16, 1)(inputs))
    return keras.Model(inputs, [y, y])


class Subclassed(keras.Model):
    """reduced_branch as a class; `scale` spoils it, `broken` fails when it is called again."""

    def __init__(self, scale=1.0):
        super().__init__()
        self.large, self.small = conv(32, 5), conv(16, 1)  # made in the other order
        self.scale, self.broken = scale, False

    def call(self, x):
        if self.broken:
            raise RuntimeError("the learner's own error")
        return self.scale * self.large(self.small(x))

    def called(self):
        self(np.zeros((1, 28, 28, 192), "float32"))
        return self


def called_sequential():
    model = keras.Sequential([conv(16, 1), conv(32, 5)])
    model.build((None, 28, 28, 192))
    return model


RIGHT_BRANCHES = {
    "no activation": lambda: branch(conv(16, 1), conv(32, 5)),
    "relu as layers": lambda: branch(conv(16, 1), layers.ReLU(), conv(32, 5), layers.ReLU()),
    "one batch": lambda: branch(conv(16, 1), conv(32, 5), batch_size=1),
    "a batch that it counts on": lambda: branch(
        conv(16, 1), layers.Lambda(lambda x: ops.reshape(x, (3, 28, 28, 16))), conv(32, 5),
        batch_size=3,
    ),
    "Sequential in a Sequential": lambda: branch(keras.Sequential([conv(16, 1), conv(32, 5)])),
    "built later": called_sequential,
    "a class, called": lambda: Subclassed().called(),
    "dense for the 1x1": lambda: branch(layers.Dense(16), conv(32, 5)),
    "padding by hand": lambda: branch(
        conv(16, 1), layers.ZeroPadding2D(2), conv(32, 5, padding="valid")
    ),
    "dropout": lambda: branch(conv(16, 1), layers.Dropout(0.5), conv(32, 5)),
    "frozen": lambda: branch(conv(16, 1, trainable=False), conv(32, 5)),
}  # fmt: skip
WRONG_BRANCHES = {
    "dilated": (lambda: branch(conv(16, 1), conv(32, 5, dilation_rate=2)), "dilation"),
    "larger input, stride 2": (
        lambda: branch(conv(16, 1, strides=2), conv(32, 5), shape=(56, 56, 192)),
        "input .* wrong on axis 0 and 1",
    ),
    "open input": (lambda: branch(conv(16, 1), conv(32, 5), shape=(None, None, 192)), "axis 0 and"),
    "flat input": (lambda: branch(layers.Dense(4), shape=(192,)), "input .* 1 axes"),
    "two inputs": (second_input, "2 inputs; it should have 1"),
    "two outputs": (second_output, "2 outputs; it should have 1"),
    "pooling between": (
        lambda: branch(
            conv(16, 1), layers.MaxPooling2D(3, strides=1, padding="same"), conv(32, 5)
        ),
        "something else",
    ),
    "softmax": (lambda: branch(conv(16, 1), conv(32, 5), layers.Softmax()), "something else"),
    "tanh": (lambda: branch(conv(16, 1, "tanh"), conv(32, 5)), "something else"),
    "one layer": (lambda: branch(conv(32, 5)), "parameters are too many"),
    "one more": (lambda: branch(conv(16, 1), conv(16, 1), conv(32, 5)), "too many"),
    "flattened": (lambda: branch(conv(16, 1), conv(32, 5), layers.Flatten()), "output .* 1 axes"),
    "no Input": (lambda: keras.Sequential([conv(16, 1), conv(32, 5)]), "keras.Input"),
    "a class, not called": (Subclassed, "Call it once"),
    "a class, wrong": (lambda: Subclassed(2.0).called(), "something else"),
    "a layer": (lambda: conv(32, 5), "one layer"),
    "a layer's output": (lambda: conv(32, 5)(keras.Input((28, 28, 16))), "layer's output"),
    "the class itself": (lambda: keras.Model, "no model"),
}  # fmt: skip


# --- lesson 06, first_block: 32x32x3, 5x5 to 192, 1x1 to 160, 1x1 to 96, ReLU each


def three(*activations, shape=(32, 32, 3), behind=(), **options):
    sizes = zip((192, 160, 96), (5, 1, 1), activations or ("relu",) * 3, strict=True)
    rest = []
    for filters, size, activation in sizes:
        layer = isinstance(activation, layers.Layer) and activation.name.startswith("behind")
        rest.append(conv(filters, size, None if layer else activation, **options))
        rest += [activation] if layer else []
        options.pop("strides", None), options.pop("dilation_rate", None)
    return stack(shape, *rest, *behind)


RIGHT_BLOCKS = {
    "argument": three,
    "function": lambda: three(ops.relu, keras.activations.relu, lambda x: ops.maximum(x, 0)),
    "layer as argument": lambda: three(layers.ReLU(), layers.Activation("relu"), "relu"),
    "partial": lambda: three(relu_function, relu_function, "relu"),
    "layers behind": lambda: three(
        layers.ReLU(name="behind_1"),
        layers.Activation("relu", name="behind_2"),
        layers.Lambda(ops.relu, name="behind_3"),
    ),
    "mlpconv": lambda: keras.Model(
        x := keras.Input((32, 32, 3)), blocks.mlpconv(x, (192, 160, 96), kernel_size=5)
    ),
}  # fmt: skip
WRONG_BLOCKS = {
    "dilated": (lambda: three(dilation_rate=2), "something else"),
    "larger input, stride 2": (
        lambda: three(shape=(64, 64, 3), strides=2),
        "input .* axis 0 and 1",
    ),
    "softmax": (lambda: three(behind=[layers.Softmax()]), "something else"),
    "no Input": (lambda: keras.Sequential([conv(192, 5)]), "keras.Input"),
    "leaky": (lambda: three("leaky_relu", "relu", "relu"), "something else"),
    "widths": (lambda: stack((32, 32, 3), conv(192, 5), conv(96, 1)), "too few"),
    "normalized": (lambda: three(behind=[layers.BatchNormalization()]), "too many"),
}


# --- lesson 07, module_by_hand


def module(join=None, before=None, relu="relu", dilation=1, names=("pool", "5", "3", "1")):
    """Module 3a; `names`: the order in which its branches are made."""
    inputs = keras.Input((28, 28, 192))
    x = before(inputs) if before else inputs

    def c(x, filters, size, **options):
        if relu is None:
            return layers.ReLU()(conv(filters, size, **options)(x))
        return conv(filters, size, relu, **options)(x)

    made = {
        "1": lambda: c(x, 64, 1),
        "3": lambda: c(c(x, 96, 1), 128, 3),
        "5": lambda: c(c(x, 16, 1), 32, 5, dilation_rate=dilation),
        "pool": lambda: c(layers.MaxPooling2D(3, strides=1, padding="same")(x), 32, 1),
    }
    made = {name: made[name]() for name in names}
    branches = [made[name] for name in ("1", "3", "5", "pool")]
    return keras.Model(inputs, (join or layers.Concatenate())(branches))


RIGHT_MODULES = {
    "as in the text": module,
    "made in another order": lambda: module(names=("1", "3", "5", "pool")),
    "ops.concatenate": lambda: module(join=lambda branches: ops.concatenate(branches, axis=-1)),
    "identity in front": lambda: module(before=layers.Identity()),
    "relu layers": lambda: module(relu=None),
    "relu layer as argument": lambda: module(relu=layers.ReLU()),
    "lambda": lambda: module(relu=lambda x: ops.relu(x)),
    "helper": lambda: keras.Model(
        x := keras.Input((28, 28, 192)), blocks.inception(x, 64, 96, 128, 16, 32, 32)
    ),
}
WRONG_MODULES = {
    "dilated": (lambda: module(dilation=2), "something else"),
    "other order": (
        lambda: module(join=lambda b: layers.Concatenate()([b[3], b[1], b[2], b[0]])),
        "another order",
    ),
    "rows joined": (lambda: module(join=lambda b: layers.Add()(b[2:])), "output .* axis 2"),
    "pooling in front": (
        lambda: module(before=layers.MaxPooling2D(3, strides=1, padding="same")),
        "something else",
    ),
}


# --- lesson 08, projection_block


def block(add=None, half=None, size=8, last=None):
    inputs = keras.Input((size, size, 64))
    y = conv(128, 3, "relu", strides=2)(inputs)
    y = conv(128, 3)(y)
    x = conv(128, 1)(half(inputs)) if half else conv(128, 1, strides=2)(inputs)
    total = add(x, y) if add else layers.Add()([y, x])
    return keras.Model(inputs, (last or layers.ReLU())(total))


RIGHT_PROJECTIONS = {
    "as in the text": block,
    "operator": lambda: block(add=lambda x, y: y + x),
    "ops.add": lambda: block(add=ops.add),
    "slice": lambda: block(half=lambda x: x[:, ::2, ::2]),
    "pooling of one pixel": lambda: block(half=layers.MaxPooling2D(1, strides=2)),
    "max with zero": lambda: block(last=lambda x: ops.maximum(x, 0)),
}
WRONG_PROJECTIONS = {
    "another input": (lambda: block(size=7), "input .* axis 0 and 1"),
    "other pixels": (lambda: block(half=lambda x: x[:, 1::2, 1::2]), "something else"),
    "mean": (lambda: block(half=layers.AveragePooling2D(2)), "stride 2 itself"),
    "tanh": (lambda: block(last=layers.Activation("tanh")), "something else"),
    "average": (lambda: block(add=lambda x, y: layers.Average()([x, y])), "something else"),
    "one layer": (lambda: stack((8, 8, 64), conv(128, 3, strides=2)), "too few"),
}

EXERCISES = [
    (lesson_05.reduced_branch, RIGHT_BRANCHES, WRONG_BRANCHES),
    (lesson_06.first_block, RIGHT_BLOCKS, WRONG_BLOCKS),
    (lesson_07.module_by_hand, RIGHT_MODULES, WRONG_MODULES),
    (lesson_08.projection_block, RIGHT_PROJECTIONS, WRONG_PROJECTIONS),
]


@pytest.mark.parametrize(
    ("exercise", "build"),
    [pytest.param(e, build, id=name) for e, right, _ in EXERCISES for name, build in right.items()],
)
def test_every_right_way_of_writing_it_passes(exercise, build):
    model = build()
    before = model.get_weights()
    assert exercise.mistake(model) is None
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("exercise", "build", "words"),
    [pytest.param(e, *case, id=name) for e, _, wrong in EXERCISES for name, case in wrong.items()],
)
def test_a_wrong_model_is_refused_with_words_that_help(exercise, build, words):
    with pytest.raises(checks.WrongAnswer, match=words):
        exercise(build())


def test_a_class_that_fails_when_it_is_called_gets_its_own_error_as_advice():
    model = Subclassed().called()
    model.broken = True
    assert "the learner's own error" in lesson_05.reduced_branch.mistake(model)


def test_weights_are_kept_when_the_model_fails_in_the_middle():
    class Fails(layers.Layer):
        def call(self, x):
            if not isinstance(x, keras.KerasTensor):
                raise RuntimeError("eager")
            return x

        def compute_output_shape(self, shape):
            return shape

    model = branch(conv(16, 1), conv(32, 5), Fails())
    before = model.get_weights()
    assert "something else" in lesson_05.reduced_branch.mistake(model)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def twins(swap=False, normalize=False):
    """Two equal 3x3 layers in a row and a third beside them: which is which?"""
    inputs = keras.Input((6, 6, 4))
    side = conv(4, 3)
    if swap:  # made, and listed by the model, in another order
        main = [conv(4, 3), conv(4, 3)][::-1]
        y = layers.Subtract()([side(inputs), main[1](ops.tanh(main[0](inputs)))])
        return keras.Model(inputs, -y)
    y = conv(4, 3)(ops.tanh(conv(4, 3)(inputs)))
    if normalize:
        y = layers.BatchNormalization()(y)
    return keras.Model(inputs, y - side(inputs))


def test_layers_of_equal_weights_are_found_whatever_their_order():
    assert same_answers(twins(swap=True), twins())
    wrong = keras.Model(
        x := keras.Input((6, 6, 4)), conv(4, 3)(conv(4, 3)(ops.tanh(conv(4, 3)(x))))
    )
    assert not same_answers(wrong, twins())


def test_a_relu_that_is_cut_off_is_another():
    def one(activation):
        return stack((6, 6, 4), conv(4, 3), layers.Activation(activation), conv(4, 3))

    assert same_answers(one("relu"), one(ops.relu))
    assert not same_answers(one("relu6"), one("relu"))


def test_batch_normalization_is_compared_as_it_evaluates():
    assert same_answers(twins(normalize=True), twins(normalize=True))


def test_two_layers_of_one_name_are_two_layers():
    same = [conv(4, 3, name="same") for _ in range(2)]
    for layer in same:
        layer.build((None, 6, 6, 4))  # before the models that hold them: no path tells them apart
    nested = stack((6, 6, 4), *(keras.Sequential([layer]) for layer in same))
    assert len({variable.path for variable in nested.weights}) == 2
    assert same_answers(nested, stack((6, 6, 4), conv(4, 3), conv(4, 3)))


# --- lesson 09, resize_block: 8x8x32, repeated to 16x16, 3x3 with 16 filters and ReLU


def resized(*rest):
    return stack((8, 8, 32), *rest)


DOUBLED = {
    "as asked": lambda: resized(layers.UpSampling2D(2), conv(16, 3, "relu")),
    "sizes as pairs": lambda: resized(layers.UpSampling2D((2, 2)), conv(16, (3, 3), "relu")),
    "the ReLU as a layer": lambda: resized(layers.UpSampling2D(), conv(16, 3), layers.ReLU()),
    "zeros by hand": lambda: resized(
        layers.UpSampling2D(2), layers.ZeroPadding2D(1), conv(16, 3, "relu", padding="valid")
    ),
}
NOT_DOUBLED = {
    "the layer to be replaced": (
        lambda: resized(layers.Conv2DTranspose(16, 3, strides=2, padding="same",
                                               activation="relu")), "transposed"),
    "the convolution first": (
        lambda: resized(conv(16, 3, "relu"), layers.UpSampling2D(2)), "comes first there"),
    "bilinear": (
        lambda: resized(layers.UpSampling2D(2, interpolation="bilinear"), conv(16, 3, "relu")),
        "nearest"),
    "no ReLU": (lambda: resized(layers.UpSampling2D(2), conv(16, 3)), "ReLU is missing"),
    "no resizing": (lambda: resized(conv(16, 3, "relu")), "16"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBLED)
def test_right_ways_of_resizing_pass(name):
    assert lesson_09.resize_block.mistake(DOUBLED[name]()) is None


@pytest.mark.parametrize("name", NOT_DOUBLED)
def test_wrong_ways_of_resizing_are_named(name):
    model, says = NOT_DOUBLED[name]
    assert says in lesson_09.resize_block.mistake(model())
