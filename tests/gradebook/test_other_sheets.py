"""Right answers to another sheet are found, and told to nobody but the teacher."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from marked import row

from backprop_cli.exercises.marking.mark import Marker, load_marker
from backprop_cli.exercises.marking.result import Graded
from backprop_cli.gradebook import other_sheets
from backprop_cli.gradebook.exports import export
from backprop_cli.gradebook.other_sheets import Numbers, OtherSheets
from backprop_cli.gradebook.sheet import sheet_from
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.students import chosen, of_student
from backprop_cli.gradebook.summary import summary
from backprop_cli.gradebook.views.page import page
from backprop_cli.gradebook.views.summary import summary_lines
from backprop_cli.render.text.options import Look

CHAIN = Path(__file__).parents[2] / "examples" / "exercises" / "chain.toml"
CLASS = [f"s{number:02}" for number in range(12)]


@pytest.fixture(scope="module")
def marker() -> Marker:
    return load_marker(CHAIN.read_bytes(), "chain.toml")


def key(marker: Marker, student: str) -> dict[str, str]:
    return {mark.question: mark.key for mark in marker.key(marker.variant(student)).marks}


def found(marker: Marker, sheets: Mapping[str, Mapping[str, str]]) -> list[tuple[str, int, int]]:
    others = OtherSheets()
    for student in CLASS:
        answers = sheets.get(student, key(marker, student))
        others.add(marker.mark(student, answers), 1, [student])
    return [(each.students[0], each.own, *each.sheets) for each in others.found()]


def test_a_copied_sheet_is_found(marker: Marker) -> None:
    one, other = marker.variant("s03"), marker.variant("s08")
    assert found(marker, {}) == []
    assert found(marker, {"s03": key(marker, "s08")}) == [("s03", one, other)]


def test_a_copied_sheet_with_blanks_and_rounded_numbers_is_found(marker: Marker) -> None:
    copied = {name: f"{float(text):.3g}" for name, text in key(marker, "s08").items()}
    told = found(marker, {"s03": {**copied, "q": ""}})
    assert told == [("s03", marker.variant("s03"), marker.variant("s08"))]


def test_what_is_wrong_everywhere_is_nobodys(marker: Marker) -> None:
    slipped = {**key(marker, "s08"), "df/dz": "17.5"}
    ones = dict.fromkeys(slipped, "1")
    assert found(marker, {"s03": slipped, "s04": ones}) == []


def test_one_mistake_is_no_copied_sheet(marker: Marker) -> None:
    """Nor is what somebody with a mistake answers, whatever the sheets of the others are."""
    own = key(marker, "s03")
    swapped = {**own, "df/dz": own["df/dq"], "df/dq": own["df/dz"]}
    assert found(marker, {"s03": swapped}) == []


def test_not_every_suspect_meets_every_sheet(
    marker: Marker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest of rounded keys leads to the few that can be meant."""
    others, compared = OtherSheets(), []
    agree = other_sheets._agree

    def counted(numbers: Numbers, key: Numbers) -> bool:
        compared.append(key)
        return agree(numbers, key)

    monkeypatch.setattr(other_sheets, "_agree", counted)
    copied = marker.mark("s03", key(marker, "s08"))
    right = marker.mark("s08", key(marker, "s08"))
    others.add(copied, 1, ["s03"])
    others.add(right, 1, ["s08"])
    for variant in range(1000, 3000):
        others.keys[variant] = tuple(x and x * variant for x in others.keys[copied.variant])
    (told,) = others.found()
    assert told.sheets == (right.variant,)
    assert len(compared) < 5


def test_it_is_told_to_the_teacher_only(marker: Marker, book: Gradebook) -> None:
    sheets = {student: key(marker, student) for student in CLASS}
    sheets["s03"] = key(marker, "s08")
    graded: list[Graded] = [marker.mark(student, sheets[student]) for student in CLASS]
    asked = [(mark.question, mark.possible) for mark in graded[0].marks]
    exercise = book.exercise("1", "chain", CHAIN.read_text(), asked)
    book.add(exercise, [row(one, f"{n}") for n, one in enumerate(graded, 1)])
    one, other = marker.variant("s03"), marker.variant("s08")
    stored = chosen(book)
    screen = "\n".join(line.plain for line in summary_lines(summary(book, stored), Look(90)))
    assert f"s03: these are the answers of sheet {other}, not of {one}" in screen
    assert f"<td>sheet {other}</td>" in "".join(page(summary(book, stored), []))
    lines = map(json.loads, export("jsonl", sheet_from(book, stored)))
    assert [(r["student"], r.get("answers_of")) for r in lines if "answers_of" in r] == [
        ("s03", [other])
    ]
    alone = "".join(export("json", sheet_from(book, stored, "s03")))
    reasons = [mark.reason for mark in of_student(book, stored, "s03").graded.marks]
    assert "answers_of" not in alone
    assert not any("sheet" in reason for reason in reasons)
