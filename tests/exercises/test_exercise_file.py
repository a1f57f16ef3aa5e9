"""Exercises are read strictly: every error names its line and what to write instead.

The messages are in golden/bad_exercises.txt. After a change that is meant:
pytest tests/exercises/test_exercise_file.py --regen-all
"""

import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden import same_text
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.errors import BackpropError
from backprop_cli.exercises.authoring.exercise_file import MAX_FILE, read_exercise
from backprop_cli.exercises.marking.mark import Marker
from backprop_cli.exercises.mistakes.rule_changes import WrittenRules
from backprop_cli.exercises.model.exercise import CodeGate, Exercise
from backprop_cli.exercises.model.tolerance import USUAL, Tolerance

GOLDEN = Path(__file__).with_name("golden") / "bad_exercises.txt"
EXAMPLES = Path(__file__).parents[2] / "examples"

GOOD = """schema = "backprop/exercise/v1"
title = "The chain rule"
formula = "q = x + y; f = q * z"
upstream = 2

[inputs]
x = -2
y = "1/3"
z = { from = -9, to = 9, step = 0.5 }

[variants]
count = 7
seed = "monday"

[marking]
relative = 1e-2
follow-through = 0.5
mistakes = ["mul-not-switched", "tripled"]

[[questions]]
ask = "q"
given = true

[[questions]]
ask = "∂f/∂x"
points = 2
absolute = 0.5
text = "What is the slope?"

[[questions]]
ask = "wrong line"

[[mistakes]]
name = "tripled"
gates = ["mul"]
a = "3 * g * b"
says = "At {formula} nothing is tripled."

[wrong-line]
mistake = "mul-not-switched"
at = "f"

[[code]]
class = "MultiplyGate"
gate = "mul"
"""

QUESTION = '[[questions]]\nask = "q"\ngiven = true'
MISTAKE = '[[mistakes]]\nname = "tripled"\ngates = ["mul"]\na = "3 * g * b"\n'

