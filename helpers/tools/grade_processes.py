"""The two processes of grade_worker.py as the grader sees them, and what protects from them."""

import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from helpers.tools.grade_limits import WALL
from helpers.tools.kernels import ROOT
from helpers.tools.questions import sources

SECONDS = 60  # of a processor for a submission
MOST_SENT = 64 * 2**20  # bytes of answers of one submission
TRUST = "Grade only people whom you trust."
ENDED = {"in_time": True, "used_up": False, "memory": 0}


class Worker:
    """A process of grade_worker.py that does one job after the other, "collect" or "judge"."""

    def __init__(self, kind: str, protection: str, hidden: Sequence[Path] = ()):
        self.kind, self.protection, self.process = kind, protection, None
        self.folder = tempfile.mkdtemp(prefix="grade-")
        self.jail = self.folder if protection == "jail" else None
        self.settings = {
            "jail": self.jail,
            "hidden": [str(path.resolve()) for path in (sources(), *hidden)],
            "own_user": protection in ("jail", "user"),
            "once": protection == "time",
        }

    def command(self, **settings) -> list[str]:
        module = ["-m", "helpers.tools.grade_worker", self.kind]
        command = [sys.executable, *module, json.dumps(self.settings | settings)]
        if self.jail:
            own = ["--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child"]
            command = ["unshare", *own, *command]
        return command

    def environment(self) -> dict[str, str]:
        """Nothing of the teacher's environment but what a process needs to start."""
        needed = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
        kept = {name: os.environ[name] for name in needed if name in os.environ}
        kept["KERAS_HOME"] = self.folder  # settings of Keras that a teacher may have made
        return kept | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}

    def start(self) -> bool:
        """Start the process; False where this system does not allow such a one."""
        if self.settings["once"]:
            return True
        self.status, status = os.pipe()
        try:
            self.process = subprocess.Popen(
                self.command(status=status),
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                pass_fds=[status],
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        except OSError:
            return False
        finally:
            os.close(status)
        os.set_blocking(self.process.stdout.fileno(), False)
        return True

    def ready(self) -> bool:
        return self.settings["once"] or b"ready" in os.read(self.status, 1000)

    def run(self, payload: bytes, seconds: float = SECONDS) -> tuple[bytes, dict]:
        """What the child sent, and how it ended, after so many seconds of a processor at most."""
        if self.settings["once"]:
            return self._run_once(payload, seconds)
        try:
            sent, ended = self._run(payload, seconds)
        except (BrokenPipeError, ConnectionError):
            sent, ended = b"", None
        if ended is None:  # the process itself is gone: the next job gets a new one
            self.stop()
            if not self.start() or not self.ready():
                raise SystemExit("The grader's process ended and could not be started again.")
            ended = ENDED | {"seconds": 0.0}
        return sent, ended

    def _run(self, payload: bytes, seconds: float) -> tuple[bytes, dict | None]:
        self.process.stdin.write(f"{len(payload)} {seconds}\n".encode())
        for start in range(0, len(payload), 2**16):
            self.process.stdin.write(payload[start : start + 2**16])
        out, parts, size = self.process.stdout.fileno(), [], 0
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            selector.register(self.status, selectors.EVENT_READ)
            while not said.endswith(b"\n"):
                events = selector.select(WALL * seconds + 30)
                if not events:
                    return b"", None
                for key, _ in events:
                    if key.fd == self.status:
                        if not (part := os.read(self.status, 4096)):
                            return b"".join(parts), None
                        said += part
                    else:
                        size += self._read(out, parts, size)
        while self._read(out, parts, size):  # what still lies in the pipe
            pass
        return b"".join(parts), json.loads(said)

    def _read(self, out: int, parts: list[bytes], size: int) -> int:
        try:
            part = os.read(out, 2**20)
        except BlockingIOError:
            return 0
        if size < MOST_SENT:
            parts.append(part)
        return len(part)

    def _run_once(self, payload: bytes, seconds: float) -> tuple[bytes, dict]:
        start, in_time = time.monotonic(), True
        try:
            done = subprocess.run(
                self.command(seconds=seconds),
                cwd=ROOT,
                env=self.environment(),
                input=payload,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=WALL * seconds + 60,  # the start of Keras is not counted
            )
            sent = done.stdout[:MOST_SENT]
        except subprocess.TimeoutExpired as late:
            sent, in_time = (late.stdout or b"")[:MOST_SENT], False
        took = round(time.monotonic() - start, 2)
        return sent, ENDED | {"in_time": in_time, "seconds": took}

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            os.close(self.status)
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def workers(protection: str | None = None, hidden: Sequence[Path] = ()) -> list[Worker]:
    """The two processes, with the best protection that the system gives, or the one named.

    hidden: folders that no submission sees; the hidden tests are among them anyway.
    """
    kinds = [protection] if protection else possible_protections()
    for one in kinds:
        pair = [Worker(kind, one, hidden) for kind in ("collect", "judge")]
        if all(worker.start() for worker in pair) and all(worker.ready() for worker in pair):
            return pair
        for worker in pair:
            worker.close()
    raise SystemExit(
        "The process that runs submissions could not be started. As root it needs `unshare` of "
        "util-linux, or a Python that every user may read; or grade as an ordinary user."
    )


def possible_protections() -> list[str]:
    """What to try, the best first."""
    if sys.platform != "linux":
        return ["time"]
    if os.geteuid() != 0:
        return ["limits"]
    best = ["jail"] if shutil.which("unshare") else []
    return best + (["user"] if others_can_read() else [])


def others_can_read() -> bool:
    """May every user read this Python and its packages? In root's own folder they may not."""
    python = [Path(sys.executable).resolve(), Path(os.__file__), Path(sys.prefix, "pyvenv.cfg")]
    for path in python:
        if not path.stat().st_mode & 4 or not all(p.stat().st_mode & 1 for p in path.parents):
            return False
    return True


def protections(protection: str, seconds: float) -> str:
    """The first line of the report: what a submission could not do, and what it could."""
    limits = (
        f"{seconds:g} s of a processor, {WALL * seconds:g} s of a clock, 3 GiB of memory, "
        "50 MiB a file, 200 processes"
    )
    if protection == "jail":
        return (
            "Protections: no network; own user; own processes, ended afterwards; of the file "
            "system only Python, to read, and an empty folder; limits: " + limits + "."
        )
    if protection == "user":
        return (
            f"Protections: own user; limits: {limits}. No more is allowed here: a submission "
            "could use the network and read what every user may. " + TRUST
        )
    alone = f"a limit of time alone, {WALL * seconds:g} s"
    alone = f"limits alone: {limits}" if protection == "limits" else alone
    return (
        f"Protections: {alone}. A submission ran as you, with your files and your network; "
        "graded by root on Linux it would not. " + TRUST
    )
