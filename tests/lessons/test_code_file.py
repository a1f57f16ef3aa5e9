"""A lesson in which one writes gates: the file is begun, watched, checked, and never harms."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from learning import LESSONS, RIGHT_FILE, SMALL, lesson, said
from test_live import Terminal

from backprop_cli.cli.learning.code_file import Workbench
from backprop_cli.errors import BackpropError
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.lessons.asks.code import CodeAsk
from backprop_cli.lessons.authoring.lesson_check import prove
from backprop_cli.lessons.hints.code import for_code, written_class
from backprop_cli.lessons.model.blocks import Prose
from backprop_cli.lessons.model.course import Course
from backprop_cli.lessons.progress.progress import Book
from backprop_cli.lessons.session.session import asked_code, prompt, submitted, typed
from backprop_cli.lessons.session.state import State

ADA = RIGHT_FILE.read_text("utf-8")

STEP = '''
[[steps]]
name = "write"
text = "Mend the class."
class = "MultiplyGate"
gate = "mul"
starter = """
class MultiplyGate:
    def forward(x, y):
        return x * y

    def backward(self, dz):
        return [dz * self.x, dz * self.y]
"""

[[fresh]]'''

TEXT = SMALL.replace("\n[[fresh]]", STEP, 1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "small.toml").write_text(TEXT)
    (tmp_path / "ada.py").write_text(ADA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_lesson_is_proved() -> None:
    assert [problem.report() for problem in prove(lesson(TEXT)).problems] == []


def test_the_prompt_and_the_hints() -> None:
    course = Course(lesson(TEXT), "ada")
    state = State(4)
    assert asked_code(course, state) is not None
    assert prompt(course, state) == "MultiplyGate: Enter checks the file > "
    assert "Enter checks the file" in said(typed(course, state, "x * y"))
    for text in ("keeps in self", "a list", "x gets dz * y, y gets dz * x"):
        reply = typed(course, state, "hint")
        assert text in said(reply, "hint")
        state = reply.state
    assert typed(course, state, "show").state.outcomes[4, 0] == "shown"


def test_without_a_runner_nothing_is_run() -> None:
    course = Course(lesson(TEXT), "ada")
    assert said(submitted(course, State(4), ADA)) == "Code is not run here."


def test_a_script_mends_the_class(folder: Path, home: Path, backprop: Callable) -> None:
    lines = ["3", "-12", "1", "3", "-4", "2", "", "@no.py", "@ada.py", "quit"]
    (folder / "a").write_text("\n".join(lines) + "\n")
    done = backprop("learn", "small", "--lessons", "lessons", "--answers", "a")
    assert done.err == ""
    assert (
        (folder / "gates.py").read_text().startswith("class MultiplyGate:\n    def forward(x, y)")
    )
    told = done.out.partition("The class MultiplyGate was added to gates.py.")[2]
    assert "self" in told.partition("Not yet.")[2]
    assert "no.py: No such file or directory" in told
    assert "> @ada.py\n\nRight." in told
    entries = [e for e in Book(home).read().of("small") if e.step == "write"]
    assert [(entry.what, entry.answer) for entry in entries] == [
        ("tried", "6 lines"),
        ("solved", f"{len(ADA.strip().splitlines())} lines"),
    ]


def test_a_class_that_is_there_is_kept(folder: Path, backprop: Callable) -> None:
    (folder / "mine.py").write_text("import math\n\nclass AddGate:\n    pass\n")
    (folder / "a").write_text("skip\nskip\nskip\nskip\nskip\nskip\nquit\n")
    for _ in range(2):
        backprop("learn", "small", "--lessons", "lessons", "--answers", "a", "--file", "mine.py")
    text = (folder / "mine.py").read_text()
    assert text.startswith("import math\n\nclass AddGate:\n    pass\n\n\nclass MultiplyGate:")
    assert text.count("class MultiplyGate") == 1


def test_the_file_is_checked_when_it_is_saved(folder: Path) -> None:
    terminal = Terminal("learn", "small", "--lessons", "lessons")
    terminal.until("Press Enter to continue > ")
    terminal.type("\r")
    for text in ("q = ", "f = ", "∂f/∂f = ", "∂f/∂z = ", "∂f/∂q = ", "1 to 2 > "):
        terminal.until(f"\n{text}")
        terminal.type("skip\r")
    terminal.until("Enter checks the file > ")
    (folder / "gates.py").write_text(ADA)
    terminal.until("saved")
    terminal.until("Right.")
    terminal.type("quit\r")
    assert terminal.end()[0] == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('gate = "mul"', 'gate = "mull"', "there is no gate 'mull'"),
        ('class = "MultiplyGate"', 'class = "Multiply Gate"', "is no name of a class"),
        ('class = "MultiplyGate"', 'class = "MulGate"', "'starter' has no class MulGate"),
    ],
)
def test_what_cannot_be_read(before: str, after: str, said: str) -> None:
    with pytest.raises(BackpropError, match=r"small\.toml, line") as caught:
        lesson(TEXT.replace(before, after))
    assert said in caught.value.report()


@pytest.mark.parametrize(
    ("name", "gate"),
    [("AddGate", "add"), ("MaxGate", "max"), ("SigmoidGate", "sigmoid"), ("MatMulGate", "matmul")],
)
def test_the_other_gates_of_a_lecture(name: str, gate: str) -> None:
    bench = Workbench("nowhere.py")
    try:
        mark = bench.run(CodeGate(name, gate, 1.0), ADA.encode())
    finally:
        bench.close()
    assert (mark.verdict, mark.reason) == (Verdict.CORRECT, "")


# The lesson in which five gates are written

GATES = next(found for found in LESSONS if found.name == "write-the-gates")
CODES = {step.name: step for step in GATES.steps if step.asks and isinstance(step.asks[0], CodeAsk)}
HEAD = CODES["multiply-gate"].asks[0].starter.partition("class ")[0]


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    """One box for all."""
    opened = Workbench("nowhere.py")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", CODES)
def test_the_class_that_is_shown_is_right(name: str, bench: Workbench) -> None:
    (asked,) = CODES[name].asks
    mark = bench.run(asked.gate, (HEAD + written_class(asked)).encode())
    assert (mark.verdict, mark.reason) == (Verdict.CORRECT, "")


KEPT = ("forward(x, y):", "forward(self, x, y):\n        self.x, self.y = x, y")
LISTED = ("return dz", "return [dz, dz]")
"""What is mended in a class -> by what."""


FAULTS = [
    ("multiply-gate", (), "no-self"),
    ("multiply-gate", (("forward(x,", "forward(self, x,"),), "not-kept"),
    ("multiply-gate", (KEPT,), "not-summed"),
    ("add-gate", (), "no-list"),
    ("add-gate", (("return dz", "return [summed(dz, self.x), dz]"),), "not-kept"),
    ("add-gate", (LISTED,), "not-summed"),
    ("max-gate", (), "max-to-both"),
    (
        "max-gate",
        (("(dz, self.x)", "(dz * (self.x > self.y), self.x)"),
         ("(dz, self.y)", "(dz * (self.y > self.x), self.y)")),
        "ambiguous-truth",
    ),
    (
        "max-gate",
        (("return max", "return np.maximum"),
         ("summed(dz, self.x)", "dz * (self.x > self.y)"),
         ("summed(dz, self.y)", "dz * (self.y > self.x)")),
        "not-summed",
    ),
    ("sigmoid-gate", (), "slope-at-the-input"),
    ("sigmoid-gate", (("self.s = x", ""), ("return 1", "self.s = 1")), "no-result"),
    ("matmul-gate", (), "shapes-do-not-fit"),
    (
        "matmul-gate",
        (("dq @ self.x", "self.x.T @ dq"), ("self.W @", "self.W.T @")),
        "other-shape",
    ),
]  # fmt: skip
"""A class of the lesson, what is mended in it, and the hint that it gets then."""


@pytest.mark.parametrize(("name", "mended", "fault"), FAULTS)
def test_a_hint_comes_while_its_fault_is_there(
    name: str, mended: tuple[tuple[str, str], ...], fault: str, bench: Workbench
) -> None:
    step = CODES[name]
    (asked,) = step.asks
    source = HEAD + asked.starter.replace(HEAD, "")
    for before, after in mended:
        assert before in source
        source = source.replace(before, after)
    mark = bench.run(asked.gate, source.encode())
    faults = [mark.code, *(blame.mistake for blame in mark.blames)]
    assert step.hints_about(faults) == step.hints[fault], mark


def test_every_hint_of_a_class_has_a_fault() -> None:
    bound = {(name, words) for name, step in CODES.items() for words in step.hints}
    assert bound == {(name, words) for name, _, words in FAULTS}


def test_shapes_that_do_not_fit_are_told_in_the_names_of_the_class(bench: Workbench) -> None:
    (asked,) = CODES["matmul-gate"].asks
    fits_not = bench.run(asked.gate, (HEAD + asked.starter).encode()).reason
    assert "gufunc" not in fits_not
    assert "which factor is transposed" in fits_not
    swapped = asked.starter.replace("dq @ self.x", "self.x.T @ dq").replace("W @ dq", "W.T @ dq")
    assert "a dW that is" in bench.run(asked.gate, (HEAD + swapped).encode()).reason


def test_a_class_of_another_name_is_told_first() -> None:
    (asked,) = CODES["add-gate"].asks
    assert for_code(asked, ["no-class"])[0].startswith("The class")
    assert for_code(asked)[0].startswith("forward(self, x, y)")


def test_a_file_that_was_saved_and_entered_is_one_try() -> None:
    def refused(gate: CodeGate, source: bytes) -> Mark:
        return Mark(
            gate.class_name,
            "",
            Verdict.WRONG,
            0,
            1,
            "forward(x, y) has no self.",
            code=ReasonCode.NO_SELF,
        )

    course = Course(lesson(TEXT), "ada", run_code=refused)
    first = submitted(course, State(4), "class MultiplyGate: ...")
    again = submitted(course, first.state, "class MultiplyGate: ...")
    assert [event.what for event in first.events] == ["tried"]
    assert again.events == ()
    assert again.state == first.state
    assert said(again, "note") == "Nothing has changed since it was checked."
    assert said(again, "wrong") == "forward(x, y) has no self."
    other = submitted(course, again.state, "class MultiplyGate:  pass")
    assert [event.what for event in other.events] == ["tried", "hinted"]


def test_another_fault_has_its_own_ladder() -> None:
    codes = iter([ReasonCode.NO_SELF, ReasonCode.NOT_KEPT])

    def refused(gate: CodeGate, source: bytes) -> Mark:
        code = next(codes)
        return Mark(gate.class_name, "", Verdict.WRONG, 0, 1, code.value, code=code)

    course = Course(GATES, "ada", run_code=refused)
    at = State(next(k for k in range(course.count) if course.step(k).name == "multiply-gate"))
    first = typed(course, submitted(course, at, "a").state, "hint")
    second = typed(course, submitted(course, first.state, "b").state, "hint")
    assert "the gate itself first" in said(first, "hint")
    assert "Where are they written?" in said(second, "hint")


def test_show_shows_a_class() -> None:
    reply = typed(Course(lesson(TEXT), "ada"), State(4), "show")
    code = next(block.text for block in reply.blocks if isinstance(block, Prose))
    assert "    def backward(self, dz):" in code
    assert "return [summed(dx, self.x), summed(dy, self.y)]" in code