BAD = [
    # What stands in GOOD, and what stands there instead.
    ('schema = "backprop/exercise/v1"\n', ""),
    ("exercise/v1", "exercise/v2"),
    ('schema = "backprop/exercise/v1"', "schema = 1"),
    ('title = "The chain rule"\n', ""),
    ('"The chain rule"', '" "'),
    ('"The chain rule"', f'"{"long " * 50}"'),
    ("title =", "titel ="),
    ("title =", "title = ="),
    ('formula = "q = x + y; f = q * z"', 'formula = "q = x + ; f = q * z"'),
    ('formula = "q = x + y; f = q * z"', 'formula = "q = x + y; f = q * w"'),
    ('formula = "q = x + y; f = q * z"', 'formula = "f = x * z"'),
    ('formula = "q = x + y; f = q * z"', f'formula = "q = x + y; f = q*z{"+z" * 500}"'),
    ("upstream = 2", "upstream = [1, 2]"),
    ("upstream = 2", 'upstream = "two"'),
    ("[inputs]", "[input]"),
    ("[inputs]", "inputs = 3\n[marks]"),
    ("x = -2", "x = true"),
    ("x = -2", "x = 1979-05-27"),
    ("x = -2", f"x = 1{'0' * 400}"),
    ("x = -2", "x = [[1, 2], [3]]"),
    ("x = -2", "x = []"),
    ("x = -2", 'x = "two"'),
    ("x = -2", 'x = "@/etc/passwd"'),
    ("x = -2", 'x = "randn(3)"'),
    ("x = -2", 'x = "zeros(10000, 10000)"'),
    ("x = -2", f"x = {[1] * 101}"),
    ("x = -2", 'x = -2\n"x" = 3'),
    ("x = -2", 'x1 = -2\n"x₁" = 3'),
    ("x = -2", "x = -2\nw = 3"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = 9, to = -9 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = inf }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, step = 0 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, step = 1e-9 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, by = 1 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, shape = 3 }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, shape = [2, 2, 2] }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, shape = [1000] }"),
    ("{ from = -9, to = 9, step = 0.5 }", "{ from = -9, to = 9, shape = [true] }"),
    ("count = 7", "count = 0"),
    ("count = 7", "count = 1000001"),
    ("count = 7", "count = 7.0"),
    ("count = 7", "counts = 7"),
    ('seed = "monday"', "seed = 3"),
    ("relative = 1e-2", "relative = 2"),
    ("relative = 1e-2", "relative = nan"),
    ("relative = 1e-2", "relative = true"),
    ("relative = 1e-2", "relative = 1e-2\ndigits = 3"),
    ("relative = 1e-2", "digits = 16"),
    ("relative = 1e-2", "absolute = -1"),
    ("follow-through = 0.5", 'follow-through = "half"'),
    ("follow-through = 0.5", "follow-through = 2"),
    ("follow-through = 0.5", "follow-through = true"),
    ("follow-through = 0.5", "follow-trough = 0.5"),
    ('mistakes = ["mul-not-switched", "tripled"]', 'mistakes = ["mul-not-swiched"]'),
    ('mistakes = ["mul-not-switched", "tripled"]', 'mistakes = "tripled"'),
    ("[[questions]]", "[[question]]"),
    (QUESTION, QUESTION.replace('ask = "q"', "")),
    (QUESTION, QUESTION.replace('"q"', '"p"')),
    (QUESTION, QUESTION.replace('"q"', '"qq"')),
    (QUESTION, QUESTION.replace('"q"', '"df/"')),
    (QUESTION, QUESTION.replace('"q"', '"q; f"')),
    (QUESTION, QUESTION.replace('"q"', '"q\\u001b[2J"')),
    (QUESTION, QUESTION.replace('"q"', '"f/dx"')),
    (QUESTION, QUESTION.replace('"q"', '"dx/df"')),
    (QUESTION, QUESTION.replace('"q"', '"q[0]"')),
    (QUESTION, QUESTION.replace('"q"', '"pattern(q)"')),
    (QUESTION, QUESTION.replace('"q"', '"df/dx"')),
    (QUESTION, '[[questions]]\nask = "pattern(x)"'),
    (QUESTION, "[questions]\nask = 1\n"),
    ("given = true", "given = 1"),
    ("given = true", "points = -1"),
    ("given = true", "points = inf"),
    ("given = true", "point = 1\n"),
    ("points = 2", "relative = 0.1\ndigits = 2"),
    ('ask = "wrong line"', 'ask = "f"'),
    ('name = "tripled"\n', ""),
    ('name = "tripled"', 'name = ""'),
    ('name = "tripled"', 'name = "sign-lost"'),
    (MISTAKE, MISTAKE.replace('["mul"]', "[]")),
    (MISTAKE, MISTAKE.replace('["mul"]', '"mul"')),
    (MISTAKE, MISTAKE.replace('["mul"]', '["mull"]')),
    (MISTAKE, MISTAKE.replace('a = "3 * g * b"\n', "")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "3 * g * x")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "3 * (g")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "g = 3; g*b")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "ties(a, out)")),
    (MISTAKE, MISTAKE.replace("3 * g * b", "__import__(a)")),
    (MISTAKE, MISTAKE.replace('a = "3', 'c = "3')),
    ("{formula}", "{formla}"),
    ("{formula}", "{0.__class__}"),
    ('says = "At {formula} nothing is tripled."\n', ""),
    ('[wrong-line]\nmistake = "mul-not-switched"\nat = "f"', ""),
    ('[wrong-line]\nmistake = "mul-not-switched"', '[wrong-line]\nmistake = "tripld"'),
    ('at = "f"', 'at = "p"'),
    ('at = "f"', 'at = "f"\nwhere = "f"'),
    ('class = "MultiplyGate"', 'class = "Multiply Gate"'),
    ('gate = "mul"', 'gate = "mull"'),
    ('gate = "mul"', 'gates = "mul"'),
]


