"""The planter of faults itself, on a toy module; and its list, which must fit the files."""

import json
import re

import nbformat
import pytest

from helpers.tools import mutants
from helpers.tools.notebook_form import tags

TOY = """\
def double(x):
    return 2 * x


def half(x):
    return x / 2
"""
TESTS = """\
from toy import double


def test_double():
    assert double(3) == 6
"""
LIST = """\
# a comment

@ toy.py: test_toy.py

doubles too much | double
- return 2 * x
+ return 3 * x

half is twice
- return x / 2
+ return x * 2

equivalent: multiplication commutes
- return 2 * x
+ return x * 2

two lines instead of one | double
-     return 2 * x
+     while True:
+         pass
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a toy needs none, and starts sooner
    monkeypatch.setattr(mutants, "IMPORTED_ONCE", [])
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "test_toy.py").write_text(TESTS)
    return tmp_path


def test_the_list_is_read_as_it_is_written():
    first, second, third, fourth = mutants.read(LIST)
    assert first == mutants.Mutant(
        "toy.py", ("test_toy.py",), "doubles too much", "double", "return 2 * x", "return 3 * x"
    )
    assert second.quick == "" and not second.equivalent
    assert third.equivalent and third.why == "multiplication commutes"
    assert fourth.new == "    while True:\n        pass"


def test_a_fault_is_caught_or_named(toy):
    said = []
    left = mutants.survivors(mutants.read(LIST)[:3], toy, say=said.append)
    assert [mutant.why for mutant in left] == ["half is twice"]
    assert [line.split(" s  ")[1] for line in said] == [
        "test_toy.py: passed",
        "caught  toy.py: doubles too much",
        "SURVIVED  toy.py: half is twice",
    ]
    assert (toy / "toy.py").read_text() == TOY


def test_a_fault_that_hangs_is_caught(toy):
    said = []
    assert not mutants.survivors(mutants.read(LIST)[3:], toy, seconds=2, say=said.append)
    assert said[1].endswith("caught, time out  toy.py: two lines instead of one")


def test_where_the_quick_tests_pass_all_are_run(toy):
    (toy / "test_toy.py").write_text(TESTS + "\n\ndef test_quick():\n    assert True\n")
    quick = mutants.read(LIST)[0]._replace(quick="quick")
    assert not mutants.survivors([quick], toy, say=lambda line: None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"old": "return 5"}, "toy.py: doubles too much: its text is found 0 times"),
        ({"old": "return"}, "doubles too much: its text is found 2 times"),
        ({"new": "return ("}, "doubles too much: that is not Python any more"),
        ({"file": "none.py"}, "none.py"),
        ({"tests": ("none.py",)}, "doubles too much: there is no test file none.py"),
        ({"quick": "nothing"}, "doubles too much: its tests have no nothing for -k"),
    ],
)
def test_a_mutant_that_fits_no_longer_is_named(toy, change, message):
    mutant = mutants.read(LIST)[0]._replace(**change)
    with pytest.raises(ValueError, match=message):
        mutants.survivors([mutant], toy, say=lambda line: None)


def test_a_fault_in_a_notebook_is_planted_in_the_code_of_one_cell(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ['print("a")\n']},
        {"cell_type": "code", "source": ['print("a")\n', "b = 1"], "outputs": ['print("a")']},
        {"cell_type": "code", "source": "b = 1\nc = 2", "outputs": []},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    fault = mutants.Mutant("n.ipynb", ("n.ipynb",), "why", "", 'print("a")\nb', 'print("ä")\nb')
    planted = json.loads(mutants.planted(fault, tmp_path))
    assert "".join(planted["cells"][1].pop("source")) == 'print("ä")\nb = 1'
    del cells[1]["source"]
    assert planted == {"cells": cells, "nbformat": 4}
    for change, message in (
        ({"old": "b = 1"}, "found 2 times"),
        ({"old": "ä"}, "found 0 times"),
        ({"new": "("}, "not Python any more"),
    ):
        with pytest.raises(ValueError, match=message):
            mutants.planted(fault._replace(**change), tmp_path)


def test_tests_that_fail_without_a_fault_catch_nothing(toy):
    (toy / "test_toy.py").write_text(TESTS.replace("6", "7"))
    with pytest.raises(ValueError, match="(?s)Without any fault test_toy.py: failed.*double"):
        mutants.survivors(mutants.read(LIST), toy, say=lambda line: None)


@pytest.mark.parametrize("text", ["- return", "@ a.py: b.py\n- return", "@ a.py: b.py\nwhy\n-x"])
def test_a_list_in_another_form_is_refused_with_the_line(text):
    with pytest.raises(ValueError, match=f"Line {len(text.splitlines())}: '-"):
        mutants.read(text)


def test_every_mutant_of_the_list_fits_the_files():
    listed = mutants.read(mutants.LIST.read_text(encoding="utf-8"))
    mutants.check(listed, mutants.ROOT)
    assert len(set(listed)) == len(listed) > 250


def test_every_section_of_a_lesson_on_the_list_has_a_fault():
    listed = mutants.read(mutants.LIST.read_text(encoding="utf-8"))
    for lesson in {mutant.file for mutant in listed if mutant.file.endswith(".ipynb")}:
        section, code = "", {}
        for cell in nbformat.read(mutants.ROOT / lesson, as_version=4).cells:
            if cell.cell_type == "markdown":
                section = ([section] + re.findall(r"(?m)^## (.+)$", cell.source))[-1]
            elif not {"setup", "prediction", "exercise", "play"} & set(tags(cell)):
                code[section] = code.get(section, "") + cell.source + "\n"
        code.pop("Your guesses")  # drawn when there are some
        faults = [mutant.old for mutant in listed if mutant.file == lesson]
        bare = [name for name, source in code.items() if not any(old in source for old in faults)]
        assert not bare, f"{lesson}: no fault of tests/mutants.txt is in {bare}"


def test_an_unknown_module_is_named(capsys):
    assert mutants.main(["nonesuch"]) == 2
    assert "nonesuch" in capsys.readouterr().err
