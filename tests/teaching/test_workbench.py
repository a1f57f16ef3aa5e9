"""A lesson in which one writes gates: the file is begun, watched, checked, and never harms."""

from collections.abc import Callable
from pathlib import Path

import pytest
from learning import SMALL, lesson, said
from test_live import Terminal

from backprop_cli.commands.workbench import Workbench
from backprop_cli.errors import BackpropError
from backprop_cli.grading.exercise import CodeGate
from backprop_cli.grading.result import Verdict
from backprop_cli.teaching.check import prove
from backprop_cli.teaching.course import Course
from backprop_cli.teaching.progress import Book
from backprop_cli.teaching.session import State, asked_code, prompt, submitted, typed

ADA = Path(__file__).with_name("right_gates.py").read_text("utf-8")

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
    terminal.until("Enter goes on > ")
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
