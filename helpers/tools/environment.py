"""Make the virtual environment of the collection and say plainly what stands in the way.

python helpers/tools/environment.py .venv                         for the lessons
python helpers/tools/environment.py .venv tests/requirements.txt  for the tests too
python helpers/tools/environment.py .venv-jax tests/requirements.txt tests/jax.txt     ... on JAX
"""

# Run as a file: nothing is installed yet. Plain enough to start under an old Python 3, to be able
# to complain about it.
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WHEELS = os.path.join(ROOT, "wheels")  # in a folder of `make offline`
OLDEST, NEWEST = (3, 11), (3, 13)  # requires-python of pyproject.toml, held equal by a test


def fail(message):
    sys.stderr.write(message + "\n")
    sys.exit(1)


def find_python(version):
    """The path of Python "3.12" where this machine has one that makes environments, else None."""
    name = f"python{version}"
    env = {**os.environ, "PYENV_VERSION": version}  # pyenv's stand-ins want to be told
    command = [name, "-c", "import ensurepip, sys; print(sys.executable)"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    found = shutil.which(name) and subprocess.run(command, env=env, **pipes)
    return found.stdout.decode().strip() if found and found.returncode == 0 else None


def python_of(folder):
    """Where a virtual environment has its Python."""
    return os.path.join(
        folder, *(["Scripts", "python.exe"] if os.name == "nt" else ["bin", "python"])
    )


def no_news(folder):
    """JupyterLab asks on its first start whether it may fetch news: in this environment it may not.

    Its option news_url stops the fetching and not the question (JupyterLab 4.6).
    """
    settings = os.path.join(folder, "share", "jupyter", "lab", "settings")
    os.makedirs(settings, exist_ok=True)
    with open(os.path.join(settings, "overrides.json"), "w") as file:
        file.write('{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}\n')


def main(folder, *lists):
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        fail(
            f"This is Python {version[0]}.{version[1]}; TensorFlow and these notebooks need Python "
            f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}. Install one from "
            "https://www.python.org and name it: make lab PYTHON=python3.12"
        )
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL):
        fail("This Python cannot make virtual environments. On Debian: apt install python3-venv")
    python = python_of(folder)
    if not os.path.exists(python):
        print(f"Making the virtual environment {folder} ...")
        subprocess.check_call([sys.executable, "-m", "venv", folder])
    # One after the other: the package index that a list names is asked about that list alone.
    for requirements in lists or ["requirements.txt"]:
        print("Installing " + requirements + ": about two minutes the first time ...", flush=True)
        command = [os.path.abspath(python), "-m", "pip", "install", "--quiet"]
        command += ["--disable-pip-version-check", "-r", os.path.abspath(requirements)]
        advice = "No network? Connect and run the same command again: it goes on where it stopped."
        if os.path.isdir(WHEELS):
            command += ["--no-index", "--find-links", WHEELS]
            advice = "READ ME FIRST.txt names the Python and the system that wheels/ is for."
        if subprocess.call(command, cwd=ROOT):  # "-e ." in the file is the folder in which pip runs
            fail("The packages could not be installed; pip says why above. " + advice)
    no_news(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
