"""A damaged lesson says what is wrong with it, and on which line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from learning import SMALL, lesson

from backprop_cli.errors import BackpropError
from backprop_cli.lessons.authoring.lesson_check import prove

LINES = SMALL.splitlines()


def at(text: str) -> int:
    """The line on which a text stands."""
    return next(n for n, line in enumerate(LINES, start=1) if text in line)


READ = [
    ("title =", "colour = 1\ntitle =", 3, "unknown key 'colour'"),
    ("minutes = 5", 'minutes = "5"', 4, "'minutes' must be a whole number from 1 to 60"),
    ("lesson/v1", "lesson/v7", 1, "schema is 'backprop/lesson/v7'"),
    ('name = "small"', 'name = "Small Lesson"', 2, "small letters, digits and hyphens"),
    ("q = x + y;", "q = x + ;", 9, "a value is missing"),
    ("y = 5, ", "", 9, "y"),
    ('ask = ["q", "f"]', 'ask = ["q", "g"]', 19, "there is no 'g' in the circuit"),
    ('ask = ["q", "f"]', 'ask = ["q", "q"]', 19, "'q' is asked twice"),
    ('ask = ["q", "f"]', 'aks = ["q", "f"]', 19, "unknown key 'aks'"),
    ('"mul-not-switched"', '"mul-not-swapped"', 27, "there is no mistake 'mul-not-swapped'"),
    ("{= f}", "{= r}", 23, "there is no 'r' in the circuit"),
    ("{= df/dq}", "{= dq}", 28, "there is no 'dq'"),
    ("largest(df/dx", "greatest(df/dx", 34, "this is no choice"),
    ("largest(df/dx, df/dz)", "largest(df/dx)", 34, "largest(…) is about two things or more"),
    ('name = "choice"', 'name = "values"', 31, "there is a step 'values' already"),
    ('name = "choice"', 'name = "fresh-1"', 31, "are those of fresh problems"),
    ("level = 1", "level = 7", 37, "'level' must be a whole number from 1 to 5"),
    ("level = 1", 'formula = "x*"', 37, "a value is missing after"),
    ('text = "Which?"', 'text = " "', 32, "'text' is empty"),
]


@pytest.mark.parametrize(("before", "after", "line", "said"), READ, ids=lambda part: str(part)[:30])
def test_what_cannot_be_read(before: str, after: str, line: int, said: str) -> None:
    assert before in SMALL
    with pytest.raises(BackpropError) as caught:
        lesson(SMALL.replace(before, after, 1))
    report = caught.value.report()
    assert f"small.toml, line {line}: " in report
    assert said in report


PROVED = [
    ('name = "small"', 'name = "tiny"', 2, "is in a file of another name"),
    ("count = 3", "count = 2", None, "ends with 2 fresh problems"),
    ("The values.", "The values. `q` is {= q}.", 17, "'q' is told before it is asked"),
    ("From the end.", "It is not 12 or 333." + "x" * 100, 26, "longer than 120 characters"),
    ('"mul-not-switched"', '"sign-lost"', 27, "'sign-lost' changes no number that is asked here"),
    (
        'catches = ["mul-not-switched"]',
        'catches = ["mul-not-switched", "value-for-gradient"]',
        27,
        "told as 'mul-not-switched' and 'value-for-gradient'",
    ),
    ("largest(df/dx, df/dz)", "largest(df/dx, df/dy)", 34, "not one option is the right one"),
    ('circuit = "main"\nask', 'circuit = "main"\ngiven = "values"\nask', 19, "is given, and asked"),
    ('ask = ["q", "f"]', 'ask = "q"\naccepts = ["x + 3"]', 20, "'x + 3' does not pass"),
    ('ask = ["q", "f"]', 'ask = "formula(df/dx)"', 19, "give one that is right, as 'accepts'"),
    ('ask = ["q", "f"]', 'ask = "f"\nhints = ["It is -12."]', 20, "gives the answer -12 away"),
    (
        "[[steps]]\ntext",
        '[[circuits]]\nname = "lost"\nformula = "x"\ninputs = { x = 1 }\n\n[[steps]]\ntext',
        13,
        "no step uses the circuit 'lost'",
    ),
]


@pytest.mark.parametrize(("before", "after", "line", "said"), PROVED, ids=lambda p: str(p)[:30])
def test_what_does_not_hold(before: str, after: str, line: int | None, said: str) -> None:
    assert before in SMALL
    problems = [each.report() for each in prove(lesson(SMALL.replace(before, after, 1))).problems]
    where = "small.toml: " if line is None else f"small.toml, line {line}: "
    assert any(report.startswith(where) and said in report for report in problems), problems


def test_the_small_lesson_holds() -> None:
    assert prove(lesson()).problems == ()


def test_too_few_questions() -> None:
    told = "[[steps]]\ntext = 'Read on.'\n\n" * 6
    problems = prove(lesson(SMALL.replace("[[fresh]]", told + "[[fresh]]"))).problems
    assert "3 of 10 steps ask: it must be a third" in problems[0].report()


@pytest.mark.parametrize("data", [b"\xff", b"x = ", b"[" * 5000, b"", b"a = 1\na = 2"])
def test_what_is_no_toml(data: bytes, tmp_path: Path, backprop: Callable) -> None:
    (tmp_path / "bad.toml").write_bytes(data)
    done = backprop("lessons", "check", str(tmp_path / "bad.toml"))
    assert done.status == 1
    assert done.err.startswith("error: ")


def test_a_new_lesson_passes_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backprop: Callable
) -> None:
    monkeypatch.chdir(tmp_path)
    assert backprop("lessons", "new", "my-lesson").status == 0
    done = backprop("lessons", "check", "my-lesson.toml")
    assert (done.status, done.err) == (0, "")
    assert "my-lesson: 4 steps" in done.out
    again = backprop("lessons", "new", "my-lesson")
    assert (again.status, again.err.splitlines()[0]) == (
        2,
        "error: my-lesson.toml already exists",
    )
    listed = backprop("learn", "--lessons", ".")
    assert "my-lesson" in listed.out
    assert backprop("lessons", "new", "My Lesson").status == 2