def told(data: bytes, what: str = "") -> str:
    """The error about an exercise."""
    try:
        read_exercise(data, "exercise.toml")
    except BackpropError as error:
        return error.report()
    pytest.fail(f"this is no error: {what}")


def test_every_error_names_its_line() -> None:
    pieces = []
    for old, new in BAD:
        assert GOOD.count(old) >= 1, old
        text = told(GOOD.replace(old, new, 1).encode(), new)
        assert "\x1b" not in text
        line = new.replace("\n", "\\n") or f"no {old}".replace("\n", "\\n")
        pieces.append(f"{line[:90]}\n  {text}".replace("\n", "\n  ").replace("  \n", "\n"))
    text = "\n\n".join(pieces) + "\n"
    same_text(GOLDEN, text)


VECTORS = """schema = "backprop/exercise/v1"
title = "Vectors"
formula = "q = W @ x; f = ||q||^2"
[inputs]
W = [[1, 2], [3, 5]]
x = [2, -1]
[[questions]]
ask = "df/dW"
"""


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ("dq/dx", "∂q/∂x is a Jacobian"),
        ("formula(dq/dx)", "∂q/∂x is a Jacobian"),
        ("df/dW[0]", "df/dW[0] is a row"),
        ("df/dW[0,7]", "[0, 7]"),
        ("x[2]", "[2]"),
        ("f[0]", "a number has no element [0]"),
        ("wrong line", "plant one by [wrong-line]"),
    ],
)
def test_what_cannot_be_asked_of_vectors(ask: str, said: str) -> None:
    text = told(VECTORS.replace("df/dW", ask).encode())
    assert said in text
    assert "line 8" in text


@pytest.mark.parametrize(
    "ask", ["df/dW[1,0]", "dq/dq", "shape(df/dW)", "pattern(q)", "W[0,1]", "x"]
)
def test_what_can_be_asked_of_vectors(ask: str) -> None:
    assert read_exercise(VECTORS.replace("df/dW", ask).encode(), "e").asked[0].name == ask


def test_what_needs_a_formula() -> None:
    code = 'schema = "backprop/exercise/v1"\ntitle = "t"\n[[code]]\nclass = "A"\ngate = "mul"\n'
    assert read_exercise(code.encode(), "e").kind == "code gates"
    assert "there is no formula to ask about" in told(f'{code}[[questions]]\nask = "q"'.encode())
    wrong = f'{code}[[questions]]\nask = "wrong line"\n[wrong-line]\n'
    assert "there is no formula in which a line could be wrong" in told(wrong.encode())
    assert "'formula' is missing" in told(code.split("[[")[0].encode())


def test_something_must_be_asked() -> None:
    start = VECTORS.split("[[questions]]")[0]
    assert "nothing is asked" in told(start.encode())
    assert "nothing is asked" in told(f'{start}[[questions]]\nask = "q"\ngiven = true'.encode())


def test_there_are_bounds() -> None:
    asked = "".join(f'[[questions]]\nask = "q"\ntext = "{n}"\n' for n in range(501))
    start = VECTORS.split("[[questions]]")[0]
    assert "more than 500 of [[questions]]" in told((start + asked).encode())
    assert "larger than 1,024 KiB" in told(b"#" * (MAX_FILE + 1))
    outer = VECTORS.replace("q = W @ x; f = ||q||^2", f"f = sum({' + '.join(['x @ x.T'] * 20)})")
    many = outer.replace("x = [2, -1]", f"x = {list(range(100))}").replace("W = ", "# ")
    assert "at most 400 nodes and 100,000 numbers" in told(many.replace("df/dW", "f").encode())
    assert "nested too deeply" in told(b"x = " + b"[" * 100_000)


