"""The set-up cell finds the helpers, fetches them once, or says in one sentence what to do."""

import importlib.metadata
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from helpers.tools import colab_test
from helpers.tools.notebook_form import ROOT, SETUP, own_imports, setup_source

# Runs a cell as a kernel does, magics included, where the checkout is not installed.
KERNEL = (
    colab_test.NOT_INSTALLED
    + """
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
shell.run_cell(%r)
"""
)
NOT_THERE = "connect, correct SOURCE, or mend what pip names above"
ASIDE = "print('helpers are at', helpers.__file__)"


@pytest.fixture
def learner(tmp_path):
    """Run the cell in an empty folder, without a network; return what the learner sees."""
    folder, site = tmp_path / "empty", tmp_path / "site"
    folder.mkdir()
    site.mkdir()
    (site / "keras.py").write_text(  # a stand-in: Keras itself would take three seconds
        "class ops:\n    ones = convert_to_numpy = staticmethod(lambda x: x)\n"
    )

    def run(source=SETUP, path=()):
        cell = f"{source}\nimport helpers\n{ASIDE}"
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        env |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
        env |= {"no_proxy": "127.0.0.1"}
        env |= {"PYTHONPATH": os.pathsep.join(map(str, [*path, site])), "NO_COLOR": "1"}
        env |= {"PIP_TARGET": str(site), "PIP_NO_BUILD_ISOLATION": "0", "HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", KERNEL % cell], cwd=folder, env=env, capture_output=True
        )
        said = (done.stdout + done.stderr).decode()
        assert "Traceback" not in said, said
        return said

    run.folder, run.site = folder, site
    return run


def test_takes_the_helpers_that_are_there(learner):
    said = learner(path=[ROOT])
    assert said.strip() == f"helpers are at {ROOT / 'helpers' / '__init__.py'}"


def test_without_a_network_it_names_the_address(learner):
    said = learner()
    way = f"{NOT_THERE} (https://github.com/OWNER/REPOSITORY), then restart"
    assert f"No helpers: {way} the kernel." in said
    assert list(learner.folder.iterdir()) == []


class Closed(BaseHTTPRequestHandler):
    """A site with a repository that is private, or was moved: who are you? or, there is none."""

    status = 0

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.mark.parametrize("status", [401, 404])
def test_where_the_repository_is_private_it_names_the_address_and_does_not_wait(learner, status):
    Closed.status = status
    server = HTTPServer(("127.0.0.1", 0), Closed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    said = learner(SETUP.replace("https://github.com", there))
    server.shutdown()
    assert f"error {status}" in said
    way = f"{NOT_THERE} ({there}/OWNER/REPOSITORY), then restart the kernel."
    assert f"No helpers: {way}" in said


def others(folder, site):
    """What may lie in the way: a module, a package, an installed package, one that is broken."""
    return {
        "module": (folder / "helpers.py", "def mean(x): ..."),
        "package": (folder / "helpers" / "__init__.py", "'''Mine.'''"),
        "installed": (site / "helpers" / "__init__.py", "'''Another's.'''"),
        "lent": (folder / "helpers" / "__init__.py", f"__path__.append({str(ROOT / 'helpers')!r})"),
        "broken": (folder / "helpers.py", "import no_such_package"),
    }


@pytest.mark.parametrize("kind", ["module", "package", "installed", "lent", "broken"])
def test_names_what_lies_in_the_way_and_installs_nothing(learner, kind):
    file, content = others(learner.folder, learner.site)[kind]
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    before = sorted(learner.site.iterdir())
    said = learner(path=[] if kind == "installed" else [ROOT])
    way = f"rename or uninstall {file} (https://github.com/OWNER/REPOSITORY), then restart"
    assert f"No helpers: {way} the kernel." in said
    assert file.read_text() == content and sorted(learner.site.iterdir()) == before


@pytest.mark.skipif(
    int(importlib.metadata.version("setuptools").split(".")[0]) < 77,
    reason="pip needs setuptools 77 or newer to build the helpers without a network",
)
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_fetches_once_with_their_data_and_an_empty_folder_is_not_in_the_way(learner, tmp_path):
    (learner.folder / "helpers").mkdir()
    source = colab_test.from_remote(SETUP, colab_test.local_remote(tmp_path / "remote"))
    source += "from helpers import datasets\nprint(datasets.find('coffee.png'))\n"
    said = learner(source)
    assert f"helpers are at {learner.site / 'helpers' / '__init__.py'}" in said
    assert str(learner.site / "helpers" / "data" / "coffee.png") in said
    assert not list(learner.site.glob("keras-*")) and not list(learner.site.glob("numpy*"))
    assert "Note: you may need to" not in learner(source)  # pip's note: not fetched again


@pytest.mark.parametrize(
    "source",
    [
        SETUP + "\nimport keras\n",
        "import os\n\ndef find_helpers():\n    pass\n\n\nfind_helpers()\nimport keras\n",
        "try:\n    import helpers\nexcept ImportError:\n    %pip install -q x\n\nimport keras\n",
        "import keras",
    ],
)
def test_the_lesson_keeps_its_own_imports(source):
    assert own_imports(source).strip() == "import keras"
    once = setup_source(source)
    assert once.endswith("\ninstallation.quiet_start()\n\nimport keras")
    assert setup_source(once) == once


def test_is_short():
    assert len([line for line in SETUP.splitlines() if line]) <= 13
    assert max(map(len, SETUP.splitlines())) <= 88
