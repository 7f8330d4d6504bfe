"""The process in which students' code runs, and the one in which their answers are judged.

python -m helpers.tools.grade_worker collect|judge SETTINGS

grade.py starts one of each. It imports Keras once and forks a child for every submission. The
child of "collect" runs the cells and sends the answers, found by name, as plain data; it is told
the names and the arguments of the calls, no test and no right answer. The child of "judge" loads
the hidden tests, then gives up its rights like the other, and rebuilds and judges what was sent.

A job arrives on standard input: a line with its length and seconds, then its bytes. Only the child
reads these, so that nothing of one submission lies in the memory that the next one inherits; and
only it writes to standard output. How it ended is told on a third pipe, which it does not have.
Where there is no fork (`"once"` in the settings), the process does one job itself and ends.
"""

import builtins
import contextlib
import json
import os
import select
import signal
import sys
import tempfile
import time
import traceback
import types
from pathlib import Path

from helpers.tools.grade_limits import (
    WALL,
    empty_scratch,
    end_all,
    give_up_rights,
    make_jail,
    users,
)
from helpers.tools.kernels import ROOT
from helpers.tools.plain_data import Failed, pack, unpack


class TimeLimit(BaseException):
    """A cell or a call took too long. Not an Exception, so that `except Exception` misses it."""

    def __str__(self) -> str:
        return "it took too long"


def read_exactly(fd: int, count: int) -> bytes:
    parts = []
    while count and (part := os.read(fd, min(count, 2**20))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def hide_output() -> int:
    """Print into nothing from now on; the descriptor on which only `send` writes."""
    out, nothing = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(nothing, fd)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    return out


def send(answer: dict, out: int) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(out, data) :]


# What the two kinds of children do


class Shell:
    """Stands for IPython in lines that begin with % or !. Nothing of them is run but cells."""

    def __init__(self, namespace: dict):
        self.namespace = namespace

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in ("time", "timeit", "capture"):
            exec(compile(cell, f"<%%{name}>", "exec"), self.namespace)

    def __getattr__(self, name: str):
        return lambda *args, **options: None


