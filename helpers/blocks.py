"""The building blocks of convolutional networks, as functions on Keras tensors.

Every function takes a 4-D tensor (batch, height, width, channels), adds plain Keras layers to it
and returns the new tensor, so model.summary() shows each inner layer and any of them can be read.
Height and width may be None.

Words that all blocks share:

* ``name`` is the prefix of the inner layers' names: ``residual(x, 64, name="stage2_block1")`` makes
  ``stage2_block1_conv1``, ``stage2_block1_conv1_bn`` ... Without a name, Keras' own counter gives
  one: ``residual_1``, ``residual_2`` ...
* ``batch_normalization``: False, True, or a dict of arguments for BatchNormalization, such as
  ``{"momentum": 0.99}``. True means BATCH_NORMALIZATION, below.
* ``use_bias``: None gives a convolution a bias only where no BatchNormalization follows, because
  the normalization subtracts any bias again.
* ``padding``: "same" is Keras' rule, where at stride 2 the odd zero goes to the end; "symmetric"
  puts kernel_size // 2 zeros on each side, as other frameworks do, so that their weights fit.
  Both give ceil(size / strides) positions.

Every block looks at its arguments first and raises ValueError before any layer is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import keras
from keras import layers, ops

# Momentum and epsilon of the published nets. Keras' own momentum, 0.99, needs hundreds of steps
# before the moving statistics are of use; a short training does not have them.
BATCH_NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}

Activation = str | Callable | None
BatchNormalization = bool | dict[str, Any]


def conv(
    x,
    filters: int,
    *,
    kernel_size: int | tuple[int, int] = 3,
    strides: int = 1,
    padding: str = "same",
    groups: int = 1,
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """Convolution, then normalization if asked for, then activation: what other blocks consist of.

    (H, W, C) -> (H / strides, W / strides, filters). padding may also be "valid". The layers are
    called name, name_bn and name_relu; a padding layer before them is called name_pad.
    """
    channels = _check(**locals(), valid=True)
    _check_groups(groups, channels=channels, filters=filters)
    name = name or _unique("conv")
    x, padding = _pad(x, kernel_size, strides, padding, name)
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        groups=groups,
        name=name,
        **_inside(activation, use_bias, batch_normalization),
    )(x)
    return _normalize(x, batch_normalization, activation, name)


def projection(
    x,
    filters: int,
    *,
    strides: int = 1,
    activation: Activation = None,
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """1x1 convolution: one and the same linear map for the channels of every pixel.

    (H, W, C) -> (H / strides, W / strides, filters). Lin, Chen, Yan (2013), section 3.1.
    """
    return conv(
        x,
        filters,
        kernel_size=1,
        strides=strides,
        activation=activation,
        use_bias=use_bias,
        batch_normalization=batch_normalization,
        name=name or _unique("projection"),
    )


def mlpconv(
    x,
    filters: int | Sequence[int],
    *,
    kernel_size: int = 3,
    strides: int = 1,
    padding: str = "same",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """A k x k convolution and then 1x1 convolutions, all with activation.

    filters: one number for each of them, (192, 160, 96); a single number stands for three equal
    ones. (H, W, C) -> (H / strides, W / strides, last filters). Lin, Chen, Yan (2013), section 3.1.
    """
    filters = (filters,) * 3 if isinstance(filters, Integral) else filters
    _check(**locals(), valid=True)
    if len(filters) < 2:
        raise ValueError(
            f"filters={filters} is too short: mlpconv needs a number for the {kernel_size}x"
            f"{kernel_size} convolution and one for each 1x1 after it, such as (192, 160, 96)."
        )
    name = name or _unique("mlpconv")
    window = {"kernel_size": kernel_size, "strides": strides, "padding": padding}
    options = _options(activation, use_bias, batch_normalization)
    x = conv(x, filters[0], name=f"{name}_conv", **window, **options)
    for i, count in enumerate(filters[1:], start=1):
        x = projection(x, count, name=f"{name}_1x1_{i}", **options)
    return x


def inception_naive(
    x,
    f1: int,
    f3: int,
    f5: int,
    *,
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """1x1, 3x3 and 5x5 convolutions and a 3x3 max pooling side by side.

    (H, W, C) -> (H, W, f1 + f3 + f5 + C): the pooled channels come on top, so depth only grows.
    Szegedy and others (2014), figure 2(a).
    """
    _check(**locals())
    name = name or _unique("inception_naive")
    options = _options(activation, use_bias, batch_normalization)
    branches = [
        projection(x, f1, name=f"{name}_1x1", **options),
        conv(x, f3, kernel_size=3, name=f"{name}_3x3", **options),
        conv(x, f5, kernel_size=5, name=f"{name}_5x5", **options),
        layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x),
    ]
    return layers.Concatenate(name=f"{name}_concat")(branches)


def inception(
    x,
    f1: int,
    f3_reduce: int,
    f3: int,
    f5_reduce: int,
    f5: int,
    pool_projection: int,
    *,
    kernel_5: int = 5,
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """The Inception module: 1x1 reductions before the 3x3 and the 5x5, and one after the pooling.

    (H, W, C) -> (H, W, f1 + f3 + f5 + pool_projection). Szegedy and others (2014), figure 2(b).
    kernel_5=3 rebuilds torchvision's GoogLeNet, whose 5x5 branch is a 3x3 (pytorch/vision 906).
    """
    _check(**locals())
    name = name or _unique("inception")
    options = _options(activation, use_bias, batch_normalization)
    branch_1 = projection(x, f1, name=f"{name}_1x1", **options)
    branch_3 = projection(x, f3_reduce, name=f"{name}_3x3_reduce", **options)
    branch_3 = conv(branch_3, f3, kernel_size=3, name=f"{name}_3x3", **options)
    branch_5 = projection(x, f5_reduce, name=f"{name}_5x5_reduce", **options)
    branch_5 = conv(branch_5, f5, kernel_size=kernel_5, name=f"{name}_5x5", **options)
    pool = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
    pool = projection(pool, pool_projection, name=f"{name}_pool_projection", **options)
    return layers.Concatenate(name=f"{name}_concat")([branch_1, branch_3, branch_5, pool])


def residual(
    x,
    filters: int,
    *,
    kernel_size: int = 3,
    strides: int = 1,
    shortcut: str | None = "auto",
    padding: str = "same",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = True,
    name: str | None = None,
):
    """The basic residual block: two convolutions, the input added, then the activation.

    (H, W, C) -> (H / strides, W / strides, filters). shortcut "identity" adds the input itself,
    "projection" a linear 1x1 convolution of it with a normalization of its own, "auto" takes the
    identity where the shapes allow it; None adds nothing and leaves a plain net to compare with.
    He and others (2015), figure 5 left.
    """
    _check(**locals())
    shortcut = _choose_shortcut(x, filters, strides, shortcut)
    name = name or _unique("residual")
    window = {"kernel_size": kernel_size, "padding": padding}
    options = _options(activation, use_bias, batch_normalization)
    linear = options | {"activation": None}
    y = conv(x, filters, strides=strides, name=f"{name}_conv1", **window, **options)
    y = conv(y, filters, name=f"{name}_conv2", **window, **linear)
    return _add_shortcut(x, y, shortcut, strides, options, name)


def bottleneck(
    x,
    filters: int,
    *,
    expansion: int = 4,
    strides: int = 1,
    strides_in: str = "3x3",
    groups: int = 1,
    base_width: int = 64,
    grouping: str = "split",
    shortcut: str | None = "auto",
    padding: str = "same",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = True,
    name: str | None = None,
):
    """The bottleneck residual block: 1x1 to few channels, 3x3 among them, 1x1 back to many.

    (H, W, C) -> (H / strides, W / strides, expansion * filters). strides_in: "1x1" as in the paper
    and in keras.applications, "3x3" as in torchvision. groups and base_width make ResNeXt: the 3x3
    then has groups * (filters * base_width // 64) filters; grouping is that of grouped_conv. The
    shortcut is that of residual. He and others (2015), figure 5 right; Xie and others (2016).
    """
    _check(**locals())
    inner = groups * max(1, filters * base_width // 64)
    shortcut = _choose_shortcut(x, expansion * filters, strides, shortcut)
    name = name or _unique("bottleneck")
    options = _options(activation, use_bias, batch_normalization)
    first, second = (strides, 1) if strides_in == "1x1" else (1, strides)
    y = projection(x, inner, strides=first, name=f"{name}_conv1", **options)
    window = {"strides": second, "padding": padding, "groups": groups, "grouping": grouping}
    y = grouped_conv(y, inner, name=f"{name}_conv2", **window, **options)
    linear = options | {"activation": None}
    y = projection(y, expansion * filters, name=f"{name}_conv3", **linear)
    return _add_shortcut(x, y, shortcut, strides, options, name)


def depthwise_separable(
    x,
    filters: int,
    *,
    kernel_size: int = 3,
    strides: int = 1,
    padding: str = "same",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = True,
    name: str | None = None,
):
    """One k x k kernel per channel, then a 1x1 convolution across channels, each with activation.

    (H, W, C) -> (H / strides, W / strides, filters). Howard and others (2017), figure 3.
    """
    _check(**locals(), valid=True)
    name = name or _unique("depthwise_separable")
    options = _options(activation, use_bias, batch_normalization)
    x = _depthwise(x, kernel_size, strides, padding, name=f"{name}_depthwise", **options)
    return projection(x, filters, name=f"{name}_pointwise", **options)


def spatially_separable(
    x,
    filters: int,
    *,
    kernel_size: int = 3,
    middle_filters: int | None = None,
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """A column of k x 1 and then a row of 1 x k in place of a k x k kernel.

    (H, W, C) -> (H, W, filters). Between the two are middle_filters channels (as many as filters if
    None), without bias, normalization or activation, so that the pair is one linear map.
    """
    middle_filters = filters if middle_filters is None else middle_filters
    _check(**locals())
    name = name or _unique("spatially_separable")
    options = _options(activation, use_bias, batch_normalization)
    linear = _options(None, False, False)
    x = conv(x, middle_filters, kernel_size=(kernel_size, 1), name=f"{name}_column", **linear)
    return conv(x, filters, kernel_size=(1, kernel_size), name=f"{name}_row", **options)


def flattened(
    x,
    filters: int,
    *,
    kernel_size: int = 3,
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """Each filter as three 1-D ones: across the channels, down a column, along a row.

    (H, W, C) -> (H, W, filters) with C + 2 * kernel_size weights a filter. Only the last of the
    three has bias, normalization and activation. Jin, Dundar, Culurciello (2014), section 3.2.
    """
    _check(**locals())
    name = name or _unique("flattened")
    options = _options(activation, use_bias, batch_normalization)
    linear = _options(None, False, False)
    x = projection(x, filters, name=f"{name}_channels", **linear)
    x = _depthwise(x, (kernel_size, 1), name=f"{name}_column", **linear)
    return _depthwise(x, (1, kernel_size), name=f"{name}_row", **options)


def grouped_conv(
    x,
    filters: int,
    *,
    groups: int,
    kernel_size: int = 3,
    strides: int = 1,
    padding: str = "same",
    grouping: str = "split",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """Convolution in groups: group i of the filters sees only group i of the channels.

    (H, W, C) -> (H / strides, W / strides, filters). grouping "native" is Conv2D(groups=...): one
    layer, but its training is many times slower on the CPU with TensorFlow and JAX. "split" cuts
    the channels, gives each group a Conv2D of its own and joins the results: fast. The answers are
    the same for the same weights, numpy.split(native_kernel, groups, axis=-1).
    """
    channels = _check(**locals(), valid=True)
    _check_groups(groups, channels=channels, filters=filters)
    name = name or _unique("grouped_conv")
    options = _options(activation, use_bias, batch_normalization)
    if grouping == "native" or groups == 1:
        window = {"kernel_size": kernel_size, "strides": strides, "padding": padding}
        return conv(x, filters, groups=groups, name=name, **window, **options)
    x, padding = _pad(x, kernel_size, strides, padding, name)
    window = {"kernel_size": kernel_size, "strides": strides, "padding": padding}
    inside = _inside(**options)
    parts = [
        layers.Conv2D(filters // groups, name=f"{name}_group{i}", **window, **inside)(part)
        for i, part in enumerate(_split(x, groups, name))
    ]
    x = layers.Concatenate(name=f"{name}_concat")(parts)
    return _normalize(x, batch_normalization, activation, name)


def shuffle_unit(
    x,
    filters: int,
    *,
    strides: int = 1,
    version: int = 2,
    groups: int = 3,
    group_first: bool = True,
    padding: str = "same",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = True,
    name: str | None = None,
):
    """The unit of ShuffleNet, (H, W, C) -> (H / strides, W / strides, filters).

    version 1: grouped 1x1 to filters / 4, shuffle, 3x3 depthwise, grouped 1x1; the input is added,
    or at stride 2 its average pooling is joined to it. group_first=False leaves the first 1x1
    ungrouped, as for the unit after the stem. Zhang and others (2017), figure 2(b, c).
    version 2: one half of the channels passes, the other goes through 1x1, 3x3 depthwise, 1x1; at
    stride 2 both halves read the whole input; join and shuffle. groups is of no use there.
    Ma and others (2018), figure 3(c, d).
    """
    channels = _check(**locals())
    if strides == 1 and channels != filters:
        raise ValueError(
            f"filters={filters} for an input of {channels} channels: at strides=1 a shuffle unit "
            f"keeps the number of channels. Use filters={channels}, or strides=2."
        )
    name = name or _unique("shuffle_unit")
    options = _options(activation, use_bias, batch_normalization)
    if version == 1:
        return _shuffle_unit_v1(x, filters, strides, groups, group_first, padding, options, name)
    return _shuffle_unit_v2(x, filters, strides, padding, options, name)


def upsample_conv(
    x,
    filters: int,
    *,
    size: int = 2,
    kernel_size: int = 3,
    interpolation: str = "nearest",
    activation: Activation = "relu",
    use_bias: bool | None = None,
    batch_normalization: BatchNormalization = False,
    name: str | None = None,
):
    """Resize, then convolve: larger maps without a transposed convolution's checkerboard.

    (H, W, C) -> (size * H, size * W, filters). interpolation "nearest" or "bilinear".
    Odena, Dumoulin, Olah (2016).
    """
    _check(**locals())
    name = name or _unique("upsample_conv")
    x = layers.UpSampling2D(size, interpolation=interpolation, name=f"{name}_resize")(x)
    options = _options(activation, use_bias, batch_normalization)
    return conv(x, filters, kernel_size=kernel_size, name=f"{name}_conv", **options)


@keras.saving.register_keras_serializable(package="helpers")
class ChannelShuffle(layers.Layer):
    """Deals the channels out anew, so that each group gets some of every group before.

    The channels are written as a table of groups rows and read column by column: channel
    i * (C / groups) + j moves to j * groups + i. Shape and values stay; any height and width.
    Zhang and others (2017), section 3.1.
    """

    def __init__(self, groups: int, **kwargs):
        super().__init__(**kwargs)
        _check_counts(groups=groups)
        self.groups = groups

    def build(self, input_shape):
        _check_groups(self.groups, channels=input_shape[-1])

    def call(self, x):
        shape = ops.shape(x)
        rest = tuple(shape[:-1])
        x = ops.reshape(x, (*rest, self.groups, x.shape[-1] // self.groups))
        return ops.reshape(ops.swapaxes(x, -1, -2), shape)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "groups": self.groups}


# The parts that several blocks share


def _options(activation, use_bias, batch_normalization) -> dict:
    return {
        "activation": activation,
        "use_bias": use_bias,
        "batch_normalization": batch_normalization,
    }


def _inside(activation, use_bias, batch_normalization) -> dict:
    """What the convolution layer itself does: with a normalization after it, less."""
    return {
        "activation": None if batch_normalization else activation,
        "use_bias": not batch_normalization if use_bias is None else use_bias,
    }


def _unique(prefix: str) -> str:
    return f"{prefix}_{keras.backend.get_uid(prefix)}"


def _pad(x, kernel_size, strides: int, padding: str, name: str):
    """Adds the zeros of "symmetric" where they differ from Keras' "same": only at strides > 1."""
    if padding != "symmetric":
        return x, padding
    zeros = [k // 2 for k in _pair(kernel_size)]
    if strides == 1 or zeros == [0, 0]:
        return x, "same"
    return layers.ZeroPadding2D(zeros, name=f"{name}_pad")(x), "valid"


def _normalize(x, batch_normalization, activation, name: str):
    if not batch_normalization:
        return x  # the convolution has its activation already
    given = batch_normalization if isinstance(batch_normalization, dict) else {}
    x = layers.BatchNormalization(**BATCH_NORMALIZATION | given, name=f"{name}_bn")(x)
    return _activate(x, activation, name)


def _activate(x, activation, name: str):
    if activation is None:
        return x
    word = activation if isinstance(activation, str) else "activation"
    return layers.Activation(activation, name=f"{name}_{word}")(x)


def _depthwise(x, kernel_size, strides=1, padding="same", *, name, **options):
    x, padding = _pad(x, kernel_size, strides, padding, name)
    x = layers.DepthwiseConv2D(
        kernel_size, strides=strides, padding=padding, name=name, **_inside(**options)
    )(x)
    return _normalize(x, options["batch_normalization"], options["activation"], name)


def _split(x, parts: int, name: str) -> list:
    """The channels in equal parts, one layer each."""
    channels = x.shape[-1]
    step = channels // parts
    # Cropping2D crops the last two axes of what it is told is channels_first: here the width, by
    # nothing, and the channels. keras.ops.split would not appear in summary().
    return [
        layers.Cropping2D(
            ((0, 0), (i * step, channels - (i + 1) * step)),
            data_format="channels_first",
            name=f"{name}_split{i}",
        )(x)
        for i in range(parts)
    ]


def _choose_shortcut(x, filters: int, strides: int, shortcut: str | None) -> str | None:
    """ "auto" decided; an identity whose shape differs is an error, Add would broadcast it."""
    fits = strides == 1 and x.shape[-1] == filters
    if shortcut == "auto":
        return "identity" if fits else "projection"
    if shortcut == "identity" and not fits:
        height, width = (n and math.ceil(n / strides) for n in x.shape[1:3])
        raise ValueError(
            f'shortcut="identity" cannot add the input {tuple(x.shape)} to the block\'s output '
            f"{(x.shape[0], height, width, filters)}: the shapes must be equal. "
            f'Use shortcut="projection" or "auto", or make the block keep the shape: strides=1 '
            f"and {x.shape[-1]} channels at its end."
        )
    return shortcut


def _add_shortcut(x, y, shortcut, strides: int, options: dict, name: str):
    if shortcut == "projection":
        linear = options | {"activation": None}
        x = projection(x, y.shape[-1], strides=strides, name=f"{name}_shortcut", **linear)
    if shortcut is not None:
        y = layers.Add(name=f"{name}_add")([x, y])
    return _activate(y, options["activation"], name)


def _shuffle_unit_v1(x, filters, strides, groups, group_first, padding, options, name):
    channels = x.shape[-1]
    out = filters if strides == 1 else filters - channels
    if out < 1:
        raise ValueError(
            f"filters={filters} for an input of {channels} channels: at strides={strides} the "
            f"pooled input is joined to the result. Use more than {channels} filters."
        )
    inner = filters // 4
    first = groups if group_first else 1
    _check_groups(4, filters=filters)
    _check_groups(first, channels=channels)
    _check_groups(groups, **{"filters // 4": inner, "filters of the last 1x1": out})
    linear = options | {"activation": None}
    y = grouped_conv(x, inner, groups=first, kernel_size=1, name=f"{name}_conv1", **options)
    y = ChannelShuffle(groups, name=f"{name}_shuffle")(y)
    y = _depthwise(y, 3, strides, padding, name=f"{name}_depthwise", **linear)
    y = grouped_conv(y, out, groups=groups, kernel_size=1, name=f"{name}_conv2", **linear)
    if strides == 1:
        y = layers.Add(name=f"{name}_add")([x, y])
    else:
        # Padded by a layer of its own, because AveragePooling2D(padding="same") is wrong on the
        # torch backend where the padding is not symmetric (Keras 3.15.1).
        x = layers.ZeroPadding2D(1, name=f"{name}_pool_pad")(x)
        x = layers.AveragePooling2D(3, strides=strides, name=f"{name}_pool")(x)
        y = layers.Concatenate(name=f"{name}_concat")([x, y])
    return _activate(y, options["activation"], name)


def _shuffle_unit_v2(x, filters, strides, padding, options, name):
    _check_groups(2, filters=filters)
    linear = options | {"activation": None}
    if strides == 1:
        left, right = _split(x, 2, name)
    else:
        left = _depthwise(x, 3, strides, padding, name=f"{name}_left_depthwise", **linear)
        left = projection(left, filters // 2, name=f"{name}_left_1x1", **options)
        right = x
    right = projection(right, filters // 2, name=f"{name}_conv1", **options)
    right = _depthwise(right, 3, strides, padding, name=f"{name}_depthwise", **linear)
    right = projection(right, filters // 2, name=f"{name}_conv2", **options)
    x = layers.Concatenate(name=f"{name}_concat")([left, right])
    return ChannelShuffle(2, name=f"{name}_shuffle")(x)


# Looking at the arguments

_WORDS = {
    "padding": ("same", "symmetric"),
    "shortcut": ("auto", "identity", "projection", None),
    "strides_in": ("1x1", "3x3"),
    "grouping": ("split", "native"),
    "interpolation": ("nearest", "bilinear"),
    "version": (1, 2),
}
_UNCHECKED = ("name", "use_bias", "batch_normalization", "group_first")


def _check(x, *, activation=None, valid=False, **arguments) -> int:
    """Looks at the input and at every argument of a block; returns the input's channels.

    valid says that the block can do without padding.
    """
    if keras.config.image_data_format() != "channels_last":
        raise ValueError(
            'the image data format is "channels_first", but these blocks are written for channels '
            'last. Call keras.config.set_image_data_format("channels_last") first.'
        )
    shape = tuple(getattr(x, "shape", ()))
    if len(shape) != 4 or shape[-1] is None:
        raise ValueError(
            f"the input has shape {shape}, but a block needs (batch, height, width, channels) with "
            "a known number of channels, for example keras.Input((None, None, 64))."
        )
    keras.activations.get(activation)  # a ValueError of its own for an unknown word
    for key, value in arguments.items():
        if key in _WORDS:
            known = _WORDS[key] + (("valid",) if valid and key == "padding" else ())
            if value not in known:
                expected = ", ".join(map(repr, known))
                raise ValueError(f"{key}={value!r} is unknown. Use one of: {expected}.")
        elif key not in _UNCHECKED:
            _check_counts(**{key: value})
    kernel_size = arguments.get("kernel_size", 1)
    if arguments.get("padding") == "symmetric" and any(k % 2 == 0 for k in _pair(kernel_size)):
        raise ValueError(
            f'kernel_size={kernel_size} cannot have padding="symmetric": an even kernel has no '
            'middle. Use an odd kernel_size, or padding="same".'
        )
    return shape[-1]


def _check_counts(**counts) -> None:
    for key, value in counts.items():
        for number in value if isinstance(value, (tuple, list)) else (value,):
            if not isinstance(number, Integral) or isinstance(number, bool) or number < 1:
                raise ValueError(
                    f"{key}={value!r} is not possible. Use a whole number of 1 or more for {key}."
                )


def _check_groups(groups: int, **counts) -> None:
    for key, value in counts.items():
        if value % groups:
            near = max(groups, round(value / groups) * groups)
            raise ValueError(
                f"{key}={value} cannot be divided into {groups} equal groups. "
                f"Use a multiple of {groups}, such as {near}, or another number of groups."
            )


def _pair(kernel_size) -> tuple[int, int]:
    return kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
