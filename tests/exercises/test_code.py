"""Gates that students write are marked by our own rule, with the smallest example that shows why."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from boxes import RIGHT as LECTURE
from boxes import TIGHT, layers
from written import written

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.exercise_file import read_exercise
from backprop_cli.exercises.code.cases import can_be_written, cases_of, truth
from backprop_cli.exercises.code.mark import mark_code, writable
from backprop_cli.exercises.marking.mark import load_marker
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.exercises.model.exercise import CodeGate
from backprop_cli.gates.table import GATES
from backprop_cli.sandbox.box import Box, open_box


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with open_box("process", TIGHT) as box:
        yield box


@pytest.fixture
def mark(box: Box) -> Callable[..., Mark]:
    def marked(source: bytes | str, gate: str = "mul", name: str = "Gate") -> Mark:
        source = source.encode() if isinstance(source, str) else source
        (only,) = mark_code(source, [CodeGate(name, gate, 7)], box)
        return only

    return marked


Marker = Callable[..., Mark]


@pytest.mark.parametrize("gate", [gate.name for gate in GATES if can_be_written(gate)])
def test_a_right_gate_earns_everything(mark: Marker, gate: str) -> None:
    found = mark(written(gate), gate)
    assert (found.verdict, found.points, found.reason) == (Verdict.CORRECT, 7, "")


WRONG = [
    ("mul", ("dz * x", "dz * y"), "mul-not-switched", "returned [2, 3]"),
    ("mul", ("y + 0 * dz", "x + 0 * dz"), "upstream-dropped", "then backward(5) returned [3, 2]"),
    ("mul", ("dz", "dz"), "local-factor-lost", "then backward(1) returned [1, 1]"),
    ("add", ("dz * x", "dz * y"), "add-scales", "returned [2, 3]"),
    ("add", ("x + 0 * dz", "y + 0 * dz"), "value-for-gradient", "returned [2, 3]"),
    ("max", ("dz", "dz"), "max-to-both", "returned [1, 1]"),
    ("max", ("dz * (x < y)", "dz * (y < x)"), "max-to-wrong-input", "returned [1, 0]"),
    ("sub", ("dz", "dz"), "sign-lost", "returned [1, 1]"),
    ("1/x", ("dz / x**2",), "sign-lost", "returned [0.25]"),
    ("square", ("x * dz",), "factor-lost", "returned [2]"),
    ("square", ("2 * x**2 * dz",), "power-not-lowered", "returned [8]"),
    ("1/x", ("-dz / x",), "denominator-not-squared", "returned [-0.5]"),
    ("sigmoid", ("dz * x * (1 - x)",), "slope-at-the-input", "returned [-2]"),
    ("relu", ("dz * (dz > 0)",), "mask-from-the-gradient", "returned [0]"),
    ("matmul", ("y.T @ dz.T", "dz.T @ x"), "", ""),
    ("sin", ("dz * np.cos(x) + 1",), "", "dx is wrong"),
]


@pytest.mark.parametrize(("gate", "backward", "mistake", "shown"), WRONG)
def test_a_mistake_is_named_with_an_example(
    mark: Marker, gate: str, backward: tuple[str, ...], mistake: str, shown: str
) -> None:
    found = mark(written(gate, *backward), gate)
    assert found.verdict is Verdict.WRONG
    assert [blame.mistake for blame in found.blames] == ([mistake] if mistake else [])
    assert shown in found.reason
    assert 0 < found.points < 7


CHANGED = [
    # what is replaced, by what, what is said, of how many checks hold
    ("def forward(self, x, y)", "def forward(x, y)", "write def forward(self, x, y)", 0),
    ("self.kept = x, y, z", "pass", "reads self.kept (line 23), which nothing has set", 1),
    ("x, y, z = self.kept", "x, y = self.x, self.y", "reads self.x", 1),
    ("x, y, z = self.kept", "z = 0", "let forward keep it, self.y = y", 1),
    ("return [", "return (", "", 7),
    ("class Gate", "class Gates", "There is no class Gate: rename Gates.", 0),
    ("class Gate", "class Other", "There is no class Gate; the file has Other.", 0),
    ("def backward", "def bakward", "has no method backward: rename bakward.", 1),
    ("return z", "return z +", "Python cannot read the file in line 20: invalid syntax.", 0),
    ("return z", "return z / 0", "forward(2, 3) raised ZeroDivisionError", 0),
    ("return z", "pass", "forward(2, 3) returned nothing: end it with return z.", 3),
    ("return [", "return 0 and [", "returned a number: end it with return [dx, dy].", 1),
    ("return [", "return [1.0, ", "returned 3 gradients for 2 inputs", 1),
    ("z = x * y", "z = x + y", "forward(2, 3) returned 5, which is not x * y.", 3),
    ("z = x * y", "z = x * y + 1", "forward(2, 3) returned 7", 4),
    (
        "self.kept = x, y, z",
        "Gate.kept = x, y, z",
        "first.backward(1) returned [2, 4]: each gate",
        6,
    ),
    (
        "self.kept = x, y, z",
        "self.kept = getattr(self, 'kept', (x, y, z))",
        "forward(2, 3), forward(4, 2), then backward(1) returned [3, 2]: backward belongs",
        6,
    ),
    ("x, y, z = self.kept", "x, y, z = self.kept; del self.kept", "a second time raised", 6),
    ("self.kept = x,", "self.kept = np.copy(x),", "", 7),
    (
        "self.kept = x, y, z",
        "self.kept = np.copy(x), y, z; np.ndim(x) and x.__imul__(2)",
        "forward([2, 3], [4, -5]), then backward([1, 10]) changed the arrays",
        6,
    ),
    ("gradient = np.sum(gradient, axis=0)", "break", "a gradient has the shape of its input", 6),
    (
        "import numpy as np",
        "import torch",
        "ModuleNotFoundError in line 2: No module named 'torch'",
        0,
    ),
    ("class Gate:", "raise SystemExit\nclass Gate:", "The file ends Python itself in line 16", 0),
]


@pytest.mark.parametrize(("old", "new", "said", "hold"), CHANGED)
def test_what_is_wrong_gets_its_own_sentence(
    mark: Marker, old: str, new: str, said: str, hold: int
) -> None:
    source = written("mul").decode()
    assert old in source
    changed = source.replace(old, new)
    if new.endswith("("):
        changed = changed.replace("fit(dz * x, y)]", "fit(dz * x, y))")
    found = mark(changed)
    assert said in found.reason
    assert found.points == pytest.approx(hold)


def test_a_tuple_is_accepted_and_said(mark: Marker) -> None:
    found = mark(written("mul").replace(b"return [", b"return (").replace(b", y)]", b", y))"))
    assert found.verdict is Verdict.CORRECT
    assert found.reason == "backward returned a tuple; the lecture returns a list, [dx, dy]."


def test_the_bare_gradient_of_one_input_is_accepted(mark: Marker) -> None:
    source = written("exp").replace(b"return [dz * z]", b"return dz * z")
    assert mark(source, "exp").verdict is Verdict.CORRECT


def test_the_lecture_s_own_gate_lacks_only_the_sum_over_copies(mark: Marker) -> None:
    found = mark(LECTURE, name="MultiplyGate")
    assert found.points == 6
    assert "sum over the copies" in found.reason
    assert [blame.mistake for blame in found.blames] == ["copies-not-summed"]


def test_an_if_on_numbers_does_not_work_for_arrays(mark: Marker) -> None:
    found = mark(written("max", forward="x if x > y else y"), "max")
    assert "forward([2, 3], [4, -5]) raised ValueError" in found.reason
    assert found.points == 5


def test_a_table_of_the_shown_answers_earns_nothing(mark: Marker) -> None:
    gate = writable("mul")
    shown = cases_of(gate, b"")["numbers"].shown
    table = {case.inputs: truth(gate, case) for case in shown}
    source = f"""
