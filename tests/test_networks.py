"""The networks against published totals and against keras.applications, weight for weight."""

import re

import keras
import numpy as np
import pytest

from helpers import networks
from tests.test_blocks import image, parameters, run

KERAS_RESNET = {
    "stride_in_1x1": True,
    "padding": "symmetric",
    "use_bias": True,
    "batch_normalization": {"epsilon": 1.001e-5},
}

# Published numbers of trainable weights; the total where Keras' own applications give one.
TOTALS = {
    "lenet5": (networks.lenet5, {}, 61_706, None),
    "network_in_network": (networks.network_in_network, {}, 966_986, None),
    "googlenet": (networks.googlenet, {}, 6_998_552, None),
    "googlenet, torchvision": (
        networks.googlenet,
        {"kernel_5": 3, "padding": "symmetric", "batch_normalization": True},
        6_624_904,
        None,
    ),
    "resnet18": (networks.resnet, {"depth": 18}, 11_689_512, None),
    "resnet34": (networks.resnet, {"depth": 34}, 21_797_672, None),
    "resnet50": (networks.resnet, {"depth": 50}, 25_557_032, None),
    "resnext50": (networks.resnext50, {}, 25_028_904, None),
    "resnet_cifar": (networks.resnet_cifar, {}, 272_474, None),
    "mobilenet 0.75": (networks.mobilenet, {"alpha": 0.75}, 2_585_560, 2_601_976),
    "mobilenet 0.25": (networks.mobilenet, {"alpha": 0.25}, 470_072, 475_544),
    "shufflenet_v2 0.5": (networks.shufflenet_v2, {"width": 0.5}, 1_366_792, None),
    "shufflenet_v2 1.0": (networks.shufflenet_v2, {}, 2_278_604, None),
    "shufflenet_v2 1.5": (networks.shufflenet_v2, {"width": 1.5}, 3_503_624, None),
    "shufflenet_v2 2.0": (networks.shufflenet_v2, {"width": 2.0}, 7_393_996, None),
}

# The small nets: 14x14 grey images, ten classes.
SMALL = {
    "lenet5": (networks.lenet5, {"pooling": "average", "activation": "tanh"}),
    "network_in_network": (networks.network_in_network, {"width": 0.25}),
    "googlenet": (networks.googlenet, {"width": 0.125, "small_images": True}),
    "resnet": (networks.resnet, {"depth": 18, "width": 0.125, "small_images": True}),
    "resnet_cifar": (networks.resnet_cifar, {"depth": 8, "width": 0.75}),
    "mobilenet": (networks.mobilenet, {"alpha": 0.25, "small_images": True}),
    "shufflenet_v2": (networks.shufflenet_v2, {"width": 0.25, "small_images": True}),
}


@pytest.mark.parametrize("network", TOTALS)
def test_totals(network):
    function, arguments, trainable, total = TOTALS[network]
    model = function(**arguments)
    assert parameters(model) == trainable
    assert total is None or model.count_params() == total
    assert model.layers[-1].activation is keras.activations.softmax
    few = ("lenet5", "network_in_network", "resnet_cifar")
    assert model.output_shape == (None, 10 if network in few else 1000)


def test_totals_of_the_deep_resnets_by_the_formula():
    """A bottleneck among m channels has 17 m^2 weights (9 + 4 + 4) and normalizes 6 m of them."""

    def trainable(depth, use_bias=False):
        each = 3 if use_bias else 2  # numbers of a channel: scale, shift and perhaps a bias
        count, channels = 3 * 49 * 64 + each * 64, 64
        for middle, repeats in zip((64, 128, 256, 512), networks.RESNET_BLOCKS[depth], strict=True):
            count += repeats * (17 * middle**2 + each * 6 * middle)
            count += (channels - 4 * middle) * middle  # the first block of the stage reads others
            count += channels * 4 * middle + each * 4 * middle  # its projection
            channels = 4 * middle
        return count + 2048 * 1000 + 1000

    assert trainable(50) == 25_557_032  # built above, and below with biases
    assert trainable(50, use_bias=True) == 25_583_592
    assert trainable(101) == 44_549_160
    assert trainable(152, use_bias=True) == 60_268_520


def kinds(model, name):
    """The classes of the layers whose names begin so, in the order of the model."""
    return [type(layer).__name__ for layer in model.layers if layer.name.startswith(name)]