@contextlib.contextmanager
def time_limit(seconds: float):
    """Raise `TimeLimit` after so many seconds of a processor, or five times as many of a clock."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise TimeLimit

    for kind, timer, limit in (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, WALL * seconds),
    ):
        signal.signal(kind, stop)
        signal.setitimer(timer, limit, 1)  # and every second again, should it be caught
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def describe(error: BaseException, cells: list[str]) -> Failed:
    """The kind of an error and the student's own line that raised it, never the error's text.

    The text could hold the arguments of a hidden test.
    """
    known = [kind.__name__ for kind in type(error).__mro__ if kind in vars(builtins).values()]
    kind, line = "took too long" if isinstance(error, TimeLimit) else known[0], ""
    with contextlib.suppress(Exception):  # code may call itself by a cell's name
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith("<cell "):
                cell = cells[int(frame.filename[6:-1]) - 1].splitlines()
                line = cell[frame.lineno - 1].strip()[:100]
    return Failed(kind, line and f"in the line {line}")


class Notebook:
    """Runs cells in order and sends the answers that they leave behind."""

    def __init__(self, job: dict, seconds: float, out: int):
        import keras
        from IPython.core.inputtransformer2 import TransformerManager

        self.cells, self.asks, self.seconds, self.out = job["cells"], job["asks"], seconds, out
        self.transform = TransformerManager().transform_cell
        main = types.ModuleType("__main__")
        sys.modules["__main__"], self.names = main, vars(main)
        shell = Shell(self.names)
        self.names["get_ipython"] = lambda: shell
        self.names["display"] = lambda *args, **options: None
        self.sent = {}
        keras.utils.set_random_seed(0)

    def run(self) -> None:
        for number, source in enumerate(self.cells, 1):
            try:
                code = compile(self.transform(source), f"<cell {number}>", "exec")
                with time_limit(self.seconds):
                    exec(code, self.names)
            except BaseException as error:  # sys.exit and the time limit, too
                if type(error).__name__ != "NotYet":  # a hint of the notebook's own checks
                    said = str(describe(error, self.cells))
                    send({"cell": number, "error": said}, self.out)
            self.send_answers(only_new=True)
        self.send_answers(only_new=False)
        send({"finished": True}, self.out)

    def send_answers(self, only_new: bool) -> None:
        for ask in self.asks:
            name = ask["name"]
            if name not in self.names:
                continue
            value, calls = self.names[name], ask["calls"]
            calls = calls if callable(value) else []
            sent, whole = self.sent.get(name, (self, False))
            # At the end again: a list may have changed, and a function may now find what it lacked.
            if sent is value and (only_new or (calls and whole)):
                continue
            results = [self.call(value, call) for call in calls] or [self.packed(value)]
            if ask["calls"] and not calls and value is not None:
                results = [pack(Failed("Answer", "it is no function"))]
            failed = any(isinstance(result, dict) and "failed" in result for result in results)
            self.sent[name] = (value, not failed)
            send({"name": name, "values": results}, self.out)

    def packed(self, value: object) -> object:
        try:
            with time_limit(self.seconds):
                data = pack(value)
                json.dumps(data)
                return data
        except BaseException as error:
            return pack(describe(error, self.cells))

    def call(self, function, packed_arguments: list) -> object:
        import keras

        try:
            with time_limit(self.seconds):
                arguments = [unpack(argument) for argument in packed_arguments]
                result = function(*arguments)
                symbolic = [a for a in arguments if isinstance(a, keras.KerasTensor)]
                if isinstance(result, keras.KerasTensor):
                    result = keras.Model(symbolic, result)
        except BaseException as error:
            return pack(describe(error, self.cells))
        return self.packed(result)


def collect(payload: bytes, settings: dict) -> None:
    give_up_rights(settings)
    Notebook(json.loads(payload), settings["cell_seconds"], settings["out"]).run()


def judge(payload: bytes, settings: dict) -> None:
    """Points and hints for what a child of "collect" has sent, which may be anything."""
    from helpers.tools import questions

    head, _, sent = payload.partition(b"\n")
    name, folder, what = json.loads(head)
    if what == "describe":
        send(describe_assignment(Path(folder, name)), settings["out"])
        return
    asked = questions.module(Path(folder, name, "questions.py")).QUESTIONS
    give_up_rights(settings)
    found, errors, finished = {}, {}, False
    for line in sent.splitlines():
        with contextlib.suppress(Exception):  # a line that does not have our form is none of ours
            said = json.loads(line)
            if "name" in said and isinstance(said["values"], list):
                found[str(said["name"])] = said["values"]
            elif "cell" in said:
                errors.setdefault(int(said["cell"]), str(said["error"]))
            finished = finished or "finished" in said
    values = {}
    for question in asked:
        with contextlib.suppress(Exception):
            values[question.name] = [unpack(value) for value in found[question.name]]
    texts = {
        q.name: found.get(q.name, [None])[0] for q in asked if isinstance(q, questions.Written)
    }
    student = found.get("student", [""])[0]
    send(
        {
            "questions": questions.judge(asked, values),
            "texts": {name: text if isinstance(text, str) else "" for name, text in texts.items()},
            "student": str(student)[:200],
            "errors": sorted(errors.items())[:20],
            "finished": finished,
        },
        settings["out"],
    )


def describe_assignment(place: Path) -> dict:
    """What grade.py, which does not import Keras, must know of an assignment."""
    from helpers.tools import questions

    asked = questions.module(place / "questions.py").QUESTIONS
    told = zip(asked, questions.asks(asked), strict=True)
    return {
        "title": questions.title(place),
        "questions": [
            ask | {"title": q.title, "points": q.points, "rubric": getattr(q, "rubric", None)}
            for q, ask in told
        ],
    }


JOBS = {"collect": collect, "judge": judge}


# The process that forks


def shares(seconds: float) -> dict[str, float]:
    """The limits of a submission, of each of its cells, and of the clock."""
    return {"seconds": seconds, "cell_seconds": seconds / 3, "wall_seconds": WALL * seconds}


def serve(kind: str, settings: dict, status: int) -> None:
    """Fork a child for every job until standard input ends."""
    own_users = users(kind)
    while True:
        header = b""
        while not header.endswith(b"\n"):
            byte = os.read(0, 1)
            if not byte:
                return
            header += byte
        if settings["own_user"]:
            settings["user"] = next(own_users)
        if settings["jail"]:
            empty_scratch(settings["jail"], settings["user"])
        length, seconds = header.split()
        settings |= shares(float(seconds))
        with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
            settings["folder"] = folder
            if settings["own_user"]:
                os.chown(folder, settings["user"], settings["user"])
            ended = one_child(kind, int(length), settings, status)
        os.write(status, json.dumps(ended).encode() + b"\n")


def one_child(kind: str, length: int, settings: dict, status: int) -> dict:
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os.close(status)
            payload = read_exactly(0, length)
            JOBS[kind](payload, settings | {"out": hide_output()})
        finally:
            os._exit(0)
    handle = os.pidfd_open(child)
    in_time = select.select([handle], [], [], settings["wall_seconds"])[0]
    os.close(handle)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, code, usage = os.wait4(child, 0)
    end_all(bool(settings["jail"]))
    return {
        "in_time": bool(in_time),
        "used_up": usage.ru_utime + usage.ru_stime >= settings["seconds"] - 0.5,
        "seconds": round(time.monotonic() - start, 2),
        "memory": usage.ru_maxrss // 1024,
    }


def main(kind: str, text: str) -> None:
    settings = json.loads(text)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = "2"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a GPU does not survive a fork
    os.environ["MPLBACKEND"] = "Agg"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    if settings["jail"]:
        make_jail(settings["jail"], kind, settings["hidden"])
    import IPython.core.inputtransformer2  # noqa: F401
    import keras  # noqa: F401  and no operation: TensorFlow's threads do not survive a fork

    if kind == "judge":
        import helpers.equivalence  # noqa: F401
        import helpers.tools.questions  # noqa: F401
    if settings.get("once"):
        payload = sys.stdin.buffer.read()
        settings |= shares(settings["seconds"])
        with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder:
            JOBS[kind](payload, settings | {"out": hide_output(), "folder": folder})
            os.chdir(ROOT)  # Windows removes no folder that somebody works in
        return
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(36, 1)  # orphans become our children, and are ended
    os.write(settings["status"], b'{"ready": true}\n')
    serve(kind, settings, settings["status"])


if __name__ == "__main__":
    main(*sys.argv[1:])