class Gate:
    def forward(self, x, y):
        self.out, self.sent = {{k: v for k, v in {[(k, tuple(v)) for k, v in table.items()]}}}[x, y]
        return self.out
    def backward(self, dz):
        return [dz * g for g in self.sent]
"""
    assert mark(source).points == 0


def test_zeros_everywhere_earn_nothing(mark: Marker) -> None:
    found = mark(written("mul", "0 * dz * y", "0 * dz * x", forward="0 * (x * y)"))
    assert found.points == 0
    assert found.reason == "forward(2, 3) returned 0, which is not x * y."


def test_infinite_values_are_wrong_without_a_warning(mark: Marker) -> None:
    source = written("transpose", "dz.T * np.inf", forward="x.T * 1e300 * 1e300")
    assert mark(source, "transpose").points == 0


def test_drawn_inputs_depend_on_the_file_alone() -> None:
    gate = writable("div")
    drawn = [cases_of(gate, source)["numbers"].hidden for source in (b"1", b"1", b"2")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_file_that_does_not_load_is_tried_once_for_all_gates() -> None:
    asked = [CodeGate("A", "mul", 2), CodeGate("B", "add", 3)]
    with open_box("process", TIGHT) as box:
        marks = mark_code(b"while True: pass", asked, box)
        assert [m.possible for m in marks] == [2, 3]
        assert {m.verdict for m in marks} == {Verdict.UNREADABLE}
        assert "on the clock: an endless loop?" in marks[0].reason
        blank = mark_code(b" \n", asked, box)
        large = mark_code(b"#" * 10**6, asked, box)
    assert {m.verdict for m in blank} == {Verdict.BLANK}
    assert "256 KiB" in large[0].reason


@layers()
def test_marks_are_the_same_behind_every_layer(layer: str) -> None:
    asked = [CodeGate("Gate", "mul", 2), CodeGate("Gate", "add", 3)]
    with open_box(layer, TIGHT) as box:
        first, second = mark_code(written("mul"), asked, box, "gates.py")
    assert (first.verdict, first.answer) == (Verdict.CORRECT, "gates.py")
    assert second.reason.startswith("forward(2, 3) returned 6, which is not x + y.")


@pytest.mark.parametrize("name", ["max_of", "index", "stack", "mull"])
def test_a_gate_that_no_class_can_be_is_refused(name: str) -> None:
    with pytest.raises(BackpropError):
        writable(name)


EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def test_the_examples_earn_what_the_page_says(box: Box) -> None:
    path = EXAMPLES / "exercises" / "code-gates.toml"
    asked = read_exercise(path.read_bytes(), str(path)).code
    files = {
        name: (EXAMPLES / "code-gates" / name / "gates.py").read_bytes() for name in ("ada", "bob")
    }
    assert {mark.verdict for mark in mark_code(files["ada"], asked, box)} == {Verdict.CORRECT}
    reasons = [mark.reason for mark in mark_code(files["bob"], asked, box)]
    assert reasons[0] == "forward(x, y) has no self: write def forward(self, x, y)."
    assert "no value comes in" in reasons[1]
    assert "reads self.x (line 26), which nothing has set" in reasons[2]


def test_a_teacher_may_leave_checks_out() -> None:
    """The lecture's own gate does not sum over copies, which nobody had asked for there."""
    text = """
    schema = "backprop/exercise/v1"
    title = "The lecture's gate"
    [[code]]
    class = "Gate"
    gate = "mul"
    leave-out = ["broadcast"]
    """
    lecture = """
class Gate:
    def forward(self, x, y):
        self.x = x
        self.y = y
        return x * y

    def backward(self, dz):
        return [self.y * dz, self.x * dz]
"""
    for spared, points in ((text, 1), (text.replace('leave-out = ["broadcast"]', ""), 6 / 7)):
        marker = load_marker(spared.encode(), "gates.toml", "none")
        assert marker.mark("ada", {}, code=lecture.encode()).points == pytest.approx(points)
        marker.close()
