"""The homework: sources, what students get of them, and that both are graded as they should."""

import json
import re

import keras
import nbformat
import numpy as np
import pytest

from helpers import checks
from helpers.tools import grade, grade_processes, homework, plain_data, questions
from helpers.tools.kernels import ROOT
from helpers.tools.plain_data import pack, unpack
from helpers.tools.questions import PUBLIC, Written, names, sources
from tests.grading import graded
from tests.test_form import PHRASES

NAMES = names()
COMMITTED = ROOT / "notebooks" / "homework"


@pytest.fixture(scope="module")
def assignments():
    return {name: homework.load(name) for name in NAMES}


@pytest.fixture(params=NAMES)
def assignment(request, assignments):
    return assignments[request.param]


@pytest.fixture(scope="module")
def pair():
    pair = grade_processes.workers()
    yield pair
    for worker in pair:
        worker.close()


@pytest.mark.skipif(sources() != PUBLIC, reason="private sources are not committed")
def test_committed_versions_are_current(assignments):
    assert sorted(path.name for path in COMMITTED.glob("*.ipynb")) == sorted(
        assignment.file for assignment in assignments.values()
    )
    for assignment in assignments.values():
        text = nbformat.writes(homework.student_version(assignment)) + "\n"
        file = (COMMITTED / assignment.file).read_text("utf-8")
        assert file == text, f"run `make homework`: {assignment.file} is not current"


def test_points_names_and_headings(assignment):
    asked = assignment.questions
    assert sum(question.points for question in asked) == 100
    assert [q.points for q in asked if isinstance(q, Written)] == [10]
    assert 10 <= len(asked) <= 12
    text = "\n".join(c.source for c in assignment.source.cells if c.cell_type == "markdown")
    found = re.findall(r"(?m)^## (\d+)\. (.+) \((\d+) points\)$", text)
    expected = [(str(i), q.title, str(q.points)) for i, q in enumerate(asked, 1)]
    assert found == expected
    for number, question in enumerate(asked, 1):
        assert question.name.startswith(f"q{number:02}_")


def test_each_question_is_text_answer_and_check(assignment):
    cells = assignment.source.cells
    for index, cell in enumerate(cells):
        name = homework.answers_for(cell) if cell.cell_type == "code" else None
        if name:
            assert cells[index - 1].source.startswith("## ")
            check = cells[index + 1].source
            assert f'answered("{name}", ' in check
            assert re.fullmatch(r'    fine\(\s*".+"\s*\)', check.splitlines()[-1]), check
            assert "assert" not in check


def test_a_student_sees_no_solution(assignment):
    notebook = homework.student_version(assignment)
    for cell, source in zip(notebook.cells, assignment.source.cells, strict=True):
        assert "SOLUTION" not in cell.source and "{{" not in cell.source
        name = homework.answers_for(source) if cell.cell_type == "code" else None
        if name:
            assert re.search(rf"(?m)^{name} = None\b|^def {name}\(", cell.source)
            assert cell.source.count("return") <= 1
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    code = code.replace("os.open(os.devnull", "")  # of the set-up cell
    assert "helpers" not in code and "open(" not in code  # nothing lies beside the notebook


def test_lines_fit_and_english_is_ours(assignment):
    for cell in homework.student_version(assignment).cells:
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= 100
        else:
            for pattern, better in PHRASES.items():
                found = re.search(pattern, " ".join(cell.source.split()), re.IGNORECASE)
                assert not found, f"{found[0]!r}: say {better!r}"


def test_public_checks_find_no_fault_in_the_reference(assignment, capsys):
    run = {}
    for cell in homework.reference(assignment).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), run)
    count = len(assignment.questions)
    said = capsys.readouterr().out
    assert (
        said.count("No mistake found so far.") == count and f"Answered: {count} of {count}" in said
    )


def test_nbgrader_reads_the_metadata(assignment):
    metadata = [c.metadata.nbgrader for c in assignment.source.cells if "nbgrader" in c.metadata]
    ids = [one.grade_id for one in metadata]
    assert len(ids) == len(set(ids))
    points = {one.grade_id: one.points for one in metadata if one.grade}
    assert points == {question.name: question.points for question in assignment.questions}
    assert all(one.schema_version == 3 for one in metadata)


def used(code: str, right: dict[str, str]) -> set[str]:
    """The questions whose answers this code uses, itself or through others."""
    found = {name for name in right if re.search(rf"\b{name}\b", code)}
    rest = {name: source for name, source in right.items() if name not in found}
    return found.union(*(used(right[name], rest) for name in found))


def packed(answers, right):
    """The answers in groups, none of which uses another: fewer notebooks."""
    groups = []
    for answer in answers:
        near = used(answer[1], right) | {answer[0]}
        free = (
            group
            for group in groups
            if not any(o[0] in near or answer[0] in used(o[1], right) for o in group)
        )
        group = next(free, None)
        if group is None:
            groups.append(group := [])
        group.append(answer)
    return groups


