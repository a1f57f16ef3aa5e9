"""Mark the gates that a student wrote in Python, by our own rule for the same gate."""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from backprop_cli.errors import BackpropError, closest, did_you_mean, inert, shortened
from backprop_cli.exercises.code import words
from backprop_cli.exercises.code.cases import can_be_written
from backprop_cli.exercises.code.checks import CheckOutcome, Judge
from backprop_cli.exercises.code.replies import read_error, text
from backprop_cli.exercises.code.requests import Asking
from backprop_cli.exercises.code.words import Fault
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import BY_NAME
from backprop_cli.sandbox.box import Box
from backprop_cli.sandbox.report import Ending, Report

LARGEST = 256 * 1024
"""Bytes of the largest file."""


def mark_code(
    source: bytes, gates: Sequence[CodeGate], box: Box, name: str = ""
) -> tuple[Mark, ...]:
    """A mark for each code gate; the points are split evenly over its checks.

    Args:
        source: the student's file.
        gates: what is asked.
        box: where it may run.
        name: what to call the file; without it, by how many lines it has.

    Raises:
        BackpropError: if a gate cannot be asked for, or the isolation itself fails.
    """
    answer = inert(name) or _length(source)
    if len(source) > LARGEST:
        why = Fault(ReasonCode.LARGE_FILE, f"The file is larger than {LARGEST // 1024} KiB.")
        return tuple([_lost(gate, answer, Verdict.UNREADABLE, why) for gate in gates])
    if not source.strip():
        why = Fault(ReasonCode.EMPTY_FILE, "The file is empty.")
        return tuple([_lost(gate, "", Verdict.BLANK, why) for gate in gates])
    marks: list[Mark] = []
    deadline = monotonic() + box.limits.file_wall
    for gate in gates:
        if marks and marks[-1].verdict is Verdict.UNREADABLE:
            # The file does not even load: no use to wait for it again.
            marks.append(replace(marks[-1], question=gate.class_name, possible=gate.points))
        elif monotonic() > deadline:
            said = f"The gates before it took more than {box.limits.file_wall:g} s."
            why = Fault(ReasonCode.NOT_TRIED, said)
            marks.append(_lost(gate, answer, Verdict.WRONG, why))
        else:
            marks.append(_mark(source, gate, box, answer))
    return tuple(marks)


def _length(source: bytes) -> str:
    lines = len(source.splitlines())
    return "1 line" if lines == 1 else f"{lines} lines"


def writable(name: str) -> Gate:
    """The row of the gate table that a class may be asked for.

    Raises:
        BackpropError: if there is no such gate, or no class with `forward(self, x, y)` can be it.
    """
    gate = BY_NAME.get(name)
    if gate is None:
        hint = did_you_mean(name, list(BY_NAME))
        raise BackpropError(f"there is no gate '{inert(name)}'", hint=hint)
    if not can_be_written(gate):
        raise BackpropError(f"the gate '{name}' cannot be asked for as a class")
    return gate


def _mark(source: bytes, asked: CodeGate, box: Box, answer: str) -> Mark:
    gate = writable(asked.gate)
    asking = Asking(gate, asked.class_name, source)
    report = box.run(source, asking.requests)
    unloaded = _unloaded(report, box)
    if unloaded:
        return _lost(asked, answer, Verdict.UNREADABLE, Fault(ReasonCode.NOT_LOADED, unloaded))
    absent = _absent(report, asked.class_name)
    if absent:
        return _lost(asked, answer, Verdict.WRONG, Fault(ReasonCode.NO_CLASS, absent))
    heard = asking.heard(report.replies, _ended(report, box))
    methods = report.loaded["classes"].get(asked.class_name)
    judge = Judge(asking, heard, words.parameters_of(methods, gate))
    outcomes = [o for o in judge.outcomes() if o.name not in asked.leave_out]
    parameters = words.PARAMETERS[: len(gate.inputs)]
    return _judged(asked, answer, outcomes, words.signature(methods, asked.class_name, parameters))


def _judged(
    asked: CodeGate, answer: str, outcomes: Sequence[CheckOutcome], signature: Fault | None
) -> Mark:
    failed = [outcome.failed for outcome in outcomes if outcome.failed]
    if not failed:
        note = next((outcome.note for outcome in outcomes if outcome.note), "")
        right = Mark(asked.class_name, answer, Verdict.CORRECT, asked.points, asked.points, note)
        return replace(right, code=ReasonCode.NOTE if note else ReasonCode.NONE)
    held = len(outcomes) - len(failed)
    fault = Fault(failed[0].code, failed[0].sentence)
    if signature is not None and failed[0].raised:
        fault = signature
    counted = f"{held} of {len(outcomes)} checks hold."
    return Mark(
        asked.class_name,
        answer,
        Verdict.WRONG,
        asked.points * held / len(outcomes),
        asked.points,
        f"{fault.sentence} {counted}" if held else fault.sentence,
        failed[0].key,
        failed[0].blames,
        code=fault.code,
    )


def _lost(asked: CodeGate, answer: str, verdict: Verdict, fault: Fault) -> Mark:
    lost = Mark(asked.class_name, answer, verdict, 0.0, asked.points, fault.sentence)
    return replace(lost, code=fault.code)


def _unloaded(report: Report, box: Box) -> str:
    """Why the file could not be loaded; empty where it was."""
    loaded = report.loaded
    if loaded is None:
        return _ended(report, box)
    if not isinstance(loaded, dict):
        return words.GARBLED
    if isinstance(loaded.get("error"), dict):
        error = read_error(loaded["error"])
        line = f" in line {error['line']}" if error["line"] else ""
        kind, said = inert(error["kind"]), shortened(inert(error["text"]))
        if kind in ("SyntaxError", "IndentationError", "TabError"):
            return f"Python cannot read the file{line}: {said.partition(' (')[0]}."
        if kind == "SystemExit":
            return f"The file ends Python itself{line}: leave that out."
        return f"The file cannot be loaded: {kind}{line}: {said}.".replace(": .", ".")
    return "" if isinstance(loaded.get("classes"), dict) else words.GARBLED


def _absent(report: Report, class_name: str) -> str:
    """Why the class cannot be found; empty where it can."""
    first: Any = report.replies[0] if report.replies else None
    error = first.get("error") if isinstance(first, dict) else None
    if not isinstance(error, dict) or first.get("results") != []:
        return ""
    if text(error.get("kind")) != "AttributeError" or error.get("name") != class_name:
        return ""
    classes = words.names_of(report.loaded["classes"])
    near = words.rename(closest(class_name, classes))
    known = ", ".join([inert(name[:40]) for name in classes[:5]])
    return f"There is no class {class_name}{near or (known and f'; the file has {known}')}."


def _ended(report: Report, box: Box) -> str:
    """Why there are fewer replies than requests."""
    limits = box.limits
    return {
        Ending.TIMEOUT: f"It did not come to an end, in {limits.cpu} s of computing and"
        f" {limits.wall:g} s on the clock: an endless loop?",
        Ending.MEMORY: f"It needs more than {limits.memory // 2**20} MiB of memory.",
        Ending.PRINTED: f"It printed more than {limits.printed // 1024} KiB.",
        Ending.GARBLED: words.GARBLED,
        Ending.EXIT: "It ended Python itself, before it had answered.",
        Ending.KILLED: "Python crashed in it.",
        Ending.DONE: words.GARBLED,
    }[report.ending]
