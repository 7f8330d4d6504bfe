import importlib.metadata
import re

import keras
import pytest

from helpers import datasets, installation
from tests.tools.notebook_form import ROOT


def test_all_is_well_here():
    findings = installation.report()
    assert [finding.what for finding in findings if not finding.fine] == []
    assert len(findings) == len(installation.OLDEST) + 4


def test_the_oldest_versions_are_those_of_the_requirements():
    text = (ROOT / "requirements.txt").read_text()
    required = dict(re.findall(r"(?m)^([a-z]+)>=([\d.]+)", text))
    for name, oldest in {**installation.OLDEST, "tensorflow": "2.20"}.items():
        assert required[name] == oldest, name
    assert installation.BACKENDS["tensorflow"] == required["tensorflow"]


@pytest.mark.parametrize(("found", "fine"), [("3.13.0", True), ("3.15.1", True), ("3.9.9", False)])
def test_an_old_package_is_named_with_its_version(monkeypatch, found, fine):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: found)
    finding = installation.package("keras", "3.13")
    assert finding.fine is fine
    assert fine or finding.advice == "keras 3.9.9 is too old. Run: pip install --upgrade keras"


def test_a_missing_package_says_how_to_install_it():
    finding = installation.package("no-such-package", "1.0")
    assert not finding.fine and "pip install no-such-package" in finding.advice


def test_a_backend_that_computes_wrongly_is_found(monkeypatch):
    monkeypatch.setattr(keras.ops, "conv", lambda x, w: keras.ops.zeros((1, 1, 1, 1)))
    assert "says 0.0, not 2.5" in installation.backend().advice


def test_a_backend_that_fails_is_found_with_its_own_words(monkeypatch):
    def broken(x, w):
        raise RuntimeError("no kernel image")

    monkeypatch.setattr(keras.ops, "conv", broken)
    finding = installation.backend()
    assert not finding.fine and "failed: no kernel image. Install it again" in finding.advice


def test_the_oldest_version_itself_is_new_enough(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "3.13")
    assert installation.package("keras", "3.13").fine


def test_channels_first_is_found(monkeypatch):
    monkeypatch.setattr(keras.config, "image_data_format", lambda: "channels_first")
    assert "channels_last" in installation.image_order().advice


def test_missing_images_are_found(monkeypatch):
    monkeypatch.setattr(datasets, "fashion_mnist", lambda: ([], []))
    monkeypatch.setattr(datasets, "_FOLDERS", ())
    assert "chelsea.png is missing" in installation.data().advice