def test_pooling_and_dropout_have_no_parameters_but_a_place():
    for word, kind in (("max", "MaxPooling2D"), ("average", "AveragePooling2D")):
        assert kinds(networks.lenet5(pooling=word), "pool") == [kind, kind]
    nin = networks.network_in_network()
    assert kinds(nin, "pool") == ["MaxPooling2D", "AveragePooling2D"]  # as the authors' model
    assert [nin.get_layer(f"dropout{i}").rate for i in (1, 2)] == [0.5, 0.5]
    googlenet = networks.googlenet(width=0.03, auxiliary_heads=True)
    assert kinds(googlenet, "pool") == ["MaxPooling2D"] * 4
    assert googlenet.get_layer("dropout").rate == 0.4
    for module in ("4a", "4d"):
        pool = googlenet.get_layer(f"auxiliary_{module}_pool")
        assert type(pool).__name__ == "AveragePooling2D"
        assert (pool.pool_size, pool.strides) == ((5, 5), (3, 3))
        assert googlenet.get_layer(f"auxiliary_{module}_dropout").rate == 0.7
    assert networks.mobilenet(0.01).get_layer("dropout").rate == 1e-3


def test_the_mean_at_the_edge_of_network_in_network_is_that_of_the_pixels_inside():
    """As in Lasagne's average_exc_pad and in Caffe."""
    pool = networks.network_in_network().get_layer("pool2")
    x = image(1, 4, 4, 1)
    corner = keras.ops.convert_to_numpy(pool(x))[0, 1, 1, 0]
    if keras.backend.backend() != "torch":  # wrong there before keras-team/keras pull 23233
        assert corner == pytest.approx(x[0, 2:, 2:, 0].mean(), abs=1e-6)


@pytest.mark.parametrize("network", SMALL)
def test_small_nets(network):
    function, arguments = SMALL[network]
    model = function(input_shape=(14, 14, 1), classes=10, classifier_activation=None, **arguments)
    assert model.layers[-1].activation is keras.activations.linear
    assert run(model, image(3, 14, 14, 1)).shape == (3, 10)
    if "small_images" in arguments:  # no layer in front makes them smaller
        assert model.get_layer("conv1").output.shape[1:3] == (14, 14)
    assert parameters(model) < 250_000


def copy_by_name(source, target, rename):
    """Copies every weight of source; each layer of target must get its own exactly once."""
    left = {layer.name for layer in target.layers if layer.weights}
    for layer in source.layers:
        if layer.weights:
            name = rename(layer.name)
            target.get_layer(name).set_weights(layer.get_weights())
            left.remove(name)
    assert not left


def resnet_name(name):
    """conv3_block2_1_bn -> stage3_block2_conv1_bn, conv3_block1_0_conv -> stage3_block1_shortcut"""
    name = re.sub(r"^conv(\d)_(block\d+)_(\d)_", r"stage\1_\2_conv\3_", name)
    name = name.replace("conv0_", "shortcut_").removesuffix("_conv")
    return name


def mobilenet_name(name):
    name = re.sub(r"^conv_(dw|pw)_(\d+)", r"block\2_\1", name)
    name = name.replace("_dw", "_depthwise").replace("_pw", "_pointwise")
    return name.replace("conv_preds", "classifier")


def equal(ours, theirs, rename):
    for weight in theirs.weights:  # biases and all of the normalizations; kernels are random
        if len(weight.shape) == 1:
            weight.assign(np.random.default_rng(0).uniform(0.5, 1.5, weight.shape))
    copy_by_name(theirs, ours, rename)
    x = image(2, 64, 64, 3)
    expected = run(theirs, x)
    assert 1e-3 < expected.std() < np.inf
    np.testing.assert_array_equal(run(ours, x), expected)


def test_resnet50_equals_keras_applications():
    theirs = keras.applications.ResNet50(
        weights=None, input_shape=(64, 64, 3), classifier_activation=None
    )
    ours = networks.resnet(50, input_shape=(64, 64, 3), classifier_activation=None, **KERAS_RESNET)
    assert (parameters(ours), ours.count_params()) == (25_583_592, 25_636_712)
    equal(ours, theirs, resnet_name)


def test_mobilenet_equals_keras_applications():
    theirs = keras.applications.MobileNet(
        weights=None, input_shape=(64, 64, 3), classifier_activation=None
    )
    ours = networks.mobilenet(
        input_shape=(None, None, 3),
        batch_normalization={"epsilon": 1e-3},
        classifier_activation=None,
    )
    assert (parameters(ours), ours.count_params()) == (4_231_976, 4_253_864)
    equal(ours, theirs, mobilenet_name)


