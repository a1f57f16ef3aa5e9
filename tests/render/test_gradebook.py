"""Exact screens of a gradebook, and its page. After a change that is meant:
pytest tests/render --regen-all"""

import random
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from golden import GOLDEN, same_text
from marked import add_class, marked

from backprop_cli.errors import cells, inert
from backprop_cli.exercises.marking.result import Blame, Graded, Verdict
from backprop_cli.gradebook.diff import ComparedMarking, Totals, changes, mended
from backprop_cli.gradebook.manual import Decision, decide
from backprop_cli.gradebook.store import Gradebook
from backprop_cli.gradebook.students import chosen, latest_submissions, of_student
from backprop_cli.gradebook.students import marked as all_marked
from backprop_cli.gradebook.summary import summary
from backprop_cli.gradebook.views.moves import diff_lines
from backprop_cli.gradebook.views.page import POLICY, STYLE, page
from backprop_cli.gradebook.views.students import class_lines, student_lines, undecided_lines
from backprop_cli.gradebook.views.summary import summary_lines
from backprop_cli.render.text.lines import fitted
from backprop_cli.render.text.options import Look

LOOKS = {"80": Look(80), "40": Look(40), "ascii": Look(80, ascii=True)}
HOSTILE = "<script>alert('=1')</script>\x1b[31m\u202e\" onload=x"


def same(name: str, lines: Any, look: Look) -> None:
    pieces = [piece.plain.rstrip() for line in lines for piece in fitted(line, look.width)]
    assert max(map(cells, pieces)) <= look.width
    assert not look.ascii or "".join(pieces).replace("zoë", "").isascii()
    text = "".join(f"{piece}\n" for piece in pieces)
    same_text(GOLDEN / f"gradebook-{name}.txt", text)


def a_class(count: int) -> list[Graded]:
    """Students with mistakes by lot, the same every time."""
    draw = random.Random(5)
    names = ("mul not switched", "upstream dropped", "fork overwritten", "lost local factor")
    class_ = []
    for n in range(count):
        graded = marked(f"student{n}", "".join(draw.choices("cfwbud", (8, 2, 4, 1, 0.3, 0.3), k=3)))
        marks = []
        for mark in graded.marks:
            node = draw.choice(("f", "q"))
            blame = Blame(draw.choice(names), draw.choice(("add", "mul")), (node,))
            found = {"c": (), "f": (), "w": (blame,)}.get(mark.verdict.value[0], ())
            marks.append(replace(mark, blames=found if draw.random() < 0.9 else ()))
        class_.append(replace(graded, marks=tuple(marks)))
    return class_


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook.open(str(tmp_path / "class.db")) as book:
        broken = Graded("zoë", 0, {}, (), unreadable="line 3: there is no '='")
        add_class(book, *a_class(120), broken, marked("student3", "cwf"), title="The chain")
        yield book


@pytest.mark.parametrize("look", LOOKS)
def test_a_class(look: str, book: Gradebook) -> None:
    found = summary(book, chosen(book))
    same(f"class-{look}", summary_lines(found, LOOKS[look]), LOOKS[look])
    handed_in = class_lines(
        latest_submissions(book, chosen(book)), found.everyone, chosen(book), LOOKS[look], 6
    )
    same(f"students-{look}", handed_in, LOOKS[look])


@pytest.mark.parametrize("look", LOOKS)
def test_a_student(look: str, book: Gradebook) -> None:
    decide(book, chosen(book), "student3", "df/dq", Decision(1.5, "half of it was there"))
    exercise = chosen(book)
    lines = [*student_lines(of_student(book, exercise, "student3"), exercise, LOOKS[look])]
    lines += student_lines(of_student(book, exercise, "zoë"), exercise, Look(80))
    same(f"student-{look}", lines, LOOKS[look]) if look != "ascii" else None
    assert "Set by hand: half of it was there" in "\n".join(line.plain for line in lines)


def test_what_is_to_be_decided(book: Gradebook) -> None:
    graded = list(all_marked(book, chosen(book)))
    same("undecided", undecided_lines(graded, "class.db", Look(80)), Look(80))
    (line,) = undecided_lines([], "class.db", Look(80))
    assert line.plain == "Nothing is left to decide."


