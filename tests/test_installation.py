import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import keras
import pytest
from jupyterlab.commands import get_app_dir
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from packaging.specifiers import SpecifierSet

from helpers import datasets, installation
from helpers.tools import environment
from helpers.tools.notebook_form import ROOT, setup_source


def test_all_is_well_here():
    findings = installation.report(datasets.every_image)
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
    assert "chelsea.png is missing" in installation.data(datasets.every_image).advice


def test_a_first_run_shows_no_log_lines_and_hides_no_later_ones():
    """In a kernel without the variables of the tests, as a learner has it."""
    later = """
import os, sys, time
os.write(2, b"from C\\n")
print("from Python", file=sys.stderr)
time.sleep(0.5)  # a thread of the kernel reads what C writes"""
    training = """
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
model.compile("sgd", "mse")
model.fit(keras.ops.ones((8, 4)), keras.ops.ones((8, 2)), verbose=0).epoch"""
    sources = [setup_source("import keras"), training, later]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    # Under PYTEST_CURRENT_TEST ipykernel would not show what is written from C.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "PYTEST_"))}
    NotebookClient(notebook, kernel_name="python3").execute(env=env)
    setup, trained, shown = (cell.outputs for cell in notebook.cells)
    assert setup == [] and [output.output_type for output in trained] == ["execute_result"]
    said = "".join(o.text for o in shown).replace("\n", "")  # two threads write, in either order
    assert said in ("from Cfrom Python", "from Pythonfrom C")


def test_a_start_that_fails_shows_what_was_written(capfd, monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "keras":
                os.write(2, b"why it failed")
                raise ImportError(name)

    monkeypatch.delitem(installation.sys.modules, "keras")
    monkeypatch.setattr(installation.sys, "meta_path", [Broken()])
    with pytest.raises(ImportError):
        installation.quiet_start()
    os.write(2, b", and later")
    assert capfd.readouterr().err == "why it failed, and later"


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="its own log lines")
def test_tensorflow_is_quiet_after_the_start_unless_told_otherwise():
    for told, then in (({}, "3"), ({"TF_CPP_MIN_LOG_LEVEL": "0"}, "0")):
        here = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"} | told
        code = (
            "import os; from helpers import installation; installation.quiet_start()\n"
            "import keras, tensorflow as tf; tf.function(keras.ops.exp, jit_compile=True)(1.0)\n"
            "print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
        )
        run = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True)
        assert run.stdout.strip() == then, run.stderr
        assert ("XLA" in run.stderr) == bool(told), run.stderr


DRAW = """from helpers import installation
installation.quiet_start()
import keras
keras.layers.Conv2D(5, 3).build((1, 9, 9, 2))"""


@pytest.mark.skipif(keras.backend.backend() != "jax", reason="the others compile nothing here")
def test_jax_keeps_what_it_has_compiled(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    env |= {"KERAS_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DRAW]
    kept = []
    for _ in range(2):
        run = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        kept.append({file.name for file in (tmp_path / "jax_cache").glob("*-cache")})
        assert run.stderr == ""  # a notebook would show it in red
    assert kept[0] and kept[0] == kept[1]  # the second start asks for the same ones


def test_what_the_user_has_set_for_jax_stays(monkeypatch):
    for name in ("JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"):
        monkeypatch.setenv(name, "mine")
    installation.quiet_start()
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "mine"
    assert os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] == "mine"


PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requires_python() -> SpecifierSet:
    return SpecifierSet(PYPROJECT["project"]["requires-python"])


def test_every_package_is_installed():
    folders = {file.parent for file in (ROOT / "helpers").rglob("__init__.py")}
    found = {".".join(folder.relative_to(ROOT).parts) for folder in folders} | {"helpers.data"}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == found


def test_the_environment_takes_the_pythons_that_the_project_allows():
    oldest, newest = (".".join(map(str, v)) for v in (environment.OLDEST, environment.NEWEST))
    allowed = list(requires_python().filter(f"3.{minor}" for minor in range(8, 20)))
    assert (allowed[0], allowed[-1]) == (oldest, newest)


def test_jupyterlab_does_not_ask_for_news(tmp_path):
    """The setting is one that the installed JupyterLab knows."""
    environment.no_news(tmp_path)
    settings = tmp_path / "share/jupyter/lab/settings/overrides.json"
    ((plugin, values),) = json.loads(settings.read_text()).items()
    extension, name = plugin.split(":")
    schema = Path(get_app_dir()) / "schemas" / extension / f"{name}.json"
    known = json.loads(schema.read_text())["properties"]["fetchNews"]["oneOf"]
    assert values["fetchNews"] in [one["const"] for one in known if one["title"] == "Never"]


def test_binder_builds_as_repo2docker_does(monkeypatch):
    """By its own code, without Docker: the Python, and what is installed with pip."""
    app = pytest.importorskip("repo2docker.app").Repo2Docker()
    monkeypatch.chdir(ROOT)
    packs = (pack(base_image=app.base_image) for pack in app.buildpacks)
    found = next(pack for pack in packs if pack.detect())
    assert type(found).__name__ == "PythonBuildPack"  # no other file of the root misleads it
    chosen = tuple(map(int, found.python_version.split(".")))
    assert environment.OLDEST <= chosen <= environment.NEWEST
    installed = [line.split(" install ")[1] for _, line in found.get_assemble_scripts()]
    assert installed == ['--no-cache-dir -r "requirements.txt"', "--no-cache-dir ."]
