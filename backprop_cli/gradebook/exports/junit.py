"""JUnit's XML: a suite for each student, a case for each question; points are properties."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Graded, Mark, Verdict
from backprop_cli.gradebook.exports.mark_text import mistakes, number
from backprop_cli.gradebook.sheet import Sheet

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
_TAIL = "</testsuites>\n"


def junit(sheet: Sheet) -> Iterator[str]:
    """The file, suite by suite."""
    yield _HEAD
    for graded in sheet.graded:
        yield _text(suite(sheet.title, graded))
    yield _TAIL


def fault(title: str, student: str, message: str) -> str:
    """The file for a submission that could not be marked through a fault of the tool.

    A wrong answer is a failure; this is an error.
    """
    whole = _suite(student, tests=1, failures=0, errors=1, skipped=0)
    ET.SubElement(_case(whole, title, "marking"), "error", message=inert(message), type="fault")
    return f"{_HEAD}{_text(whole)}{_TAIL}"


def suite(title: str, graded: Graded) -> ET.Element:
    """One student's test suite."""
    skipped = sum(mark.verdict is Verdict.UNDECIDED for mark in graded.marks)
    passed = sum(mark.verdict is Verdict.CORRECT for mark in graded.marks)
    tests = max(1, len(graded.marks)) if graded.unreadable else len(graded.marks)
    whole = _suite(
        graded.student, tests=tests, failures=tests - passed - skipped, errors=0, skipped=skipped
    )
    _properties(whole, points=number(graded.points), possible=number(graded.possible))
    for mark in graded.marks:
        _question(whole, title, mark)
    if graded.unreadable:
        case = _case(whole, title, "submission")
        ET.SubElement(case, "failure", message=inert(graded.unreadable), type="unreadable")
    if graded.problems:
        ET.SubElement(whole, "system-out").text = "\n".join(map(inert, graded.problems))
    return whole


def _suite(student: str, **counts: int) -> ET.Element:
    numbers = {name: str(count) for name, count in counts.items()}
    return ET.Element("testsuite", {"name": inert(student), "time": "0"} | numbers)


def _case(suite: ET.Element, title: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=inert(title), name=inert(name), time="0")


def _question(whole: ET.Element, title: str, mark: Mark) -> None:
    case = _case(whole, title, mark.question)
    named = {"mistakes": text} if (text := mistakes([mark])) else {}
    _properties(
        case,
        points=number(mark.points),
        possible=number(mark.possible),
        verdict=mark.verdict.value,
        answer=mark.answer,
        **named,
    )
    if mark.verdict is Verdict.UNDECIDED:
        ET.SubElement(case, "skipped", message="for the teacher to decide")
    elif mark.verdict is not Verdict.CORRECT:
        message = inert(mark.reason or mark.verdict.value)
        ET.SubElement(case, "failure", message=message, type=mark.verdict.value)


def _properties(element: ET.Element, **values: str) -> None:
    properties = ET.SubElement(element, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=inert(value))


def _text(element: ET.Element) -> str:
    ET.indent(element)
    return f"{ET.tostring(element, encoding='unicode')}\n"
