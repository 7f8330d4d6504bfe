"""What keeps a submission in its place: limits, an own user, a file system of its own.

For Linux as root; elsewhere what the system has of it. grade_processes.py says which there was.
"""

import contextlib
import itertools
import math
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from helpers.tools.kernels import ROOT

MEMORY = 3 * 2**30  # bytes of data, above which Python raises MemoryError
FILE = 50 * 2**20  # bytes of one file
SCRATCH = 512 * 2**20  # bytes of all files of a submission
PROCESSES = 200  # and threads
WALL = 5  # seconds of a clock for one of a processor: beside others it takes longer
USERS = range(60_706, 61_184)  # that no system gives to anybody: systemd's "unused" range


def give_up_rights(settings: dict) -> None:
    """In the child: limits, an own user, and nothing of the file system but Python."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        tasks = 0 if settings.get("user") else _tasks_of(os.getuid())
        for name, limit in (
            ("RLIMIT_CPU", math.ceil(time.process_time() + settings["seconds"])),
            ("RLIMIT_DATA", MEMORY),
            ("RLIMIT_FSIZE", FILE),
            ("RLIMIT_CORE", 0),
            ("RLIMIT_NPROC", PROCESSES + tasks),
        ):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                kind = getattr(resource, name)
                hard = resource.getrlimit(kind)[1]
                limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
                resource.setrlimit(kind, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large is an OSError
    if settings["jail"]:
        os.chroot(settings["jail"])
    folder = "/scratch" if settings["jail"] else settings["folder"]
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder, MPLCONFIGDIR=folder)
    tempfile.tempdir = folder
    if settings.get("user"):
        os.setgroups([])
        os.setgid(settings["user"])
        os.setuid(settings["user"])


def users(kind: str) -> Iterator[int]:
    """A user for every child, never one that the process of the other kind has at that time.

    They begin anywhere, for a second grader on this machine: whoever shares a user with another
    shares its limit of processes and may end them.
    """
    own = USERS[kind == "judge" :: 2]
    start = secrets.randbelow(len(own))
    return itertools.cycle([*own[start:], *own[:start]])


def _tasks_of(user: int) -> int:
    """The processes and threads that a user has now: the limit counts them, too."""
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{process}").st_uid == user:
                count += len(os.listdir(f"/proc/{process}/task"))
    return count


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def make_jail(jail: str, kind: str, hidden: list[str]) -> None:
    """Make of an empty folder a file system in which Python is there to read, and nothing else.

    Needs root and namespaces of one's own, as `unshare` gives them: nobody else sees what is
    mounted, and it ends with us. Of the folders in `hidden` nothing is seen, wherever they lie.
    """
    if os.getpid() != 1:
        raise SystemExit("not the first process of a namespace")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", jail)
    shown = ["/usr", "/bin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache"]
    shown += ["/dev/null", "/dev/zero", "/dev/urandom", sys.base_prefix, sys.prefix]
    shown += [str(ROOT / "helpers"), str(ROOT / "data")] if kind == "judge" else []
    for path in dict.fromkeys(shown):
        inside = jail + path
        if os.path.islink(path):
            os.symlink(os.readlink(path), inside)
        elif os.path.exists(path) and not os.path.exists(inside):
            os.makedirs(inside if os.path.isdir(path) else os.path.dirname(inside), exist_ok=True)
            if not os.path.isdir(path):
                open(inside, "w").close()
            mount("--bind", path, inside)
            device = path.startswith("/dev/")
            mount("-o", "remount,bind,nosuid" + ("" if device else ",nodev,ro"), inside)
    for folder in hidden:  # should they lie where Python lies
        if os.path.isdir(jail + folder):
            mount("-t", "tmpfs", "-o", "ro,mode=700", "tmpfs", jail + folder)
    for folder in ("proc", "scratch"):
        os.mkdir(f"{jail}/{folder}")
    if not os.path.exists(f"{jail}/tmp"):  # it does where the checkout lies in it
        os.symlink("scratch", f"{jail}/tmp")
    mount("-t", "proc", "-o", "nosuid,nodev,noexec,hidepid=2", "proc", f"{jail}/proc")
    mount("-t", "tmpfs", "tmpfs", f"{jail}/scratch")


def empty_scratch(jail: str, user: int) -> None:
    """A new folder to write in for this user; what another has left is gone."""
    subprocess.run(["umount", "-l", f"{jail}/scratch"], check=True, capture_output=True)
    options = f"nosuid,nodev,mode=700,uid={user},gid={user},size={SCRATCH}"
    mount("-t", "tmpfs", "-o", options, "tmpfs", f"{jail}/scratch")


def descendants() -> list[int]:
    """All processes that come from this one, of any depth."""
    parents = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            with open(f"/proc/{process}/stat", "rb") as file:
                parents[int(process)] = int(file.read().rpartition(b")")[2].split()[1])
    found = {os.getpid()}
    while new := {p for p, parent in parents.items() if parent in found and p not in found}:
        found |= new
    return sorted(found - {os.getpid()})


def end_all(own_processes: bool) -> None:
    """End every process that a submission has left behind."""
    for _ in range(50):
        if own_processes and os.getpid() == 1:  # of a namespace: everything in it but ourselves
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            for process in descendants():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return  # there are none
        time.sleep(0.02)