def test_googlenet_maps_and_auxiliary_heads():
    model = networks.googlenet(width=0.125, classes=7, auxiliary_heads=True)
    assert model.output_shape == [(None, 7)] * 3
    shapes = {
        "conv1": (112, 8), "conv2": (56, 24), "inception_3a_concat": (28, 32),
        "inception_4a_concat": (14, 64), "inception_5b_concat": (7, 128),
    }  # fmt: skip
    for name, (size, filters) in shapes.items():
        assert model.get_layer(name).output.shape == (None, size, size, filters)
    assert model.get_layer("auxiliary_4a_pool").output.shape[1:3] == (4, 4)


def test_maps_of_the_published_resnet():
    for padding in ("same", "symmetric"):
        model = networks.resnet(18, width=0.0625, padding=padding)
        stages = [model.get_layer(f"stage{i}_block2_relu").output.shape for i in (2, 3, 4, 5)]
        assert stages == [
            (None, 56, 56, 4),
            (None, 28, 28, 8),
            (None, 14, 14, 16),
            (None, 7, 7, 32),
        ]


def test_a_plain_net_is_the_residual_net_without_its_shortcuts():
    arguments = {"input_shape": (14, 14, 1), "batch_normalization": {"momentum": 0.95}}
    residual = networks.resnet_cifar(14, **arguments)
    plain = networks.resnet_cifar(14, shortcuts=False, **arguments)

    def convolutions(model):
        return [n.name for n in model.layers if isinstance(n, keras.layers.Conv2D)]

    shortcuts = [name for name in convolutions(residual) if name.endswith("_shortcut")]
    assert shortcuts == ["stage3_block1_shortcut", "stage4_block1_shortcut"]
    assert set(convolutions(residual)) - set(shortcuts) == set(convolutions(plain))
    assert len(convolutions(plain)) + 1 == 14  # and a dense layer
    assert not [n for n in plain.layers if isinstance(n, keras.layers.Add)]
    assert len([n for n in residual.layers if isinstance(n, keras.layers.Add)]) == 6
    norms = [n for n in plain.layers if isinstance(n, keras.layers.BatchNormalization)]
    assert {n.momentum for n in norms} == {0.95}


WRONG = {
    "depth 42": (
        lambda: networks.resnet(42),
        "depth=42: use one of 18, 34, 50, 101, 152. resnet_cifar takes other depths.",
    ),
    "depth '50'": (lambda: networks.resnet("50"), "depth='50': use one of 18, 34, 50,"),
    "depth 34": (lambda: networks.resnet_cifar(34), "depth=34 is not 6n + 2: use 8, 14,"),
    "depth '8'": (lambda: networks.resnet_cifar("8"), "depth='8' is not 6n + 2"),
    "pooling": (lambda: networks.lenet5(pooling="mean"), "'mean' is unknown. Use one of: 'max',"),
    "width 0": (lambda: networks.lenet5(width=0), "0 cannot multiply numbers of filters"),
    "width -1": (lambda: networks.shufflenet_v2(-1), "-1 cannot multiply"),
    "alpha nan": (lambda: networks.mobilenet(float("nan")), "nan cannot multiply"),
    "heads on open maps": (
        lambda: networks.googlenet(input_shape=(None, None, 3), auxiliary_heads=True, width=0.03),
        "auxiliary_4a needs maps of 5x5 or more, not NonexNone: see input_shape.",
    ),
    "heads on small maps": (
        lambda: networks.googlenet(input_shape=(32, 32, 3), auxiliary_heads=True, width=0.03),
        "auxiliary_4a needs maps of 5x5 or more, not 2x2",
    ),
    "lenet on small images": (
        lambda: networks.lenet5(input_shape=(8, 8, 1)),
        "conv2 needs maps of 6x6 or more, not 4x4",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_say_what_to_do(case):
    call, sentence = WRONG[case]
    with pytest.raises(ValueError) as error:
        call()
    assert sentence in str(error.value)


def test_sizes_just_large_enough():
    networks.lenet5(input_shape=(12, 12, 1), width=0.2)
    model = networks.googlenet(input_shape=(65, 65, 3), auxiliary_heads=True, width=0.03)
    assert model.get_layer("auxiliary_4a_pool").output.shape[1:3] == (1, 1)
