"""Published nets with random weights, built once."""

import keras
import pytest

from helpers import networks


@pytest.fixture(scope="session")
def resnet50():
    return keras.applications.ResNet50(weights=None)


@pytest.fixture(scope="session")
def mobilenet():
    return keras.applications.MobileNet(weights=None)


@pytest.fixture(scope="session")
def mobilenet_v2():
    return keras.applications.MobileNetV2(weights=None)


@pytest.fixture(scope="session")
def vgg16():
    return keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))


@pytest.fixture(scope="session")
def googlenet():
    return networks.googlenet()
