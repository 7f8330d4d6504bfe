"""The building blocks of convolutional networks, as functions on Keras tensors.

Each takes a 4-D tensor (batch, height, width, channels; height and width may be None), adds plain
Keras layers to it and returns the new tensor, so model.summary() shows each inner layer and any of
them can be read. One function does the work, `conv`; the others say what goes where.

* ``**options`` are handed on to ``conv`` and mean the same in every block: ``padding``,
  ``use_bias``, ``batch_normalization`` and ``activation`` (not in residual, bottleneck and the
  shuffle units, which have their ReLU in fixed places).
* ``name`` is the prefix of the inner layers' names: ``residual(x, 64, name="stage2_block1")`` makes
  ``stage2_block1_conv1``, ``stage2_block1_conv1_bn`` ... Without a name, Keras' own counter gives
  one: ``residual_1``, ``residual_2`` ...
* ``batch_normalization``: False, True (BATCH_NORMALIZATION, below) or changes, {"momentum": 0.99}.
* ``use_bias``: None gives a convolution a bias only where no BatchNormalization follows, because
  the normalization subtracts any bias again.
* ``padding``: "same" is Keras' rule, where at stride 2 the odd zero goes to the end; "symmetric"
  puts kernel_size // 2 zeros on each side, as other frameworks do, so that their weights fit.
  Both give ceil(size / strides) positions. conv can also be "valid".

Wrong arguments are Keras' to refuse; these raise where Keras says nothing, or nothing that helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral

import keras
from keras import layers, ops

# What torchvision's ResNet has; MobileNet and GoogLeNet have epsilon 1e-3. Keras' own momentum,
# 0.99, needs hundreds of steps before the moving statistics are of use: too many for a lesson.
BATCH_NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}


def conv(
    x, filters: int, kernel_size: int | tuple = 3, *, strides: int | tuple = 1,
    padding: str = "same", groups: int = 1, activation: str | Callable | None = "relu",
    use_bias: bool | None = None, batch_normalization: bool | dict = False, name: str | None = None,
):  # fmt: skip
    """Convolution, then normalization if asked for, then activation: what other blocks consist of.

    (H, W, C) -> (H / strides, W / strides, filters). Layers: name_pad, name, name_bn, name_relu.
    """
    if not isinstance(filters, Integral):
        raise ValueError(
            f"filters={filters!r}: use a whole number (64 // 4 is one, 64 / 4 is not)."
        )
    name = name or _unique("conv")
    x, padding = _pad(x, kernel_size, strides, padding, name)
    inside = _inside(activation, use_bias, batch_normalization)
    x = layers.Conv2D(filters, kernel_size, strides, padding, groups=groups, name=name, **inside)(x)
    return _finish(x, activation, batch_normalization, name)


def projection(x, filters: int, *, name=None, **options):
    """1x1 convolution without activation: one linear map for the channels of every pixel.

    (H, W, C) -> (H / strides, W / strides, filters). A reduction in front of a 3x3 has a ReLU:
    `conv(x, filters, 1)`. Lin, Chen, Yan (2013), section 3.1.
    """
    return conv(x, filters, 1, activation=None, name=name or _unique("projection"), **options)


def mlpconv(x, filters: int | Sequence[int], kernel_size=3, *, strides=1, name=None, **options):
    """A k x k convolution and then 1x1 convolutions, all with activation.

    filters: one number for each of them, (192, 160, 96); a single number stands for three equal
    ones. (H, W, C) -> (H / strides, W / strides, last filters). Lin, Chen, Yan (2013), section 3.1.
    """
    first, *rest = [filters] * 3 if isinstance(filters, Integral) else filters
    if not rest:
        raise ValueError(f"filters={filters}: use two numbers or more, such as (192, 160, 96).")
    name = name or _unique("mlpconv")

    x = conv(x, first, kernel_size, strides=strides, name=f"{name}_conv", **options)
    for i, count in enumerate(rest, start=1):
        x = conv(x, count, 1, name=f"{name}_1x1_{i}", **options)
    return x


def inception_naive(x, f1: int, f3: int, f5: int, *, name=None, **options):
    """1x1, 3x3 and 5x5 convolutions and a 3x3 max pooling side by side.

    (H, W, C) -> (H, W, f1 + f3 + f5 + C): the pooled channels come on top, so depth only grows.
    Szegedy and others (2014), figure 2(a).
    """
    name = name or _unique("inception_naive")
    branch_1 = conv(x, f1, 1, name=f"{name}_1x1", **options)
    branch_3 = conv(x, f3, 3, name=f"{name}_3x3", **options)
    branch_5 = conv(x, f5, 5, name=f"{name}_5x5", **options)
    pool = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
    return layers.Concatenate(name=f"{name}_concat")([branch_1, branch_3, branch_5, pool])


def inception(
    x, f1, f3_reduce, f3, f5_reduce, f5, pool_projection, *, kernel_5=5, name=None, **options
):
    """The Inception module: 1x1 reductions before the 3x3 and the 5x5, and one after the pooling.

    (H, W, C) -> (H, W, f1 + f3 + f5 + pool_projection). Szegedy and others (2014), figure 2(b).
    kernel_5=3 rebuilds torchvision's GoogLeNet, whose 5x5 branch is a 3x3 (pytorch/vision 906).
    """
    name = name or _unique("inception")
    branch_1 = conv(x, f1, 1, name=f"{name}_1x1", **options)

    branch_3 = conv(x, f3_reduce, 1, name=f"{name}_3x3_reduce", **options)
    branch_3 = conv(branch_3, f3, 3, name=f"{name}_3x3", **options)

    branch_5 = conv(x, f5_reduce, 1, name=f"{name}_5x5_reduce", **options)
    branch_5 = conv(branch_5, f5, kernel_5, name=f"{name}_5x5", **options)

    pool = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
    pool = conv(pool, pool_projection, 1, name=f"{name}_pool_projection", **options)

    return layers.Concatenate(name=f"{name}_concat")([branch_1, branch_3, branch_5, pool])


def residual(
    x, filters: int, *, strides=1, shortcut="auto", batch_normalization=True, name=None, **options
):
    """The basic residual block: two 3x3 convolutions, the input added, then ReLU.

    (H, W, C) -> (H / strides, W / strides, filters). shortcut "identity" adds the input itself,
    "projection" a linear 1x1 convolution of it with a normalization of its own, "auto" takes the
    identity where the shapes allow it; None adds nothing and leaves a plain net to compare with.
    He and others (2015), figure 5 left.
    """
    name = name or _unique("residual")
    shortcut = _shortcut(x, filters, strides, shortcut, **options)
    options["batch_normalization"] = batch_normalization

    y = conv(x, filters, 3, strides=strides, name=f"{name}_conv1", **options)
    y = conv(y, filters, 3, activation=None, name=f"{name}_conv2", **options)
    if shortcut == "projection":
        x = projection(x, filters, strides=strides, name=f"{name}_shortcut", **options)
    if shortcut is not None:
        y = layers.Add(name=f"{name}_add")([x, y])
    return layers.Activation("relu", name=f"{name}_relu")(y)


def bottleneck(
    x, filters: int, *, strides=1, stride_in_1x1=False, groups=1, base_width=64,
    shortcut="auto", batch_normalization=True, name=None, **options,
):  # fmt: skip
    """The bottleneck residual block: 1x1 to few channels, 3x3 among them, 1x1 to 4 * filters.

    (H, W, C) -> (H / strides, W / strides, 4 * filters); shortcut as in residual. The strides are
    in the 3x3, as in torchvision, or in the first 1x1, as in the authors' models and Keras' own.
    He and others (2015), figure 5 right. groups (the paper's cardinality) and base_width make
    ResNeXt: groups * (filters * base_width // 64) channels inside. Xie and others (2016).
    """
    _one_of("stride_in_1x1", stride_in_1x1, True, False)
    name = name or _unique("bottleneck")
    shortcut = _shortcut(x, 4 * filters, strides, shortcut, **options)
    options["batch_normalization"] = batch_normalization
    inner = groups * max(1, filters * base_width // 64)
    first, second = (strides, 1) if stride_in_1x1 else (1, strides)

    y = conv(x, inner, 1, strides=first, name=f"{name}_conv1", **options)
    y = conv(y, inner, 3, strides=second, groups=groups, name=f"{name}_conv2", **options)
    y = conv(y, 4 * filters, 1, activation=None, name=f"{name}_conv3", **options)
    if shortcut == "projection":
        x = projection(x, 4 * filters, strides=strides, name=f"{name}_shortcut", **options)
    if shortcut is not None:
        y = layers.Add(name=f"{name}_add")([x, y])
    return layers.Activation("relu", name=f"{name}_relu")(y)


def depthwise_conv(
    x, kernel_size=3, *, strides=1, padding="same", activation="relu", use_bias=None,
    batch_normalization=False, name=None,
):  # fmt: skip
    """conv with one kernel for each channel: (H, W, C) -> (H / strides, W / strides, C)."""
    name = name or _unique("depthwise_conv")
    x, padding = _pad(x, kernel_size, strides, padding, name)
    inside = _inside(activation, use_bias, batch_normalization)
    x = layers.DepthwiseConv2D(kernel_size, strides, padding, name=name, **inside)(x)
    return _finish(x, activation, batch_normalization, name)


def depthwise_separable(
    x, filters: int, kernel_size=3, *, strides=1, batch_normalization=True, name=None, **options
):
    """One k x k kernel per channel, then a 1x1 convolution across channels, each with activation.

    (H, W, C) -> (H / strides, W / strides, filters). Howard and others (2017), figure 3.
    """
    name = name or _unique("depthwise_separable")
    options["batch_normalization"] = batch_normalization
    x = depthwise_conv(x, kernel_size, strides=strides, name=f"{name}_depthwise", **options)
    return conv(x, filters, 1, name=f"{name}_pointwise", **options)


def spatially_separable(
    x, filters: int, kernel_size=3, *, middle_filters=None, name=None, **options
):
    """A column of k x 1 and then a row of 1 x k in place of a k x k kernel.

    (H, W, C) -> (H, W, filters). Between the two are middle_filters channels (as many as filters if
    None), without bias, normalization or activation, so that the pair is one linear map.
    """
    name = name or _unique("spatially_separable")
    middle = filters if middle_filters is None else middle_filters
    x = conv(x, middle, (kernel_size, 1), activation=None, use_bias=False, name=f"{name}_column")
    return conv(x, filters, (1, kernel_size), name=f"{name}_row", **options)


def flattened(x, filters: int, kernel_size=3, *, name=None, **options):
    """Each filter as three 1-D ones: across the channels, down a column, along a row.

    (H, W, C) -> (H, W, filters) with C + 2 * kernel_size weights a filter. Only the last of the
    three has bias, normalization and activation. Jin, Dundar, Culurciello (2014), section 3.2.
    """
    name = name or _unique("flattened")
    x = projection(x, filters, use_bias=False, name=f"{name}_channels")
    x = depthwise_conv(x, (kernel_size, 1), activation=None, use_bias=False, name=f"{name}_column")
    return depthwise_conv(x, (1, kernel_size), name=f"{name}_row", **options)


def grouped_conv(
    x, filters: int, kernel_size=3, *, groups: int, implementation="split", strides=1,
    padding="same", activation="relu", use_bias=None, batch_normalization=False, name=None,
):  # fmt: skip
    """Convolution in groups: group i of the filters sees only group i of the channels.

    (H, W, C) -> (H / strides, W / strides, filters). implementation "native" is conv(groups=...):
    one layer, but its training is many times slower on the CPU with TensorFlow and JAX. "split"
    cuts the channels, gives each group a convolution of its own and joins the results: fast. The
    answers are the same for the same weights, numpy.split(native_kernel, groups, axis=-1).
    """
    _one_of("implementation", implementation, "split", "native")
    _divisible(groups, "channels", _channels(x))
    _divisible(groups, "filters", filters)
    name = name or _unique("grouped_conv")
    x, padding = _pad(x, kernel_size, strides, padding, name)
    options = _inside(activation, use_bias, batch_normalization)
    options |= {"strides": strides, "padding": padding}
    if implementation == "native" or groups == 1:
        x = conv(x, filters, kernel_size, groups=groups, name=name, **options)
    else:
        parts = [
            conv(part, filters // groups, kernel_size, name=f"{name}_group{i}", **options)
            for i, part in enumerate(_split(x, groups, name))
        ]
        x = layers.Concatenate(name=f"{name}_concat")(parts)
    return _finish(x, activation, batch_normalization, name)


def shufflenet_unit(
    x, filters: int, *, groups=3, group_first=True, strides=1, batch_normalization=True,
    name=None, **options,
):  # fmt: skip
    """ShuffleNet's unit: grouped 1x1 to filters / 4, shuffle, 3x3 depthwise, grouped 1x1.

    (H, W, C) -> (H / strides, W / strides, filters). The input is added, or at stride 2 its average
    pooling is joined to the result; then ReLU. group_first=False leaves the first 1x1 ungrouped, as
    in the unit after the stem. Zhang and others (2017), figure 2(b, c).
    """
    _one_of("group_first", group_first, True, False)
    name = name or _unique("shufflenet_unit")
    keeps_size = _keeps_size(x, filters, strides, **options)
    out = filters if keeps_size else filters - x.shape[-1]
    if out < 1:
        raise ValueError(
            f"filters={filters}: at strides=2 use more than the input's {x.shape[-1]}."
        )
    _divisible(4, "filters", filters)
    _divisible(groups, "filters / 4", filters // 4)
    options["batch_normalization"] = batch_normalization

    first = groups if group_first else 1
    y = grouped_conv(x, filters // 4, 1, groups=first, name=f"{name}_conv1", **options)
    y = ChannelShuffle(groups, name=f"{name}_shuffle")(y)
    y = depthwise_conv(y, strides=strides, activation=None, name=f"{name}_depthwise", **options)
    y = grouped_conv(y, out, 1, groups=groups, activation=None, name=f"{name}_conv2", **options)
    if keeps_size:
        y = layers.Add(name=f"{name}_add")([x, y])
    else:
        # Not padding="same": on torch its averages are wrong (keras-team/keras pull 23233).
        x = layers.ZeroPadding2D(1, name=f"{name}_pool_pad")(x)
        x = layers.AveragePooling2D(3, strides=strides, name=f"{name}_pool")(x)
        y = layers.Concatenate(name=f"{name}_concat")([x, y])
    return layers.Activation("relu", name=f"{name}_relu")(y)


def shufflenet_v2_unit(
    x, filters: int, *, strides=1, batch_normalization=True, name=None, **options
):
    """The unit of ShuffleNet V2: one half of the channels passes; the other is convolved.

    (H, W, C) -> (H / strides, W / strides, filters). A ReLU comes after the 1x1 alone. At stride 2
    both halves read the whole input. Ma and others (2018), figure 3(c, d).
    """
    name = name or _unique("shufflenet_v2_unit")
    _divisible(2, "filters", filters)
    options["batch_normalization"] = batch_normalization
    window = options | {"strides": strides, "activation": None}

    if _keeps_size(x, filters, strides, **options):
        left, right = _split(x, 2, name)
    else:
        left = depthwise_conv(x, name=f"{name}_left_depthwise", **window)
        left, right = conv(left, filters // 2, 1, name=f"{name}_left_1x1", **options), x
    right = conv(right, filters // 2, 1, name=f"{name}_conv1", **options)
    right = depthwise_conv(right, name=f"{name}_depthwise", **window)
    right = conv(right, filters // 2, 1, name=f"{name}_conv2", **options)
    x = layers.Concatenate(name=f"{name}_concat")([left, right])
    return ChannelShuffle(2, name=f"{name}_shuffle")(x)


def upsample_conv(
    x, filters: int, kernel_size=3, *, size=2, interpolation="nearest", name=None, **options
):
    """Resize, then convolve: larger maps without a transposed convolution's checkerboard.

    (H, W, C) -> (size * H, size * W, filters). Odena, Dumoulin, Olah (2016).
    """
    _one_of("interpolation", interpolation, "nearest", "bilinear")
    name = name or _unique("upsample_conv")
    x = layers.UpSampling2D(size, interpolation=interpolation, name=f"{name}_resize")(x)
    return conv(x, filters, kernel_size, name=f"{name}_conv", **options)


@keras.saving.register_keras_serializable(package="helpers")
class ChannelShuffle(layers.Layer):
    """Deals the channels out anew, so that each group gets some of every group before.

    The channels are written as a table of groups rows and read column by column: channel
    i * (C / groups) + j moves to j * groups + i. Zhang and others (2017), section 3.1.
    """

    def __init__(self, groups: int, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups

    def build(self, input_shape):
        _divisible(self.groups, "channels", input_shape[-1])

    def call(self, x):
        *rest, channels = shape = ops.shape(x)
        x = ops.reshape(x, (*rest, self.groups, channels // self.groups))
        return ops.reshape(ops.swapaxes(x, -1, -2), shape)

    def get_config(self):
        return {**super().get_config(), "groups": self.groups}


@keras.saving.register_keras_serializable(package="helpers")
class ChannelSlice(layers.Layer):
    """Channels start to stop - 1: x[..., start:stop] as a layer, with its row in summary()."""

    def __init__(self, start: int, stop: int, **kwargs):
        super().__init__(**kwargs)
        self.start, self.stop = start, stop

    def call(self, x):
        return x[..., self.start : self.stop]

    def get_config(self):
        return {**super().get_config(), "start": self.start, "stop": self.stop}


# The parts that several blocks share


def _unique(prefix: str) -> str:
    return f"{prefix}_{keras.backend.get_uid(prefix)}"


def _pair(size) -> tuple:
    return tuple(size) if isinstance(size, (tuple, list)) else (size, size)


def _pad(x, kernel_size, strides, padding, name):
    """Adds the zeros of "symmetric" where they differ from Keras' "same": only at strides > 1."""
    _channels(x)
    if padding != "symmetric":
        return x, padding
    if any(k % 2 == 0 for k in _pair(kernel_size)):
        raise ValueError(f'kernel_size={kernel_size}: padding="symmetric" needs an odd one.')
    zeros = [k // 2 for k in _pair(kernel_size)]
    if _pair(strides) == (1, 1) or not any(zeros):
        return x, "same"
    return layers.ZeroPadding2D(zeros, name=f"{name}_pad")(x), "valid"


def _inside(activation, use_bias, batch_normalization) -> dict:
    """What the convolution layer itself does: with a normalization after it, less."""
    _one_of("use_bias", use_bias, None, True, False)
    given = batch_normalization
    if not isinstance(given, bool) and not (isinstance(given, dict) and given):
        raise ValueError(f"batch_normalization={given!r}: use True, False or a dict of arguments.")
    use_bias = not given if use_bias is None else use_bias
    return {"activation": None if given else activation, "use_bias": use_bias}


def _finish(x, activation, batch_normalization, name):
    """Normalization and then activation; without the first the convolution did the second."""
    if not batch_normalization:
        return x
    given = {} if batch_normalization is True else batch_normalization
    x = layers.BatchNormalization(**BATCH_NORMALIZATION | given, name=f"{name}_bn")(x)
    if activation is None:
        return x
    word = activation if isinstance(activation, str) else "activation"
    return layers.Activation(activation, name=f"{name}_{word}")(x)


def _split(x, parts, name):
    """The channels in equal parts, one layer each: keras.ops.split has no row in summary()."""
    n = x.shape[-1] // parts
    return [ChannelSlice(i * n, (i + 1) * n, name=f"{name}_split{i}")(x) for i in range(parts)]


def _shortcut(x, filters, strides, shortcut, padding="same", **_):
    """ "auto" decided. What does not fit is an error: Add might broadcast it."""
    _one_of("shortcut", shortcut, "auto", "identity", "projection", None)
    _one_of("padding", padding, "same", "symmetric")
    fits = _channels(x) == filters and _pair(strides) == (1, 1)
    if shortcut == "auto":
        return "identity" if fits else "projection"
    if shortcut == "identity" and not fits:
        raise ValueError(
            f'shortcut="identity" adds {x.shape[-1]} channels at strides=1 to {filters} channels '
            f'at strides={strides}. Use shortcut="projection", or make the two equal.'
        )
    return shortcut


def _keeps_size(x, filters, strides, padding="same", **_) -> bool:
    """Whether a shuffle unit is at stride 1, where it must keep the number of channels."""
    _one_of("padding", padding, "same", "symmetric")
    keeps = _pair(strides) == (1, 1)
    if keeps and _channels(x) != filters:
        raise ValueError(f"filters={filters}: at strides=1 use {x.shape[-1]}, as the input has.")
    return keeps


def _channels(x) -> int:
    if keras.config.image_data_format() != "channels_last":
        raise ValueError('Call keras.config.set_image_data_format("channels_last") first.')
    shape = getattr(x, "shape", ())
    if len(shape) != 4 or shape[-1] is None:
        raise ValueError(f"{x!r} is not (batch, height, width, channels), with channels known.")
    return shape[-1]


def _one_of(name, value, *words) -> None:
    if value not in words:
        raise ValueError(f"{name}={value!r}: use one of {', '.join(map(repr, words))}.")


def _divisible(groups, name, count) -> None:
    if groups < 1:
        raise ValueError(f"groups={groups}: use a whole number of 1 or more.")
    if count % groups:
        near = max(groups, round(count / groups) * groups)
        hint = f"use a multiple of {groups}, such as {near}, or another number of groups."
        raise ValueError(f"{name}={count} cannot be divided into {groups} equal groups: {hint}")
