"""The submissions: files of any name in folders and zips, read and never unpacked.

A symbolic link is not followed, and nothing is written to where the submissions lie.
"""

import dataclasses
import io
import json
import os
import stat
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

LARGEST = 100 * 10**6  # bytes of a notebook, with its outputs
LARGEST_CODE = 2 * 2**20  # characters of its code
NO_NOTEBOOK = "not a notebook: it is not read"


@dataclasses.dataclass
class Found:
    """One file. `cells` holds the code of a notebook; None: `problem` says why there is none."""

    name: str  # below the folder or in the zip, with /; what cannot be printed is escaped
    data: bytes = b""
    time: datetime = datetime.min
    cells: list[str] | None = None
    problem: str = ""
    notes: list[str] = dataclasses.field(default_factory=list)
    look: bool = False

    def __post_init__(self):
        self.name = printable(self.name)


def printable(text: str) -> str:
    """The text without what could steer a terminal: such characters as their codes."""
    escaped = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return "".join(escaped)


def gather(place: Path) -> list[Found]:
    """All files at `place`, a folder or a zip or a single notebook, in the order of their names."""
    if place.is_file():
        one = Found(place.name, time=datetime.fromtimestamp(place.stat().st_mtime))
        if place.suffix.lower() == ".zip":
            found = list(_in_zip(place, ""))
        else:
            found = [_read(one, place.read_bytes())]
    else:
        found = list(_in_folder(place))
    found.sort(key=lambda one: one.name)
    _several_of_one(found)
    return found


def _in_folder(place: Path):
    for folder, folders, files in os.walk(place, followlinks=False):
        folders[:] = [name for name in folders if not _hidden(name)]
        for name in [*folders, *files]:
            path = Path(folder, name)
            one = Found(path.relative_to(place).as_posix())
            if path.is_symlink():
                one.problem = "a symbolic link: it is not followed"
                yield one
                continue
            if name in folders or _hidden(name):
                continue
            try:
                if not stat.S_ISREG(path.stat().st_mode):
                    one.problem = "not an ordinary file"
                    yield one
                    continue
                one.time = datetime.fromtimestamp(path.stat().st_mtime)
                if path.suffix.lower() == ".zip":
                    yield from _in_zip(path, f"{one.name}/")
                else:
                    large = path.stat().st_size > LARGEST
                    yield _read(one, None if large else path.read_bytes())
            except OSError as error:
                one.problem = f"cannot be read: {error.strerror}"
                yield one


def _in_zip(file, before: str, depth: int = 0):
    """The files of a zip, also of the zips in it: an LMS puts the students' own zips in one."""
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                path = PurePosixPath(info.filename.replace("\\", "/"))
                if info.is_dir() or any(map(_hidden, path.parts)):
                    continue
                one = Found(f"{before}{path}", time=datetime(*info.date_time))
                if stat.S_ISLNK(info.external_attr >> 16):
                    one.problem = "a symbolic link: it is not followed"
                elif info.flag_bits & 1:
                    one.problem = "encrypted: it cannot be read"
                else:
                    with archive.open(info) as member:
                        data = member.read(LARGEST + 1)
                    data = data if len(data) <= LARGEST else None
                    if path.suffix.lower() == ".zip" and data and depth < 2:
                        yield from _in_zip(io.BytesIO(data), f"{one.name}/", depth + 1)
                        continue
                    _read(one, data)
                yield one
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        yield Found(before.rstrip("/") or "the zip", problem=f"a broken zip: {error}")


def _hidden(name: str) -> bool:
    names = ("__MACOSX", "Thumbs.db", "desktop.ini")
    return (name.startswith(".") and name != "..") or name in names


def _read(one: Found, data: bytes | None) -> Found:
    """Read a notebook's code into `one`, or say in it why that cannot be done."""
    if ".ipynb" not in one.name.lower():
        one.problem = NO_NOTEBOOK
        return one
    if data is None:
        one.problem = f"larger than {LARGEST // 10**6} MB: clear its outputs"
        return one
    one.data = data
    if len(data) > 20 * 10**6:
        one.notes.append(f"{len(data) // 10**6} MB")
    try:
        one.cells = _code(_json(one, data))
    except RecursionError:
        one.problem = "cannot be read: lists in lists without end"
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        one.problem = f"cannot be read as a notebook: {type(error).__name__}: {error}"[:200]
    if one.cells is not None and sum(map(len, one.cells)) > LARGEST_CODE:
        one.cells, one.problem = None, "more than 2 MB of code: it is not run"
    return one


def _json(one: Found, data: bytes):
    if not data.strip():
        raise ValueError("the file is empty")
    try:
        return json.loads(data)  # UTF-8 or 16, with its mark or without
    except UnicodeDecodeError:
        one.notes.append("not in UTF-8: read as Windows' Western European")
        return json.loads(data.decode("cp1252", "replace"))


def _code(notebook) -> list[str]:
    cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
    found = []
    for cell in cells:
        if cell["cell_type"] == "code":
            source = cell.get("source", cell.get("input", ""))
            found.append(source if isinstance(source, str) else "".join(source))
    return found


def _several_of_one(found: list[Found]) -> None:
    """Note where a student's folder holds several notebooks; all of them are graded."""
    folders: dict[str, list[Found]] = {}
    for one in found:
        folder = one.name.rpartition("/")[0]
        if one.cells is not None and folder:
            folders.setdefault(folder, []).append(one)
    for several in folders.values():
        if 1 < len(several) <= 3:  # more of them are a class and not one student
            note_newest(several, "in this folder")


def note_newest(several: list[Found], where: str) -> None:
    """Say of each of these which is the newest; somebody should look which one counts."""
    newest = max(several, key=lambda one: (one.time, one.name))
    for one in several:
        one.look = True
        which = "the newest" if one is newest else f"older than {newest.name}"
        one.notes.append(f"one of {len(several)} notebooks {where}: {which}")