def test_everything_that_is_given_is_read() -> None:
    read = read_exercise(GOOD.encode(), "exercise.toml")
    circuit = read.the_circuit
    assert read.heading.title == "The chain rule"
    assert (circuit.upstream, circuit.variants, circuit.seed) == (2.0, 7, "monday")
    assert circuit.fixed == {"x": -2.0, "y": 1 / 3}
    assert circuit.drawn == {"z": (-9.0, 9.0, 0.5, ())}
    assert read.looked_for.claimed == {"mul-not-switched", "tripled"}
    assert [asked.name for asked in read.questions] == ["df/dx", "wrong line"]
    slope = read.questions[0]
    assert (slope.points, slope.follow, slope.prompt) == (2.0, 0.5, "What is the slope?")
    assert slope.tolerance == Tolerance(1e-2, 0.5)
    assert read.planted == ("mul-not-switched", "f")
    assert read.code == (CodeGate("MultiplyGate", "mul", 1.0),)
    assert read.looked_for.mistakes[-1].change == WrittenRules({"mul": (("3 * g * b", None),)})
    assert read.possible == 4
    assert read_exercise(b"\xef\xbb\xbf" + GOOD.encode(), "e").heading.digest != read.heading.digest


def test_a_question_overrides_what_holds_for_all() -> None:
    def tolerance(marking: str, own: str) -> Tolerance:
        text = VECTORS.replace("[[questions]]", f"[marking]\n{marking}\n[[questions]]") + own
        return read_exercise(text.encode(), "e").asked[0].tolerance

    assert tolerance("digits = 2", "") == Tolerance(digits=2)
    assert tolerance("digits = 2", "relative = 0.1") == Tolerance(relative=0.1)
    assert tolerance("relative = 0.1", "digits = 4") == Tolerance(relative=0.1, digits=4)
    assert tolerance("", "") == USUAL


KINDS = {
    "chain.toml": "chain",
    "code-gates.toml": "code gates",
    "formulas.toml": "formulas",
    "gaps.toml": "fill the gaps",
    "patterns.toml": "patterns",
    "shapes.toml": "shapes",
    "wrong-line.toml": "find the wrong line",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_kinds(name: str, kind: str) -> None:
    assert read_exercise((EXAMPLES / "exercises" / name).read_bytes(), name).kind == kind


# Whatever the bytes


def use(exercise: Exercise, answer: Any) -> None:
    """What a class does with an exercise, in short."""
    marker = Marker(exercise)
    if exercise.circuit is not None and not exercise.code:
        marker.mark("ada", {asked.name: answer for asked in exercise.questions})


@given(st.binary(max_size=200))
def test_random_bytes_are_an_error_or_an_exercise(data: bytes) -> None:
    for read in (data, GOOD.encode() + data, data + GOOD.encode()):
        with suppress(BackpropError):
            read_exercise(read, "exercise.toml")


PIECES = [
    '"',
    "=",
    "[",
    "]",
    "{",
    "}",
    "-",
    "99",
    "1e308",
    "inf",
    "nan",
    "true",
    "x",
    "f",
    "q",
    "0",
    "1e-9",
    "log(x)",
    ".T",
    "@",
    "[0]",
    "/",
    "shape(",
    ")",
    "*",
    "digits",
]
FILES = sorted(EXAMPLES.glob("**/*.toml"))


@pytest.mark.parametrize("seed", range(10))
def test_mutated_files_are_an_error_or_an_exercise(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        text = draw.choice(FILES).read_text(encoding="utf-8")
        for _ in range(draw.randint(1, 4)):
            mark = draw.choice('" ')
            words = text.split(mark)
            place = draw.randrange(len(words))
            words[place] = draw.choice([draw.choice(PIECES), draw.choice(words)])
            text = mark.join(words)
        with suppress(BackpropError):
            use(read_exercise(text.encode(), "exercise.toml"), draw.choice([3, "x", [1, 2], "1/0"]))


def test_arrays_are_read() -> None:
    read = read_exercise(VECTORS.encode(), "e")
    assert np.array_equal(read.the_circuit.fixed["W"], [[1, 2], [3, 5]])
