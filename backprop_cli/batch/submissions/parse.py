"""From the bytes of a submission to its student and answers, or to the reason why not."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from backprop_cli.batch.submissions.digest import digest
from backprop_cli.batch.submissions.submission import (
    MAX_ANSWERS,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NAME,
    Raw,
    Submission,
    UnreadableSubmission,
)
from backprop_cli.errors import BackpropError, inert, shortened
from backprop_cli.inputs.tables import parse_json, parse_toml

KNOWN = ("student", "answers")
"""The keys of a submission."""


def parse(raw: Raw) -> Submission | UnreadableSubmission:
    """What a submission says; it is data, and nothing of it is ever run."""
    mark, student = digest(raw), _readable(raw.stem)
    try:
        if raw.reason:
            raise BackpropError(raw.reason)
        table = _table(raw)
        student = _student(table.get("student"), raw.stem)
        answers, odd = _answers(table.get("answers"), raw.code is not None)
        if len(table) > 2:
            odd += tuple(_unknown(key) for key in table if key not in KNOWN)
        return Submission(student, answers, raw.source, mark, raw.problems + odd[:20], raw.code)
    except BackpropError as error:
        student = student or f"unnamed {mark.hex()[:8]}"
        return UnreadableSubmission(student, raw.source, mark, reason_of(error))


def reason_of(error: BackpropError) -> str:
    """What an error says, in one line."""
    reason = f"{error.message} ({error.hint})" if error.hint else error.message
    return shortened(inert(reason))


def _table(raw: Raw) -> dict[str, Any]:
    if len(raw.data) > MAX_BYTES or len(raw.code or b"") > MAX_BYTES:
        raise BackpropError(f"it is larger than {MAX_BYTES // 2**20} MiB")
    if raw.kind == "code":
        return {}
    table = _json(raw.data) if raw.kind == "json" else _toml(raw.data)
    if not isinstance(table, dict):
        raise BackpropError("it does not give names and answers")
    return table


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once)
"""Made once: a class is a million short texts."""


def _json(data: bytes) -> Any:
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        # The careful way says what is wrong, or reads another encoding.
        return parse_json(data, "it")


def _toml(data: bytes) -> Any:
    """A sheet that was filled in; most that are no TOML lack the quotes around an answer."""
    try:
        return parse_toml(data, "it")
    except BackpropError as error:
        raise BackpropError(error.message, hint=_quoted(data, error.line)) from None


def _quoted(data: bytes, number: int | None) -> str | None:
    """The line that cannot be read, with its answer in quotes; None where it has none."""
    line = data.splitlines()[number - 1 :][:1] if number else []
    filled = re.fullmatch(r'\s*("[^"]+"|[\w-]+)\s*=\s*(.*?)\s*', _text(line[0])) if line else None
    if not filled:
        return None
    answer = filled[2].strip("\"'")
    return f'write {filled[1]} = "{answer}", with quotes' if '"' not in answer else None


def _text(line: bytes) -> str:
    return line[:400].decode("utf-8", "replace")


def _student(said: object, stem: str) -> str:
    """The name of the student: what the submission says, else the name of its file."""
    if said is None or said == "":
        said = stem
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str):
        raise BackpropError("its student is not a text")
    if not said.strip():
        raise BackpropError("it does not say whose it is", hint='student = "…"')
    return student_name(said)


def student_name(said: str) -> str:
    """The name of a student, as every part of the tool knows it.

    Raises:
        BackpropError: if it is empty, or longer than `MAX_NAME` characters.
    """
    name = _readable(said)
    if not name:
        raise BackpropError("the name of a student is empty")
    if len(name) > MAX_NAME:
        raise BackpropError(f"the name of a student is longer than {MAX_NAME} characters")
    return name


def _readable(name: str) -> str:
    """The name of a student, in the one way to write it that a database takes."""
    name = name.strip()
    if not name.isascii():
        # A Mac writes é as two characters.
        name = unicodedata.normalize("NFC", name)
        name = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return name


def _answers(said: object, code: bool) -> tuple[Mapping[str, object], tuple[str, ...]]:
    if said is None and code:
        return {}, ()
    if not isinstance(said, dict):
        what = "has no answers" if said is None else "has answers that are not names and values"
        raise BackpropError(f"it {what}", hint='[answers] and below it "df/dx" = -4')
    if len(said) > MAX_ANSWERS:
        raise BackpropError(f"it has more than {MAX_ANSWERS:,} answers")
    if _PLAIN.issuperset(map(type, said.values())) and len(max(said, key=len, default="")) < 40:
        return said, ()
    return _looked_at(said)


_PLAIN = frozenset((int, float, str))


def _looked_at(said: Mapping[str, Any]) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """The answers one by one, where some are no plain numbers and texts."""
    answers: dict[str, object] = {}
    odd = []
    for name, value in said.items():
        flaw = _flaw(value) if len(name) <= MAX_NAME else "has too long a name"
        if flaw:
            odd.append(f"the answer to '{_short(name)}' is not used: it {flaw}")
        else:
            answers[name] = value if _is_data(value) else str(value)
    return answers, tuple(odd)


def _is_data(value: object) -> bool:
    """Whether it is a kind that JSON has; TOML has dates as well."""
    return value is None or isinstance(value, (int, float, str, list))


def _flaw(value: object) -> str:
    """What is wrong with an answer; a walk, since it may be nested as deeply as it likes."""
    level, depth = [value], 0
    while level:
        if any(isinstance(item, dict) for item in level):
            return 'is a table of its own (a name such as "df/dx" stands in quotes)'
        lists = [item for item in level if isinstance(item, list)]
        level = [item for each in lists for item in each]
        depth += bool(lists)
        if depth > MAX_DEPTH:
            return "is nested too deeply"
    return ""


def _unknown(key: str) -> str:
    return f"'{_short(key)}' is not a part of a submission"


def _short(name: str) -> str:
    return inert(name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}…")
