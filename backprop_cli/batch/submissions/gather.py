"""Which files belong together: a file is a submission, and so is a folder of a student."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from backprop_cli.batch.submissions.submission import MAX_BYTES, Raw
from backprop_cli.errors import BackpropError, inert

ANSWERS = (".toml", ".json")
CODE = ".py"
NAMED = ("answers.toml", "answers.json")
"""What makes a folder the folder of one student."""
MAX_FILES = 100
"""The most files in the folder of one student."""
TABLES = (".csv", ".jsonl", ".zip")


class SubmittedFile(NamedTuple):
    """A file somewhere: its name, and how to get at its bytes."""

    name: str
    read: Callable[[], bytes]
    """Raises BackpropError where it cannot be read or is larger than `MAX_BYTES`."""
    folder: bool = False


def hidden(name: str) -> bool:
    """Whether it is a thing of the system, not of the student: .DS_Store, __MACOSX."""
    return name.startswith(".") or name in ("__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini")


def of_one_student(entries: Iterable[SubmittedFile]) -> bool:
    """Whether a folder is what one student handed in, and not a class.

    It is where it holds answers.toml or answers.json, or one Python file and no other submission.
    """
    names = [(entry.name.lower(), entry.folder) for entry in entries]
    if any(name in NAMED and not folder for name, folder in names):
        return True
    handed = [name for name, folder in names if folder or _suffix(name) in (*ANSWERS, CODE)]
    return len(handed) == 1 and _suffix(handed[0]) == CODE


def single(entry: SubmittedFile, source: str) -> Raw:
    """The submission in one file; whose it is, is the name of the file."""
    stem, suffix = PurePosixPath(entry.name).stem, _suffix(entry.name)
    if suffix not in (*ANSWERS, CODE):
        return _broken(source, stem, _other_kind(suffix))
    try:
        data = entry.read()
    except BackpropError as error:
        return _broken(source, stem, error.message)
    if suffix == CODE:
        return Raw(source, stem, b"", "code", data)
    return Raw(source, stem, data, suffix[1:])


def folder(name: str, entries: Sequence[SubmittedFile], source: str) -> Raw:
    """The submission in the folder of a student: at most one file of answers, and code."""
    files = [entry for entry in entries if not entry.folder]
    answers = [entry for entry in files if _suffix(entry.name) in ANSWERS]
    answers = [entry for entry in answers if entry.name.lower() in NAMED] or answers
    programs = [entry for entry in files if _suffix(entry.name) == CODE]
    unread = [entry.name for entry in entries if entry not in answers and entry not in programs]
    try:
        if len(entries) > MAX_FILES:
            raise BackpropError(f"it has more than {MAX_FILES} files")
        if len(answers) > 1:
            names = " and ".join(inert(entry.name) for entry in answers[:2])
            raise BackpropError(f"it has more than one file of answers: {names}")
        if not answers and not programs:
            raise BackpropError("it has neither a file of answers (.toml, .json) nor code (.py)")
        data = answers[0].read() if answers else b""
        code = _together([entry.read() for entry in programs]) if programs else None
    except BackpropError as error:
        return _broken(source, name, error.message)
    kind = _suffix(answers[0].name)[1:] if answers else "code"
    problems = tuple(f"{inert(file)} was not read" for file in unread[:10])
    return Raw(source, name, data, kind, code, problems)


def _together(programs: Sequence[bytes]) -> bytes:
    """The files of a program one after the other, in the order of their names."""
    code = b"\n".join(programs)
    if len(code) > MAX_BYTES:
        raise BackpropError(f"its code is larger than {MAX_BYTES // 2**20} MiB")
    return code


def _other_kind(suffix: str) -> str:
    if suffix in TABLES:
        return f"a {suffix} file stands for a class: give it by itself"
    return f"it is a {inert(suffix) or 'file without a suffix'}, not .toml, .json or .py"


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _broken(source: str, stem: str, reason: str) -> Raw:
    return Raw(source, stem, b"", reason=reason)
