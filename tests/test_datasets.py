import hashlib
import importlib.util
import re
import shutil

import numpy as np
import pytest

from helpers import datasets
from helpers.tools.notebook_form import ROOT


@pytest.fixture(autouse=True)
def nothing_read_yet():
    datasets.fashion_mnist.cache_clear()
    yield
    datasets.fashion_mnist.cache_clear()


def test_fashion_mnist_is_balanced_and_in_the_form_of_keras():
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist()
    assert x_train.shape == (10_000, 28, 28) and x_test.shape == (2_000, 28, 28)
    assert x_train.dtype == x_test.dtype == np.uint8
    assert np.bincount(y_train).tolist() == [1000] * 10
    assert np.bincount(y_test).tolist() == [200] * 10
    assert len(datasets.CLASS_NAMES) == 10


def test_classes_are_named_in_the_order_of_the_labels():
    """The documented order, and what can be seen of it in the mean image of each class."""
    text = (ROOT / "data/README.md").read_text().split("Classes: ")[1].split(".\n")[0]
    assert re.findall(r"(\d) ([\w-]+(?: boot)?)", text) == [
        (str(label), name) for label, name in enumerate(datasets.CLASS_NAMES)
    ]
    (x, y), _ = datasets.fashion_mnist()
    mean = {name: x[y == label].mean(axis=0) for label, name in enumerate(datasets.CLASS_NAMES)}
    covered = {name: image > 60 for name, image in mean.items()}
    widths = {name: cells.any(axis=0).sum() for name, cells in covered.items()}
    assert set(sorted(widths, key=widths.get)[:2]) == {"trouser", "dress"}
    assert not covered["trouser"][20:, 14].any() and covered["dress"][20:, 14].all()  # two legs
    heights = {name: cells.any(axis=1).sum() for name, cells in covered.items()}
    assert set(sorted(heights, key=heights.get)[:2]) == {"sandal", "sneaker"}
    assert heights["ankle boot"] > 20


def test_fashion_mnist_is_read_once_and_nobody_can_spoil_it(monkeypatch):
    first = datasets.fashion_mnist()
    monkeypatch.setattr(datasets, "_FOLDERS", ())
    assert datasets.fashion_mnist() is first
    for array in (*first[0], *first[1]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_files_have_the_checksums_of_the_readme():
    listed = dict(
        re.findall(r"\| `(\S+)` \|.*`([0-9a-f]{64})` \|", (ROOT / "data/README.md").read_text())
    )
    assert set(listed) == {path.name for path in (ROOT / "data").glob("*.[np][pn][zg]")}
    for name, digest in listed.items():
        assert hashlib.sha256((ROOT / "data" / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("name", datasets.PHOTOGRAPHS)
def test_photographs(name):
    image = datasets.photograph(name)
    assert image.shape == (256, 256, 3) and image.dtype == np.uint8
    assert image.std() > 20


def test_photographs_are_in_colour_and_the_right_way_round():
    """The rocket's flame, low in the picture, is more red than blue; the sky above it is not."""
    image = datasets.photograph("rocket")
    sky, flame = image[:64].mean(axis=(0, 1)), image[-64:].mean(axis=(0, 1))
    assert sky[0] < sky[2] and flame[0] > flame[2]


def test_every_image_is_every_image(monkeypatch):
    read = []
    monkeypatch.setattr(datasets, "fashion_mnist", lambda: read.append("fashion_mnist"))
    monkeypatch.setattr(datasets, "photograph", read.append)
    datasets.every_image()
    assert read == ["fashion_mnist", *datasets.PHOTOGRAPHS]


def test_an_installed_package_carries_its_data(tmp_path):
    """The module, as it would lie in site-packages: data/ is inside helpers/ there."""
    for folder in ("helpers/data", "data"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "helpers/data/inside.csv").touch()
    (tmp_path / "data/beside.csv").touch()
    path = shutil.copy(datasets.__file__, tmp_path / "helpers")
    spec = importlib.util.spec_from_file_location("installed", path)
    installed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(installed)
    assert installed.find("inside.csv") == tmp_path / "helpers/data/inside.csv"
    assert installed.find("beside.csv") == tmp_path / "data/beside.csv"  # a checkout
    assert installed.find("nowhere.csv") is None


def test_unknown_photograph_names_the_known_ones():
    with pytest.raises(ValueError, match="'lena'.*chelsea"):
        datasets.photograph("lena")


def test_the_folder_is_the_first_that_is_there(monkeypatch, tmp_path):
    assert datasets.folder() == ROOT / "data"
    monkeypatch.setattr(datasets, "_FOLDERS", (tmp_path / "none", tmp_path))
    assert datasets.folder() == tmp_path


def test_without_data_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(datasets, "_FOLDERS", ())
    with pytest.raises(FileNotFoundError, match="fashion_mnist_.* is missing.*checkout"):
        datasets.fashion_mnist()
    with pytest.raises(FileNotFoundError, match="chelsea.png is missing"):
        datasets.photograph("chelsea")


def test_a_damaged_file_is_not_used_silently(monkeypatch, tmp_path):
    for name in ("train", "test"):
        np.savez(tmp_path / f"fashion_mnist_{name}.npz", images=np.zeros(3), labels=np.zeros(3))
    monkeypatch.setattr(datasets, "_FOLDERS", (tmp_path,))
    with pytest.raises(OSError, match="damaged"):
        datasets.fashion_mnist()
