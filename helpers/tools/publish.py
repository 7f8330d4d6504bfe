"""Write the address of the public repository into every file that names it; run nothing.

python -m helpers.tools.publish owner/name main
python -m helpers.tools.publish                   the git remote "origin", branch main

pyproject.toml holds the address; badges, set-up cells and links follow. Stored outputs stay.
"""

import re
import subprocess
import sys

import nbformat

from helpers.tools.notebook_form import ROOT, address, lessons, put_in_form

_PART = r"[A-Za-z0-9._-]+"  # of owner/name
_COLAB = rf"(colab\.research\.google\.com/github/){_PART}/{_PART}/blob/\S+?(/notebooks/)"
_BINDER = rf"(mybinder\.org/v2/gh/){_PART}/{_PART}/[^\s?]+(\?)"


def remote() -> str:
    """owner/name of the git remote "origin", written as https or ssh; "" where there is none."""
    command = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    try:
        url = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:  # no git
        return ""
    found = re.search(rf"github\.com[:/]({_PART}/{_PART}?)(?:\.git)?/?$", url)
    return found[1] if found else ""


def readdress(text: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """Point the links of a Markdown text to `new`; badges whatever they pointed at."""
    text = re.sub(_COLAB, rf"\g<1>{new[0]}/blob/{new[1]}\g<2>", text)
    text = re.sub(_BINDER, rf"\g<1>{new[0]}/{new[1]}\g<2>", text)
    name, branch = map(re.escape, old)
    link = rf"(github\.com[/:]){name}(?![\w-])(?:(/(?:blob|tree|archive/refs/heads)/){branch}\b)?"
    return re.sub(link, lambda m: m[1] + new[0] + (m[2] + new[1] if m[2] else ""), text)


def publish(repository: str, branch: str) -> None:
    """Write the address into pyproject.toml, README.md and all notebooks."""
    old, new = address(), (repository, branch)
    project = ROOT / "pyproject.toml"
    line = 'Repository = "https://github.com/{}/tree/{}"'.format
    project.write_text(project.read_text(encoding="utf-8").replace(line(*old), line(*new)))
    readme = ROOT / "README.md"
    readme.write_text(readdress(readme.read_text(encoding="utf-8"), old, new), encoding="utf-8")
    for path in lessons():
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = readdress(cell.source, old, new)
        put_in_form(notebook, path)
        nbformat.write(notebook, path)


def main(repository: str = "", branch: str = "") -> None:
    repository, branch = repository or remote(), branch or "main"
    if not repository:
        sys.exit("There is no git remote on GitHub. Name it: make publish REPO=owner/name")
    if not re.fullmatch(rf"{_PART}/{_PART}", repository):
        sys.exit(f"{repository!r} is not of the form owner/name: make publish REPO=owner/name")
    publish(repository, branch)
    print(f"{len(lessons())} notebooks, README.md and pyproject.toml name {repository}, {branch}.")
    print("Commit them and push.")


if __name__ == "__main__":
    main(*sys.argv[1:])
