"""The helpers as pip installs them: every module, and the data they read."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
USE = """
from helpers import datasets
(x, y), _ = datasets.fashion_mnist()
print(x.shape, datasets.photograph("coffee").shape, datasets.find("coffee.png"))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with nothing but the installed package, made from a copy: pip leaves files."""
    source, site = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for name in ("helpers", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    command += ["--target", str(site), str(source)]
    try:
        if int(importlib.metadata.version("setuptools").partition(".")[0]) >= 77:
            command.append("--no-build-isolation")  # needs no network then
    except importlib.metadata.PackageNotFoundError:
        pass
    pip = subprocess.run(command, capture_output=True, text=True)
    if "for setuptools>=77" in pip.stderr:
        pytest.skip("pip cannot fetch setuptools: no network")
    assert pip.returncode == 0, pip.stderr
    return site


def test_every_module_and_every_file_of_data_is_installed(site):
    for folder, home in (("helpers", "helpers"), ("data", "helpers/data")):
        for path in (ROOT / folder).rglob("*.*"):
            if "__pycache__" not in path.parts and path.is_file():
                name = path.relative_to(ROOT / folder)
                assert (site / home / name).is_file(), f"{folder}/{name} is not installed"


def test_the_installed_package_finds_its_data(site, tmp_path):
    command, env = [sys.executable, "-c", USE], os.environ | {"PYTHONPATH": str(site)}
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    found = site / "helpers/data/coffee.png"
    assert run.stdout == f"(10000, 28, 28) (256, 256, 3) {found}\n", run.stderr
