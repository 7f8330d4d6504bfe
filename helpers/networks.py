"""Published networks, made of the blocks of helpers.blocks.

Every function returns an untrained keras.Model with the published number of parameters, and makes
a small net for small images out of the same lines. "Parameters" are the trainable ones, as in the
papers; model.count_params() adds the moving statistics. Arguments that several share:

* ``input_shape``: (height, width, channels). None for open sizes, but for lenet5 and heads.
* ``width`` multiplies every number of filters (``alpha`` in MobileNet). More than 0.
* ``small_images=True`` is for images of some 14 to 64 pixels: the layers in front keep the size,
  where the published ones reduce it by 4 (by 2 in MobileNet).
* ``batch_normalization``: as in helpers.blocks. True is what ResNet has; others say what they have.
* ``classifier_activation``: "softmax" for probabilities, None for logits.
"""

from __future__ import annotations

import keras
from keras import layers

from helpers import blocks

Shape = tuple[int | None, int | None, int]


def lenet5(
    *,
    input_shape: Shape = (28, 28, 1),
    classes: int = 10,
    width: float = 1.0,
    activation: str = "relu",
    pooling: str = "max",
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """LeNet-5 as it is taught today: every filter of the second layer reads all six maps.

    61,706 parameters on 28x28 images, which its first layer pads to the paper's 32x32. LeCun and
    others (1998) used activation="tanh" and pooling="average" with two parameters for each map.
    """
    if pooling not in ("max", "average"):
        raise ValueError(f"pooling={pooling!r} is unknown. Use one of: 'max', 'average'.")
    pool = layers.MaxPooling2D if pooling == "max" else layers.AveragePooling2D
    options = {"kernel_size": 5, "activation": activation}
    inputs = keras.Input(input_shape)
    x = blocks.conv(inputs, _times(6, width), name="conv1", **options)
    x = pool(2, name="pool1")(x)
    _fixed(x, 6, "conv2")
    x = blocks.conv(x, _times(16, width), padding="valid", name="conv2", **options)
    x = pool(2, name="pool2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(_times(120, width), activation=activation, name="dense1")(x)
    x = layers.Dense(_times(84, width), activation=activation, name="dense2")(x)
    x = layers.Dense(classes, activation=classifier_activation, name="predictions")(x)
    return keras.Model(inputs, x, name="lenet5")


def network_in_network(
    *,
    input_shape: Shape = (32, 32, 3),
    classes: int = 10,
    width: float = 1.0,
    dropout: float = 0.5,
    batch_normalization: bool | dict = False,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """Network in Network for CIFAR-10: 966,986 parameters, none of them in a dense layer.

    The last 1x1 makes one map for each class, and the mean of a map is the class's score.
    Lin, Chen, Yan (2013). Numbers of filters, pooling (maximum, then mean) and the last ReLU are
    those of the authors' Caffe model, read in Lasagne/Recipes, modelzoo/cifar10_nin.py.
    """
    options = {"batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    filters = [_times(n, width) for n in (192, 160, 96)]
    x = blocks.mlpconv(inputs, filters, kernel_size=5, name="mlpconv1", **options)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    x = layers.Dropout(dropout, name="dropout1")(x)
    filters = _times(192, width)
    x = blocks.mlpconv(x, filters, kernel_size=5, name="mlpconv2", **options)
    # A mean of the pixels inside the map (on torch only after keras-team/keras pull 23233).
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="pool2")(x)
    x = layers.Dropout(dropout, name="dropout2")(x)
    x = blocks.mlpconv(x, (filters, filters, classes), kernel_size=3, name="mlpconv3", **options)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    x = layers.Activation(classifier_activation, name="predictions")(x)
    return keras.Model(inputs, x, name="network_in_network")


# Szegedy and others (2014), table 1: f1, f3_reduce, f3, f5_reduce, f5, pool_projection
INCEPTION_FILTERS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def googlenet(
    *,
    input_shape: Shape = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    small_images: bool = False,
    auxiliary_heads: bool = False,
    kernel_5: int = 5,
    padding: str = "same",
    dropout: float = 0.4,
    batch_normalization: bool | dict = False,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """GoogLeNet, nine Inception modules: 6,998,552 parameters. Szegedy and others (2014), table 1.

    The paper's local response normalization, without parameters, is left out: its answers differ.
    auxiliary_heads=True gives three outputs: the main one, then those behind modules 4a and 4d.
    torchvision's variant: kernel_5=3, padding="symmetric", batch_normalization={"epsilon": 1e-3}.
    """
    options = {"batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    x = _stem(inputs, _times(64, width), small_images, padding, options)
    if not small_images:
        x = _pool(x, "same", name="pool1")
    x = blocks.conv(x, _times(64, width), 1, name="conv2_reduce", **options)
    x = blocks.conv(x, _times(192, width), name="conv2", **options)
    outputs = []
    for module, filters in INCEPTION_FILTERS.items():
        if module in ("3a", "4a", "5a") and not (small_images and module == "3a"):
            x = _pool(x, "same", name=f"pool_{module}")
        filters = [_times(n, width) for n in filters]
        name = f"inception_{module}"
        x = blocks.inception(x, *filters, kernel_5=kernel_5, name=name, **options)
        if auxiliary_heads and module in ("4a", "4d"):
            name = f"auxiliary_{module}"
            outputs.append(_auxiliary(x, classes, width, options, classifier_activation, name))
    x = _classifier(x, classes, classifier_activation, dropout)
    return keras.Model(inputs, [x, *outputs] if outputs else x, name="googlenet")


def _auxiliary(x, classes, width, options, activation, name):
    """A classifier on a layer in the middle: its loss, times 0.3, is added in training."""
    _fixed(x, 5, name)
    x = layers.AveragePooling2D(5, strides=3, name=f"{name}_pool")(x)
    x = blocks.conv(x, _times(128, width), 1, name=f"{name}_projection", **options)
    x = layers.Flatten(name=f"{name}_flatten")(x)
    x = layers.Dense(_times(1024, width), activation="relu", name=f"{name}_dense")(x)
    x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
    return layers.Dense(classes, activation=activation, name=f"{name}_predictions")(x)


RESNET_BLOCKS = {
    18: (2, 2, 2, 2), 34: (3, 4, 6, 3),
    50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3),
}  # fmt: skip


def resnet(
    depth: int = 50,
    *,
    input_shape: Shape = (224, 224, 3),
    classes: int = 1000,
    width: float = 1.0,
    small_images: bool = False,
    shortcuts: bool = True,
    padding: str = "same",
    use_bias: bool | None = None,
    batch_normalization: bool | dict = True,
    classifier_activation: str | None = "softmax",
    name: str | None = None,
    **block_arguments,
) -> keras.Model:
    """ResNet of 18 or 34 (basic blocks), 50, 101 or 152 layers (bottlenecks). He (2015), table 1.

    shortcuts=False leaves the plain net. block_arguments go to the blocks. As it stands it is
    torchvision's net (ResNet-50: 25,557,032 parameters), whose weights also need
    padding="symmetric". keras.applications' (25,583,592; count_params 25,636,712) is that with
    stride_in_1x1=True, use_bias=True, batch_normalization={"epsilon": 1.001e-5, "momentum": 0.99}.
    """
    if depth not in RESNET_BLOCKS:
        known = ", ".join(map(str, RESNET_BLOCKS))
        raise ValueError(f"depth={depth!r}: use one of {known}. resnet_cifar takes other depths.")
    options = {"use_bias": use_bias, "batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    x = _stem(inputs, _times(64, width), small_images, padding, options)
    if not small_images:
        x = _pool(x, padding, name="pool1")
    options |= {"padding": padding, "shortcut": "auto" if shortcuts else None, **block_arguments}
    block = blocks.residual if depth < 50 else blocks.bottleneck
    filters = [_times(n, width) for n in (64, 128, 256, 512)]
    x = _stages(x, block, filters, RESNET_BLOCKS[depth], options)
    x = _classifier(x, classes, classifier_activation)
    return keras.Model(inputs, x, name=name or f"resnet{depth}")


def resnext50(*, groups: int = 32, base_width: int = 4, name: str = "resnext50", **arguments):
    """ResNeXt-50 32x4d: 25,028,904 parameters. The other arguments are those of resnet.

    Grouped 3x3 train slowly on a CPU: see blocks.grouped_conv. Xie and others (2016), table 1.
    """
    return resnet(50, groups=groups, base_width=base_width, name=name, **arguments)


def resnet_cifar(
    depth: int = 20,
    *,
    input_shape: Shape = (32, 32, 3),
    classes: int = 10,
    width: float = 1.0,
    shortcuts: bool = True,
    batch_normalization: bool | dict = True,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """The ResNet for CIFAR-10, of 8, 14, 20, 32 ... layers: three stages of 16, 32 and 64 filters.

    shortcuts=False leaves the plain net. He and others (2015), section 4.2, but with projections
    where they pad the input with zero channels: 272,474 parameters at depth 20, theirs has 269,722.
    """
    if depth not in range(8, 10_000, 6):
        raise ValueError(f"depth={depth!r} is not 6n + 2: use 8, 14, 20, 26, 32, 44, 56 or 110.")
    options = {"batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    filters = [_times(n, width) for n in (16, 32, 64)]
    x = blocks.conv(inputs, filters[0], name="conv1", **options)
    options["shortcut"] = "auto" if shortcuts else None
    x = _stages(x, blocks.residual, filters, [int(depth - 2) // 6] * 3, options)
    x = _classifier(x, classes, classifier_activation)
    return keras.Model(inputs, x, name=f"{'resnet' if shortcuts else 'plain'}{depth}")


def mobilenet(
    alpha: float = 1.0,
    *,
    input_shape: Shape = (224, 224, 3),
    classes: int = 1000,
    small_images: bool = False,
    dropout: float = 1e-3,
    activation: str = "relu6",
    batch_normalization: bool | dict = True,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """MobileNet: a convolution and 13 depthwise separable blocks.

    alpha=1.0 has 4,231,976 parameters (count_params 4,253,864). keras.applications' net has
    batch_normalization={"epsilon": 1e-3, "momentum": 0.99}. Howard and others (2017), table 1.
    """
    options = {"activation": activation, "batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    strides = 1 if small_images else 2
    x = blocks.conv(inputs, _times(32, alpha), strides=strides, name="conv1", **options)
    filters = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    for i, count in enumerate(filters, start=1):
        strides = 2 if i in (2, 4, 6, 12) else 1
        count = _times(count, alpha)
        x = blocks.depthwise_separable(x, count, strides=strides, name=f"block{i}", **options)
    x = layers.GlobalAveragePooling2D(keepdims=True, name="mean")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = blocks.projection(x, classes, name="classifier")  # on one pixel: a dense layer
    x = layers.Flatten(name="flatten")(x)
    x = layers.Activation(classifier_activation, name="predictions")(x)
    return keras.Model(inputs, x, name="mobilenet")


def shufflenet_v2(
    width: float = 1.0,
    *,
    input_shape: Shape = (224, 224, 3),
    classes: int = 1000,
    small_images: bool = False,
    padding: str = "same",
    batch_normalization: bool | dict = True,
    classifier_activation: str | None = "softmax",
) -> keras.Model:
    """ShuffleNet V2. Ma and others (2018), table 5.

    The published widths are 0.5, 1.0, 1.5 and 2.0, with 1,366,792, 2,278,604, 3,503,624 and
    7,393,996 parameters; others multiply the filters of 1.0.
    """
    published = {
        0.5: (24, 48, 96, 192, 1024),
        1.5: (24, 176, 352, 704, 1024),
        2.0: (24, 244, 488, 976, 2048),
    }
    scaled = [2 * _times(n / 2, width) for n in (24, 116, 232, 464, 1024)]
    first, *stages, last = published.get(width, scaled)
    options = {"padding": padding, "batch_normalization": batch_normalization}
    inputs = keras.Input(input_shape)
    x = blocks.conv(inputs, first, strides=1 if small_images else 2, name="conv1", **options)
    if not small_images:
        x = _pool(x, padding, name="pool1")
    x = _stages(x, blocks.shufflenet_v2_unit, stages, (4, 8, 4), options, "unit", first=2)
    x = blocks.conv(x, last, 1, name="conv5", **options)
    x = _classifier(x, classes, classifier_activation)
    return keras.Model(inputs, x, name="shufflenet_v2")


# The parts that several networks share


def _times(filters: float, width: float) -> int:
    if not width > 0:
        raise ValueError(f"{width!r} cannot multiply numbers of filters: use a number above 0.")
    return max(1, int(filters * width))


def _fixed(x, least: int, what: str) -> None:
    """An error where maps are too small for what comes, or of open size in front of a Dense."""
    if None in x.shape[1:3] or min(x.shape[1:3]) < least:
        found = f"not {x.shape[1]}x{x.shape[2]}"
        raise ValueError(f"{what} needs maps of {least}x{least} or more, {found}: see input_shape.")


def _stem(x, filters, small_images, padding, options):
    """The first convolution: 7x7 at stride 2, for small images 3x3 at stride 1."""
    size = {"kernel_size": 3} if small_images else {"kernel_size": 7, "strides": 2}
    return blocks.conv(x, filters, padding=padding, name="conv1", **size, **options)


def _pool(x, padding, name):
    """3x3 max pooling at stride 2. The padding's zeros cannot win: a ReLU came before."""
    if padding == "symmetric":
        x, padding = layers.ZeroPadding2D(1, name=f"{name}_pad")(x), "valid"
    return layers.MaxPooling2D(3, strides=2, padding=padding, name=name)(x)


def _stages(x, block, filters, repeats, options, word="block", first=1):
    """Stages of equal blocks; each begins with stride 2, the first one with stride first."""
    for stage, (count, number) in enumerate(zip(filters, repeats, strict=True), start=2):
        for i in range(1, number + 1):
            strides = 1 if i > 1 else first if stage == 2 else 2
            x = block(x, count, strides=strides, name=f"stage{stage}_{word}{i}", **options)
    return x


def _classifier(x, classes, activation, dropout=0.0):
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    if dropout:
        x = layers.Dropout(dropout, name="dropout")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)
