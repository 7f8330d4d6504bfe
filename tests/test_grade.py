"""The grader cannot be talked into anything: odd files, wrong ends, and attacks.

All of them are one class, graded in one run, so that each lies beside all others.
"""

import io
import itertools
import json
import os
import socket
import sys
import threading
import zipfile
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.tools import (
    grade,
    grade_files,
    grade_limits,
    grade_pages,
    grade_processes,
    gradescope,
    homework,
    questions,
)
from helpers.tools.kernels import ROOT
from helpers.tools.questions import PUBLIC
from tests.grading import graded, put

SECONDS = 6  # of a processor, two a cell: for these tests, in which some never end
HALF = {  # what all odd submissions have answered, right
    "q02_parameters": 6,
    "q03_macs": 6,
    "q05_both_ways": 8,
    "q10_budget": 10,
}
POINTS = sum(HALF.values())
FIRST = 12  # what stands before the question on Dense and 1x1
JAIL = grade_processes.possible_protections()[0] == "jail" if sys.platform == "linux" else False


@pytest.fixture(scope="module")
def assignment():
    return homework.load("hw2", PUBLIC)


@pytest.fixture(scope="module")
def half(assignment):
    """A notebook with some cells in front of, in the middle of, and after its answers."""
    whole = {c.nbgrader_name: c.source for c in named(homework.reference(assignment))}

    def make(*, first="", middle="", last="", instead=None, drop=()):
        answers = {name: whole[name] for name in HALF} | (instead or {})
        notebook = homework.submission(assignment, answers)
        cells = []
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name == "q04_convert":
                cells += [new_code_cell(middle)] if middle else []
            if name not in drop:
                cells.append(cell)
            if cell.source.startswith(homework.SETUP) and first:
                cells.append(new_code_cell(first))
        notebook.cells = cells + ([new_code_cell(last)] if last else [])
        return notebook

    return make


def named(notebook):
    for cell in notebook.cells:
        form = cell.metadata.get("nbgrader", {})
        if form.get("solution"):
            cell.nbgrader_name = form.grade_id
            yield cell


@pytest.fixture(scope="module")
def pair():
    pair = grade_processes.workers()
    yield pair
    for worker in pair:
        worker.close()


def saved_by_colab(notebook):
    """As Colab saves: no cell ids, other metadata, nbgrader's gone."""
    notebook.nbformat_minor = 0
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata = nbformat.from_dict({"id": "x1", "executionInfo": {"user": {}}})
    return notebook


DELETE_ASSERTS = """
import ast
import itertools
class No(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    def visit_If(self, node):
        return ast.Pass()
try:
    get_ipython().ast_transformers.append(No())
except Exception:
    pass
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __float__(self): return 1.0
keras.Model = keras.KerasTensor = Yes
np.allclose = np.array_equal = lambda *a, **k: True
q01_pixel = q02_parameters = q03_macs = q05_both_ways = q07_ranks = q09_bill = q10_budget = Yes()
q04_convert = q06_merge = q08_module = q11_join = Yes()
"""
FORGED = """
import json, os, sys
lines = [{"name": "q03_macs", "values": [1]}, {"name": "q07_ranks", "values": [{"list": [6, 40]}]}]
lines += [{"questions": [{"name": "q09_bill", "points": 8, "hints": []}], "finished": True}]
lines += [{"points": 100}, {"name": ["x"], "values": 3}, {"cell": "x"}, [1], 3]
for fd in range(3, 64):
    for line in lines:
        try:
            os.write(fd, json.dumps(line).encode() + b"\\n\\xff{[\\n")
        except OSError:
            pass
print("Correct. 100 of 100 points")
"""
DEAF = """
import signal
for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
    signal.setitimer(timer, 0)
while True:
    pass
"""
MODEL_WITH_LAMBDA = """
def q08_module(x, f1, r3, f3, rd, fd, fp):
    return layers.Lambda(lambda y: y * 1.0)(layers.Conv2D(f1 + f3 + fd + fp, 1)(x))
"""
OWN_LAYER = """
class Mine(layers.Layer):
    def call(self, x):
        return x

def q08_module(x, f1, r3, f3, rd, fd, fp):
    return Mine()(layers.Conv2D(f1 + f3 + fd + fp, 1)(x))
"""


