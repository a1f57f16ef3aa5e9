"""A marked submission as plain data, `backprop/grade/v1`, and back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backprop_cli.exercises.marking.result import Blame, Graded, Mark, Verdict
from backprop_cli.exercises.model.reason import ReasonCode

SCHEMA = "backprop/grade/v1"

_CODES = {code.value: code for code in ReasonCode}


def to_record(graded: Graded) -> dict[str, Any]:
    """The marked submission as JSON has it."""
    return {
        "schema": SCHEMA,
        "student": graded.student,
        "variant": graded.variant,
        "inputs": dict(graded.inputs),
        "points": graded.points,
        "possible": graded.possible,
        "unreadable": graded.unreadable,
        "problems": list(graded.problems),
        "isolation": graded.isolation,
        "marks": [_mark_record(mark) for mark in graded.marks],
    }


def outcome(graded: Graded) -> str:
    """What a submission earned and why, without whose it is: equal for all who answered so.

    A right answer is kept as the key has it, however many digits were typed, so all who
    are right have one outcome.
    """
    marks = tuple([_as_the_key(mark) for mark in graded.marks])
    record = to_record(replace(graded, marks=marks))
    del record["student"]
    return json.dumps(record, separators=(",", ":"))


def _as_the_key(mark: Mark) -> Mark:
    if mark.verdict is Verdict.CORRECT and mark.key:
        return replace(mark, answer=mark.key)
    return mark


def _mark_record(mark: Mark) -> dict[str, Any]:
    return {
        "question": mark.question,
        "answer": mark.answer,
        "verdict": mark.verdict.value,
        "points": mark.points,
        "possible": mark.possible,
        "reason": mark.reason,
        "code": mark.code.value,
        "key": mark.key,
        "blames": [
            {"mistake": blame.mistake, "gate": blame.gate, "at": list(blame.at)}
            for blame in mark.blames
        ],
        "together": mark.together,
    }


def from_record(record: Mapping[str, Any]) -> Graded:
    """The marked submission that `to_record` wrote down."""
    return Graded(
        record["student"],
        record["variant"],
        record["inputs"],
        tuple([_mark_of(mark) for mark in record["marks"]]),
        tuple(record["problems"]),
        record["unreadable"],
        record["isolation"],
    )


def _mark_of(record: Mapping[str, Any]) -> Mark:
    return Mark(
        record["question"],
        record["answer"],
        Verdict(record["verdict"]),
        record["points"],
        record["possible"],
        record["reason"],
        record["key"],
        tuple(
            Blame(blame["mistake"], blame["gate"], tuple(blame["at"])) for blame in record["blames"]
        ),
        record["together"],
        _code(record.get("code", "")),
    )


def _code(kept: str) -> ReasonCode:
    """The code that was kept; none where another version of backprop had another one."""
    return _CODES.get(kept, ReasonCode.NONE)
