"""Who may import whom: arrows point one way, so that each module can be read and taken alone."""

import ast

import pytest

from helpers.tools.notebook_form import ROOT

PLAIN = {"arithmetic", "reference", "datasets", "installation"}
BELOW = PLAIN | {"blocks", "networks", "cost", "checks", "training", "figures", "play"}
MAY = {
    "": set(),
    **dict.fromkeys(PLAIN | {"answers", "blocks", "cost", "equivalence"}, set()),
    "checks": {"answers", "equivalence"},
    "reference": {"arithmetic"},
    "networks": {"blocks"},
    "training": {"datasets", "lessons"},  # in experiments() alone, to find them by name
    "figures": {"arithmetic", "figures"},
    "play": {"arithmetic", "datasets", "figures"},
    "lessons": BELOW,
    "tools": BELOW | {"answers", "equivalence", "tools"},
}
WITHOUT_KERAS = {"arithmetic", "reference", "figures"}
FILES = sorted((ROOT / "helpers").rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_imports_only_what_lies_below(file):
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write the whole name of the module"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    name = file.relative_to(ROOT / "helpers").with_suffix("").parts[0].replace("__init__", "")
    parts = [found.split(".") for found in names]
    assert {found[1] for found in parts if found[0] == "helpers"} <= MAY[name]
    forbidden = {"tests", "conftest"} | ({"keras"} if name in WITHOUT_KERAS else set())
    assert not forbidden & {found[0] for found in parts}