def test_right_and_wrong_answers_score_what_they_should(assignment, pair, tmp_path):
    most = {q.name: q.points for q in assignment.questions if not isinstance(q, Written)}
    assert len(assignment.wrong) >= 10
    assert {name for name, _ in assignment.right} >= set(most) - {"q10_budget"}  # in WRONG
    others = [(name, code, most[name], "") for name, code in assignment.right]
    files = {
        "reference": homework.reference(assignment),
        "untouched": homework.student_version(assignment),
    }
    right = homework.right_answers(assignment)
    groups = packed([*assignment.wrong, *others], right)
    for number, group in enumerate(groups):  # beside them stands only what they use
        changed = {name: code.strip("\n") for name, code, *_ in group}
        needed = set().union(*(used(code, right) for code in changed.values())) - set(changed)
        kept = {name: right[name] for name in needed}
        files[f"group{number}"] = homework.submission(assignment, changed | kept)
    done = graded(assignment.name, files, tmp_path, pair)
    assert done.code == 0, done.report
    expected = {"reference": dict(most), "untouched": dict.fromkeys(most, 0)}
    for number, group in enumerate(groups):
        scores = {name: points for name, _, points, _ in group}
        beside = set().union(*(used(code, right) for _, code, *_ in group))
        alone = {name: points if name in beside else 0 for name, points in most.items()}
        expected[f"group{number}"] = alone | scores
        for name, code, _, words in group:
            hints = done.hints[f"group{number}"][name]
            assert words in " ".join(hints), f"no {words!r} in {hints} for {code}"
    for file, row in done.rows.items():
        got = {name: float(row[name]) for name in expected[file]}
        assert got == expected[file], (file, row["notes"])
    assert sum(most.values()) == float(done.rows["reference"]["points"]) == 90
    assert "cell" not in done.rows["reference"]["notes"] + done.rows["untouched"]["notes"]


def test_hints_tell_no_number(assignment, pair, tmp_path):
    """Of what a call returns, no page shows a number: it would tell what the call was given."""
    called = [q for q in assignment.questions if getattr(q, "calls", list)()]
    spy = {q.name: f"def {q.name}(*arguments, **options):\n    return arguments[0]" for q in called}
    raises = {
        q.name: f"def {q.name}(*arguments):\n    raise ValueError(str(arguments))" for q in called
    }
    files = {
        "spy": homework.reference(assignment, spy),
        "raises": homework.reference(assignment, raises),
    }
    done = graded(assignment.name, files, tmp_path, pair)
    own = {str(hint) for q in called for check in q.checks for hint in authored(check.judge)}
    for page in done.hints.values():
        for name, hints in page.items():
            if name in spy:
                for hint in hints:
                    rest = hint
                    for text in own:
                        rest = rest.replace(text, "") if text else rest
                    assert not re.search(r"\d{2}|\d\.\d", rest.replace("q0", "q")), hint


def authored(judge):
    hints = getattr(judge, "hints", None) or {}
    yield from hints.values() if isinstance(hints, dict) else (reason for _, reason in hints)
    yield from (reason for _, reason in getattr(judge, "wrong", ()))
    yield getattr(judge, "hint", "")


def test_hints_on_shapes_read_well_without_their_numbers():
    judge = checks.Model(lambda: None)
    for said, shown in (
        ("5,120 parameters are too many.", "Its parameters are too many."),
        ("12: is it?", "is it?"),
        (
            "The output (None, 8, 9), counted without the batch, is wrong on axis 2.",
            "The output is wrong on axis ....",
        ),
    ):
        assert questions._without_numbers(said, judge) == shown


def test_what_a_call_returns_or_not_is_said():
    raises = questions.Raises("ValueError", "It should raise.")
    asked = questions.Question(
        "q01_x",
        "",
        [questions.Check(1, lambda x: None, call=(1,)), questions.Check(1, raises, call=(2,))],
    )
    error = plain_data.Failed("ValueError", "")
    for given, points, hints in (
        ([None, None], 0, [questions.NOT_ANSWERED]),
        ([3, None], 1, ["It should raise."]),
        ([None, error], 1, ["Called by the grader, it returned None. Does every way"]),
        ([error, error], 0, ["Called by the grader, it stopped: ValueError.", "It always stops."]),
        ([3, error], 2, []),
    ):
        result = questions.judge([asked], {"q01_x": given})[0]
        assert result["points"] == points
        assert len(result["hints"]) == len(hints)
        for hint, short in zip(result["hints"], hints, strict=True):
            assert hint.startswith(short)


def test_numbers_and_names_are_filled_in():
    values = {"a": 1234567, "b": "{{a:,}}", "pair": (1, 2)}
    assert (
        homework.fill("{{a}} {{b}} {{pair}} { {a} }", values) == "1234567 1,234,567 (1, 2) { {a} }"
    )
    with pytest.raises(SystemExit, match="sets no other"):
        homework.fill("{{other}}", values)


def test_answers_travel_in_their_shape():
    """A list of NumPy numbers is a row and no column; an array that lies otherwise is the same."""
    square = np.arange(6.0).reshape(2, 3)
    for given in ([np.float64(1.5), np.int64(2)], [[np.float32(1)], [2.0]], square.T, np.int64(3)):
        arrived = unpack(json.loads(json.dumps(pack(given))))
        assert np.shape(arrived) == np.shape(given)
        assert np.array_equal(arrived, given)


def test_sheet_knows_what_the_questions_say(assignment, pair):
    sheet = grade.read_sheet(assignment.name, questions.sources(), pair[1])
    assert sheet.title == assignment.title
    assert [(q.name, q.points) for q in sheet.questions] == [
        (q.name, q.points) for q in assignment.questions
    ]


def test_a_compiled_model_is_read_with_its_weights():
    """Compiling leaves an optimizer in the config, also in that of a model inside another."""
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    inner.compile(keras.optimizers.SGD(0.1), "mse")
    model = keras.Sequential([keras.Input((3,)), inner])
    model.compile(keras.optimizers.Adam(0.1), "mse")
    back = plain_data.unpack(json.loads(json.dumps(plain_data.pack(model))))
    assert isinstance(back, keras.Model), back
    assert np.array_equal(back.get_weights()[0], model.get_weights()[0])
