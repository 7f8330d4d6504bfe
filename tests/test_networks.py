"""The networks against published totals and against keras.applications, weight for weight."""

import ast
import inspect
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
    "resnet101": (networks.resnet, {"depth": 101}, 44_549_160, None),
    "resnet152, keras": (
        networks.resnet,
        {"depth": 152, **KERAS_RESNET},
        60_268_520,
        60_419_944,
    ),
    "resnext50": (networks.resnext50, {}, 25_028_904, None),
    "mobilenet 0.75": (networks.mobilenet, {"alpha": 0.75}, 2_585_560, 2_601_976),
    "mobilenet 0.5": (networks.mobilenet, {"alpha": 0.5}, 1_331_592, 1_342_536),
    "mobilenet 0.25": (networks.mobilenet, {"alpha": 0.25}, 470_072, 475_544),
    "shufflenet_v2": (networks.shufflenet_v2, {}, 2_278_604, None),
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
    assert model.output_shape == (None, 10 if network in ("lenet5", "network_in_network") else 1000)


@pytest.mark.parametrize("network", SMALL)
def test_small_nets(network):
    function, arguments = SMALL[network]
    model = function(input_shape=(14, 14, 1), classes=10, classifier_activation=None, **arguments)
    assert model.layers[-1].activation is keras.activations.linear
    assert run(model, image(3, 14, 14, 1)).shape == (3, 10)
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


def test_wrong_arguments_say_what_to_do():
    with pytest.raises(ValueError, match="depth=42.*18, 34, 50, 101, 152.*resnet_cifar"):
        networks.resnet(42)
    with pytest.raises(ValueError, match="depth=34 is not 6n.*Use 32"):
        networks.resnet_cifar(34)
    with pytest.raises(ValueError, match="'mean'.*'average'"):
        networks.lenet5(pooling="mean")


def test_every_network_fits_on_a_screen():
    for node in ast.parse(inspect.getsource(networks)).body:
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 40, node.name
