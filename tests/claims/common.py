"""What the tests of the claims share: layers with given weights, who reads whom, what it costs."""

import keras
import numpy as np
from keras import layers


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def array(tensor) -> np.ndarray:
    return keras.ops.convert_to_numpy(tensor)


def conv(x, kernel, bias=None, **options) -> np.ndarray:
    """Keras' Conv2D on `x` (images, H, W, C) with this kernel (rows, columns, C, filters)."""
    kernel = np.asarray(kernel, "float32")
    layer = layers.Conv2D(kernel.shape[-1], kernel.shape[:2], use_bias=bias is not None, **options)
    layer.build(x.shape)
    layer.set_weights([kernel] if bias is None else [kernel, np.asarray(bias, "float32")])
    return array(layer(x))


def conv1d(x, kernel, **options) -> np.ndarray:
    """Keras' Conv1D on a row of numbers: (n,) and (k,) give (positions,)."""
    layer = layers.Conv1D(1, len(kernel), use_bias=False, **options)
    layer.build((1, len(x), 1))
    layer.set_weights([np.reshape(kernel, (-1, 1, 1))])
    return array(layer(np.reshape(x, (1, -1, 1)).astype("float32")))[0, :, 0]


def conv2d(x, kernel, **options) -> np.ndarray:
    """Keras' Conv2D on one picture with one channel: (H, W) and (kh, kw) give (rows, columns)."""
    x, kernel = np.asarray(x, "float32")[None, :, :, None], np.asarray(kernel)[:, :, None, None]
    return conv(x, kernel, **options)[0, :, :, 0]


def matrix(*, read: int, filters: int, seed: int = 0) -> np.ndarray:
    """A random kernel of size 1x1, which is a matrix: (1, 1, read, filters)."""
    return normal(1, 1, read, filters, seed=seed)


def reads(function, size: int = 7, channels: int = 3) -> np.ndarray:
    """True where the output pixel in the middle depends on the input pixel: (size, size)."""
    probes = np.eye(size * size * channels, dtype="float32").reshape(-1, size, size, channels)
    moved = array(function(probes)) - array(function(0 * probes))
    middle = moved.shape[1] // 2
    changed = abs(moved[:, middle, middle]).max(-1) > 1e-6
    return changed.reshape(size, size, channels).any(-1)


def parameters(layer, *shape: int | None) -> int:
    """Parameters of a layer that reads images of this shape (H, W, C)."""
    layer.build((None, *shape))
    return layer.count_params()


def convolutions(model) -> list:
    """The Conv2D layers of a model, depthwise ones left out."""
    return [layer for layer in model.layers if type(layer) is layers.Conv2D]


def pointwise(model) -> list:
    return [layer for layer in convolutions(model) if layer.kernel_size == (1, 1)]


def weights(layer) -> int:
    return int(np.prod(layer.kernel.shape))


def macs(layer) -> int:
    """Multiplications of a convolution for one image: all its weights, at every position."""
    return weights(layer) * int(np.prod(layer.output.shape[1:3]))


def source(tensor):
    """The layer that made a tensor; normalizations, activations and paddings are passed over."""
    passed = layers.BatchNormalization, layers.Activation, layers.ReLU, layers.ZeroPadding2D
    layer = tensor._keras_history.operation
    while isinstance(layer, passed):
        layer = layer.input._keras_history.operation
    return layer


def before(layer):
    """The layer that feeds this one, in the sense of `source`."""
    return source(layer.input)