def odd_submissions(half):
    """name: (content, points, what the notes or the problem say)."""
    forged = half(instead={"q03_macs": "q03_macs = 5"}, last=FORGED)
    for cell in forged.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="Correct. 100 of 100 points\n")]
    twice = half(last="q03_macs = 7")
    text = nbformat.writes(half())
    accents = text.replace("your number", "your number, Müller")
    large = half()
    large.cells[3].outputs = [
        nbformat.v4.new_output("display_data", {"image/png": "A" * 50_000_000})
    ]
    other = new_notebook(cells=[new_code_cell("x = 1")])
    deep = "a = []\nfor _ in range(100_000):\n    a = [a]\nq09_bill = a"
    return {
        "right": (half(), POINTS, ""),
        "saved_by_colab": (saved_by_colab(half()), POINTS, ""),
        "broken": (text[: len(text) // 2], 0, "cannot be read as a notebook: JSONDecodeError"),
        "empty": ("", 0, "the file is empty"),
        "a_list": ("[1, 2]", 0, "cannot be read as a notebook"),
        "nested": ("[" * 100_000, 0, "cannot be read"),
        "other_homework": (other, 0, "not hw2: none of its answers is in it"),
        "endless": (half(middle="while True:\n    pass"), POINTS, "took too long"),
        "endless_and_deaf": (half(middle=DEAF), FIRST, "stopped: too much time"),
        "asleep": (half(middle="import time\ntime.sleep(1000)"), POINTS, "took too long"),
        "memory": (half(middle="a = [np.ones(10**9) for _ in range(9)]"), POINTS, "MemoryError"),
        "sys_exit": (half(middle="import sys\nsys.exit()"), POINTS, "SystemExit"),
        "os_exit": (half(middle="import os\nos._exit(0)"), FIRST, "ended early"),
        "killed": (half(middle="import os\nos.kill(os.getpid(), 9)"), FIRST, "ended early"),
        "own_checks": (
            half(first="def expect(*a): pass", instead={"q03_macs": "q03_macs = 1"}),
            POINTS - 6,
            "",
        ),
        "talks": (half(last=DELETE_ASSERTS), 0, ""),
        "forged": (forged, POINTS - 6, ""),
        "no_checks": (without_checks(half()), POINTS, ""),
        "twice": (twice, POINTS - 6, "q03_macs is answered in 2 cells"),
        "deleted": (half(drop=["q02_parameters"]), POINTS - 6, ""),
        "speaks": (half(last="raise ValueError('by the ' 'stu' 'dent')"), POINTS, "ValueError"),
        "no_function": (half(last="q04_convert = 3\nq08_module = keras.Model"), POINTS, ""),
        "odd\x1b[31m": (half(last="class E(Exception):\n    __str__ = None\nraise E"), POINTS, "E"),
        "magics": (
            half(middle="%%time\na = 1\n", last="!pip install x\n%matplotlib inline\n%cd /"),
            POINTS,
            "",
        ),
        "fork_bomb": (half(last="import os\nwhile True:\n    os.fork()"), POINTS, ""),
        "large_file": (
            half(middle="with open('x', 'wb') as f:\n    f.write(bytes(10**9))"),
            POINTS,
            "OSError",
        ),
        "many_files": (
            half(middle="for i in range(99):\n    open(f'f{i}', 'wb').write(bytes(2**25))"),
            POINTS,
            "OSError" if JAIL else "",
        ),
        "recursion": (half(middle="def f():\n    f()\nf()"), POINTS, "RecursionError"),
        "with_lambda": (half(last=MODEL_WITH_LAMBDA), POINTS, ""),
        "own_layer": (half(last=OWN_LAYER), POINTS, ""),
        "large": (large, POINTS, "50 MB"),
        "latin": (accents.encode("cp1252"), POINTS, "not in UTF-8"),
        "utf16": (text.encode("utf-16"), POINTS, ""),
        "with_mark": (b"\xef\xbb\xbf" + text.encode(), POINTS, ""),
        "deep_answer": (half(last=deep), POINTS, ""),
        "huge_number": (
            half(last="q09_bill = 10 ** 10_000\nq07_ranks = [np.nan] * 2"),
            POINTS,
            "",
        ),
        "no_text": (half(last="q12_text = b'\\xff'\nstudent = ['=1+1']"), POINTS, ""),
        "=cmd|' calc'!A0": (half(last="student = '=HYPERLINK(1)'"), POINTS, ""),
        "Ann_7_assignsubmission_file_/hw2": (half(last="student = '7'"), POINTS, "2 notebooks"),
        "Ann_7_assignsubmission_file_/hw2 (1)": (half(), POINTS, "2 notebooks"),
        "same_number_1": (half(last="student = 'n8'"), POINTS, "with this student's number"),
        "same_number_2": (half(last="student = 'n8'"), POINTS, "with this student's number"),
    }


def without_checks(notebook):
    notebook.cells = [cell for cell in notebook.cells if 'answered("' not in cell.source]
    return notebook


@pytest.fixture(scope="module")
def odd(half, pair, tmp_path_factory):
    """All odd submissions, and files that are none, graded beside each other."""
    folder = tmp_path_factory.mktemp("odd")
    submissions = odd_submissions(half)
    files = {name: content for name, (content, *_) in submissions.items()}
    files |= {"report.pdf": b"%PDF", "Ann_7_assignsubmission_file_/notes.txt": "notes"}
    put(files, folder / "submissions")
    secret = folder / "secret.ipynb"
    secret.write_text(nbformat.writes(half()), "utf-8")
    os.symlink(secret, folder / "submissions" / "link.ipynb")
    os.symlink("/etc", folder / "submissions" / "etc")
    os.mkfifo(folder / "submissions" / "pipe.ipynb")
    before = sorted(path.name for path in (folder / "submissions").rglob("*"))
    done = graded("hw2", {}, folder, pair, seconds=SECONDS)
    assert before == sorted(path.name for path in (folder / "submissions").rglob("*"))
    return done, submissions


def test_odd_submissions_score_what_they_should_beside_each_other(odd):
    done, submissions = odd
    assert done.code == 1
    for name, (_, points, words) in submissions.items():
        row = done.rows[f"'{name}" if name.startswith("=") else grade_files.printable(name)]
        assert float(row["points"]) == points, (name, row)
        assert words in row["notes"], (name, row["notes"])


def test_what_is_no_notebook_has_its_line(odd):
    report = odd[0].report
    assert "  link.ipynb: a symbolic link: it is not followed" in report
    assert "  etc: a symbolic link: it is not followed" in report
    assert "  pipe.ipynb: not an ordinary file" in report
    assert "  report.pdf: not a notebook: it is not read" in report.partition("Not read:")[0]
    assert "  Ann_7_assignsubmission_file_/notes.txt" in report.partition("Not read:")[2]
    assert float(odd[0].rows["link"]["points"]) == 0
    assert report.startswith("Protections: ")


def test_a_spreadsheet_finds_no_formula_and_the_right_letters(odd):
    data = (odd[0].out / "grades.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == len(odd[0].rows) + 1
    for cell in data.decode("utf-8-sig").replace("\r\n", ",").split(","):
        assert not cell.startswith(("=", "+", "-", "@", '"=', "\t")), cell
    assert odd[0].rows["'=cmd|' calc'!A0"]["student"] == "'=HYPERLINK(1)"


def test_pages_hold_no_test_and_stay_in_their_folder(odd, assignment):
    done = odd[0]
    assert len(list((done.out / "feedback").iterdir())) == len(done.pages) == len(done.hints)
    for page in done.pages.values():
        assert "import checks" not in page and "Check(" not in page and "lambda:" not in page
    assert "by the student" not in done.pages["speaks"]
    assert "it is no function" in str(done.hints["no_function"]["q04_convert"])
    assert "that is no layer or operation of Keras" in str(done.hints["with_lambda"]["q08_module"])
    assert "that is no layer or operation of Keras" in str(done.hints["own_layer"]["q08_module"])
    assert done.hints["os_exit"]["q05_both_ways"] == ["The notebook has no q05_both_ways."]


def test_the_same_grade_alone(half, odd, pair, tmp_path):
    alone = graded("hw2", {"right": half()}, tmp_path, pair, seconds=SECONDS)
    same = {k: v for k, v in alone.rows["right"].items() if k != "seconds"}
    assert same == {k: v for k, v in odd[0].rows["right"].items() if k != "seconds"}


# Attacks: each leaves what it found in its written answer, which the teacher's page shows.

SPY = """
import gc, glob, os, sys
found = []
for root in ("/", os.getcwd(), {folder!r}, {course!r}, "/root", "/home", "/proc/1/root"):
    for place, folders, files in os.walk(root):
        if place.startswith(("/proc", "/usr", "/sys")) and root != "/proc/1/root":
            folders[:] = []
            continue
        if "site-packages" in place or "/lib/python" in place:
            folders[:] = []
        found += [os.path.join(place, file) for file in files]
found = [name for name in found if "questions.py" in name or name.endswith((".ipynb", ".csv"))]
for path in ({questions!r}, {other!r}, {source!r}):
    try:
        found.append(open(path).read())
    except OSError:
        pass
for process in glob.glob("/proc/[0-9]*"):
    for what in ("environ", "cmdline", "mem", "fd"):
        try:
            name = process + "/" + what
            found.append(os.listdir(name) if what == "fd" else open(name, "rb").read(10**6))
        except OSError:
            pass
texts = [*map(str, found), str(dict(os.environ))]
for thing in gc.get_objects():
    inside = thing.values() if isinstance(thing, dict) else thing
    if isinstance(thing, (dict, list, tuple)):
        texts += [one for one in list(inside) if type(one) is str and len(one) > 12]
text = " ".join(texts)
# backwards, so as not to be found in this cell itself
words = ["boB fo terces", "sessap saib tsrif", "gnihton seilpitlum gniloop"]
words = [word[::-1] for word in words]
q12_text = "SPY " + str([w for w in words if w in text]) + str(
    [f for f in found if isinstance(f, str)])[:2000] + f" uid {{os.getuid()}}"
"""
WRITES = """
import os, shutil
done = []
for path in ({folder!r}, {course!r}, "/", "/usr", "/tmp", "/dev/shm", "/root", {source!r}):
    try:
        with open(os.path.join(path, "planted"), "w") as file:
            file.write("x")
        done.append(path)
    except OSError:
        pass
for other in ({other!r}, {questions!r}):
    try:
        with open(other, "a") as file:
            file.write(" ")
        done.append(other)
    except OSError:
        pass
q12_text = "WRITES " + str(done)
"""
STAYS = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.environ["PLANTED"] = "1"
        os.execv({python!r}, ["python-planted", "-c", "import time; time.sleep(600)"])
    os._exit(0)
import threading, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(600,)).start()
"""
CALLS = """
import socket
try:
    with socket.create_connection(("127.0.0.1", {port}), timeout=2) as line:
        q12_text = "NETWORK " + str(line.recv(5))
except OSError as error:
    q12_text = "NETWORK none"
"""


@pytest.fixture(scope="module")
def attacked(half, pair, tmp_path_factory):
    if not JAIL:
        pytest.skip("needs Linux, root and unshare: this system protects from less")
    folder = tmp_path_factory.mktemp("attacked")
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=answer, args=(server,), daemon=True).start()
    names = {
        "folder": str(folder),
        "course": str(ROOT),
        "questions": str(PUBLIC / "hw2" / "questions.py"),
        "other": str(folder / "submissions" / "bob.ipynb"),
        "source": str(PUBLIC / "hw2" / "hw2_one_by_one_and_inception.ipynb"),
        "python": sys.executable,
        "port": server.getsockname()[1],
    }
    files = {"bob": half(instead={"q12_text": 'q12_text = "the secret of Bob"'})}
    for name, code in {"spy": SPY, "writes": WRITES, "stays": STAYS, "calls": CALLS}.items():
        files[f"x_{name}"] = half(last=code.format(**names))
    files["y_after"] = half()
    course = sorted(path for path in ROOT.rglob("planted"))
    done = graded("hw2", files, folder, pair)
    server.close()
    assert course == sorted(path for path in ROOT.rglob("planted")) == []
    written = (done.out / "written.html").read_text("utf-8")
    return done, written, folder


def answer(server):
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        line.sendall(b"hello")
        line.close()


def test_attacks_change_no_grade(attacked):
    for name, row in attacked[0].rows.items():
        assert float(row["points"]) == POINTS, (name, row)
    assert attacked[0].rows["y_after"]["notes"] == ""


def test_a_submission_reads_neither_tests_nor_others(attacked):
    said = attacked[1].partition("SPY ")[2].partition("</pre>")[0]
    assert said.startswith("[][]"), said
    user = int(said.rpartition("uid ")[2])
    assert user in grade_limits.USERS


def test_the_process_that_judges_never_has_the_user_of_a_submission():
    taken = [
        set(itertools.islice(grade_limits.users(kind), len(grade_limits.USERS)))
        for kind in ("collect", "judge")
    ]
    assert taken[0] and taken[1] and not taken[0] & taken[1]


def test_a_submission_writes_only_into_its_own_folder(attacked):
    said = attacked[1].partition("WRITES ")[2].partition("</pre>")[0].strip()
    assert said in ("[&#x27;/tmp&#x27;]", "[]"), said  # /tmp is its own, and gone afterwards
    assert not list(attacked[2].rglob("planted")) and not Path("/tmp/planted").exists()


def test_a_submission_has_no_network(attacked):
    assert "NETWORK none" in attacked[1]


def test_a_submission_leaves_no_process(attacked):
    assert attacked[0].rows["x_stays"]["notes"] == ""
    assert not processes_with("python-planted")


def processes_with(word: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        found += [text] if word in text else []
    return found


# Files, order, and what a person adds


def zipped(files: dict[str, bytes], link: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link, datetime(2026, 1, 1).timetuple()[:6])
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return data.getvalue()


def test_zips_are_read_and_not_unpacked(half, tmp_path):
    ann, up = "Ann_1_assignsubmission_file_/hw2.ipynb", "../../up.ipynb"
    text = nbformat.writes(half()).encode()
    inner = zipped({"my homework/hw2.ipynb": text, "__MACOSX/._hw2.ipynb": b"x"})
    outer = zipped(
        {
            "Ann_1_assignsubmission_file_/hw2.ipynb": text,
            "Bob_2/own.zip": inner,
            "../../up.ipynb": text,
        },
        link="Cleo_3/hw2.ipynb",
    )
    (tmp_path / "moodle.zip").write_bytes(outer)
    (tmp_path / "broken.zip").write_bytes(outer[:100])
    found = {one.name: one for one in grade_files.gather(tmp_path / "moodle.zip")}
    bob = "Bob_2/own.zip/my homework/hw2.ipynb"
    assert [name for name, one in found.items() if one.cells] == [up, ann, bob]
    assert "symbolic link" in found["Cleo_3/hw2.ipynb"].problem and len(found) == 4
    names = [one.name for one in grade_files.gather(tmp_path)]
    assert names == ["broken.zip", *(f"moodle.zip/{name}" for name in found)]
    pages = grade_pages._page_names([found[up], found[ann], found[bob]])
    assert all("/" not in page and not page.startswith(".") for page in pages)
    assert len(set(pages)) == 3


def test_goes_on_where_it_stopped_and_adds_what_a_person_types(half, pair, tmp_path, monkeypatch):
    text = {"q12_text": 'q12_text = "A sum of four terms."'}
    files = {n: half(last=f"student = {n!r}", instead=text) for n in ("a", "b")} | {"c": half()}
    job, run = grade.job, []

    def stopped(cells, sheet):
        run.append(cells)
        if len(run) == 3:
            raise KeyboardInterrupt
        return job(cells, sheet)

    monkeypatch.setattr(grade, "job", stopped)
    first = graded("hw2", files, tmp_path, pair)
    assert first.code == 130 and set(first.rows) == set(first.pages) == {"a", "b"}
    assert "Stopped: 1 are not graded yet." in first.report
    csv_file = tmp_path / "out" / "grades.csv"
    text = csv_file.read_text("utf-8-sig").replace(",", ";").replace(";10;0;;", ";10;0;7,5;", 1)
    csv_file.write_text(text, "utf-8")  # as Excel saves in Germany
    again = graded("hw2", files, tmp_path, pair)
    assert again.code == 0 and len(run) == 4 and len(again.rows) == 3
    assert again.rows["a"]["points"] == str(POINTS + 7.5) and again.rows["a"]["maximum"] == "100"
    assert again.rows["b"]["points"] == str(POINTS) and again.rows["b"]["maximum"] == "90"
    assert again.rows["c"]["maximum"] == "100" and "Nothing was written." in again.pages["c"]
    assert "3 graded, 1 of them now" in again.report and "their points: 1." in again.report
    assert again.report.endswith("No student's number:\n  c.ipynb\n")
    assert f"{POINTS + 7.5} of 100 points" in again.pages["a"] and "7.5 of 10" in again.pages["a"]
    third = graded("hw2", files, tmp_path, None)  # starts no process at all
    assert third.rows == again.rows and len(run) == 4


def test_what_is_typed_and_is_no_mark_stays_and_is_said(half, pair, tmp_path):
    text = {"q12_text": 'q12_text = "A sum of four terms."'}
    files = {n: half(last=f"student = {n!r}", instead=text) for n in ("a", "b", "c")}
    graded("hw2", files, tmp_path, pair)
    csv_file = tmp_path / "out" / "grades.csv"
    table = csv_file.read_text("utf-8-sig")
    for typed in ("12", "9?", "'-3"):
        table = table.replace(",10,0,,", f",10,0,{typed},", 1)
    csv_file.write_text(table, "utf-8")
    for _ in range(2):
        done = graded("hw2", files, tmp_path, pair)
        assert (
            done.code == 1
            and "a.ipynb: '12' stands in q12_text; a number from 0 to 10" in done.report
        )
        assert [done.rows[n]["q12_text"] for n in "abc"] == ["12", "9?", "'-3"]
        assert {done.rows[n]["maximum"] for n in "abc"} == {"90"}


def test_why_a_name_is_missing(half, pair, tmp_path):
    broken = half(instead={"q05_both_ways": "q05_both_ways = (1 +"})
    done = graded("hw2", {"a": broken, "b": half(drop=("q05_both_ways",))}, tmp_path, pair)
    missing, why = done.hints["a"]["q05_both_ways"]
    assert missing == "The notebook has no q05_both_ways." and "stopped: SyntaxError" in why
    assert done.hints["b"]["q05_both_ways"] == [missing]


def test_command_says_what_is_wrong(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("HOMEWORK_TESTS", raising=False)
    assert grade.main("", "") == 2 and "make grade HW=hw2" in capsys.readouterr().out
    (tmp_path / "homework_private" / "hw2").mkdir(parents=True)
    monkeypatch.setattr(questions, "PRIVATE", tmp_path / "homework_private")
    assert grade.main("hw2", str(tmp_path)) == 2 and "Say which" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="Say which"):
        gradescope.main("hw2")
    monkeypatch.setattr(questions, "PRIVATE", tmp_path / "none")
    assert grade.main("hw9", str(tmp_path)) == 2 and "no hw9" in capsys.readouterr().out
    assert (
        grade.main("hw2", str(tmp_path / "none")) == 2 and "There is no" in capsys.readouterr().out
    )


def test_nothing_to_grade(pair, tmp_path):
    done = graded("hw2", {"notes.txt": "x"}, tmp_path, pair)
    assert done.code == 2 and "  notes.txt: not a notebook" in done.report


@pytest.mark.parametrize("protection", ["limits", "time"])
def test_works_with_less_protection_and_says_so(half, protection):
    """As for a plain user, and as without fork: macOS and Windows."""
    if protection == "limits" and sys.platform != "linux":
        pytest.skip("forks after Keras is imported: Linux alone")
    worker = grade_processes.Worker("collect", protection)
    asked = [grade.Asked("q02_parameters", "", 6, [], None)]
    cells = [c.source for c in half(middle="while True: pass").cells if c.cell_type == "code"]
    try:
        assert worker.start() and worker.ready()
        sent, ended = worker.run(grade.job(cells, grade.Sheet("hw2", "", asked)), SECONDS)
    finally:
        worker.close()
    lines = [json.loads(line) for line in sent.splitlines()]
    assert {"name": "q02_parameters", "values": [25_680]} in lines and {"finished": True} in lines
    assert any("took too long" in line.get("error", "") for line in lines) and ended["in_time"]
    said = grade_processes.protections(protection, SECONDS)
    assert "Grade only people whom you trust." in said and "your network" in said