@pytest.mark.parametrize("look", LOOKS)
def test_who_moves(look: str, book: Gradebook, tmp_path: Path) -> None:
    with Gradebook.open(str(tmp_path / "new.db")) as other:
        better = [
            replace(
                graded,
                marks=tuple(
                    replace(mark, verdict=Verdict.CORRECT, points=mark.possible, blames=())
                    if mark.verdict is Verdict.WRONG and mark.question == "df/dx"
                    else mark
                    for mark in graded.marks
                ),
            )
            for graded in a_class(100)
        ]
        add_class(other, *better, title="The chain", hash="2")
        old, new = ComparedMarking(book, chosen(book)), ComparedMarking(other, chosen(other))
        totals = Totals()
        found = list(changes(old, new, totals))
        said = mended(old.exercise, new.exercise._replace(text="title = 'chain'\nx = 1"))
        lines = diff_lines("The chain", totals, said, found, LOOKS[look], 5)
        same(f"diff-{look}", lines, LOOKS[look])


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_tables_of_a_class_fit_and_numbers_stay_whole(book: Gradebook, width: int) -> None:
    def shown(look: Look) -> list[str]:
        found, exercise = summary(book, chosen(book)), chosen(book)
        lines = [*summary_lines(found, look), *undecided_lines([], "class.db", look)]
        handed_in = latest_submissions(book, exercise)
        lines += class_lines(handed_in, found.everyone, exercise, look, 40)
        lines += student_lines(of_student(book, exercise, "student3"), exercise, look)
        return [piece.plain for line in lines for piece in fitted(line, look.width)]

    def numbers(lines: list[str]) -> set[str]:
        return set(re.findall(r"(?<![\w.])\d[\d.,]*\d(?!\w)", "\n".join(lines)))

    lines = shown(Look(width))
    assert max(map(cells, lines)) <= width
    assert numbers(lines) <= numbers(shown(Look(1_000)))


def test_hostile_names_do_nothing_to_a_screen(book: Gradebook) -> None:
    mark = replace(marked().marks[2], question=HOSTILE, answer=HOSTILE, reason=HOSTILE)
    mark = replace(mark, blames=(Blame(HOSTILE, HOSTILE, (HOSTILE,)),))
    bad = Graded(HOSTILE, 0, {}, (mark,), (HOSTILE,))
    add_class(book, bad, title=HOSTILE, hash="9")
    exercise = chosen(book, HOSTILE)
    found = summary(book, exercise)
    lines = [*summary_lines(found, Look(80)), *undecided_lines([bad], HOSTILE, Look(80))]
    lines += class_lines(latest_submissions(book, exercise), 1, exercise, Look(80))
    lines += student_lines(of_student(book, exercise, HOSTILE), exercise, Look(80))
    moved = list(
        changes(
            ComparedMarking(book, exercise),
            ComparedMarking(book, chosen(book, "The chain")),
            Totals(),
        )
    )
    lines += diff_lines(HOSTILE, Totals(), [HOSTILE], moved, Look(80))
    assert any("script" in line.plain for line in lines)
    assert all(inert(line.plain) == line.plain for line in lines)


class Reader(HTMLParser):
    """What a browser would make of a page."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"] or ""
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_page_of_a_class_is_one_file_without_scripts(book: Gradebook) -> None:
    exercise = chosen(book)
    text = "".join(page(summary(book, exercise), latest_submissions(book, exercise)))
    reader = read(text)
    assert reader.policy == POLICY
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style
    assert style[1] == STYLE
    assert b64encode(sha256(style[1].encode()).digest()).decode() in reader.policy
    assert "default-src 'none'" in reader.policy
    assert not {"script", "img", "link", "iframe", "form", "a"} & {*reader.tags}
    assert not [name for name in reader.attributes if name.startswith("on") or name == "style"]
    assert reader.tags.count("table") == reader.tags.count("caption") == 4
    assert reader.tags.count("tr") == 1 + 10 + 1 + 3 + 1 + len(summary(book, exercise).slips) + 122
    assert "prefers-color-scheme: dark" in text


def test_hostile_names_stay_text_on_the_page(book: Gradebook) -> None:
    mark = replace(
        marked().marks[2], question=HOSTILE, blames=(Blame(HOSTILE, HOSTILE, (HOSTILE,)),)
    )
    broken = Graded(f"b{HOSTILE}", 0, {}, (), unreadable=HOSTILE)
    asked = [(HOSTILE, 2.0)]
    exercise_id = book.exercise("9", HOSTILE, "", asked)
    from marked import row

    book.add(exercise_id, [row(Graded(HOSTILE, 0, {}, (mark,))), row(broken)])
    exercise = chosen(book, HOSTILE)
    text = "".join(page(summary(book, exercise), latest_submissions(book, exercise)))
    reader = read(text)
    assert "script" not in reader.tags
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert reader.text.count(inert(HOSTILE)) >= 6
    assert unescape(text).count(inert(HOSTILE)) >= 8
