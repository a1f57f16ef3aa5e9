"""Is any right answer refused, or any wrong formula accepted?

Gradients are derived, rewritten, changed at one place and worked out here, with NumPy at many
points; nothing of backprop is used but its command line.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from common import Table, options, smallest

NOTE = """\
Right answers: numbers in many spellings, rounded to three digits or more, arrays, and gradients
written in other ways. Changed formulas are right ones with another operator, function, name,
comparison, constant or index at one place. One is wrong if it differs at more than 1% of 4,000
points between the bounds of the exercise's inputs, and right if it differs nowhere; what differs
at fewer may be judged in either way. "undecided" is neither accepted nor refused."""

HEAD = ("answers", "number", "accepted", "refused", "undecided", "wanted")

Tree = tuple[Any, ...]
"""("num", 2.0), ("var", "x"), ("+", a, b), ("sin", a), (">", a, b) which is 1 or 0."""

POINTS = 4_000
"""Where a changed formula is compared with the right one."""

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    ">": lambda a, b: (a > b) * 1.0,
    "<": lambda a, b: (a < b) * 1.0,
    ">=": lambda a, b: (a >= b) * 1.0,
    "<=": lambda a, b: (a <= b) * 1.0,
    "max": np.maximum,
    "min": np.minimum,
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: np.maximum(a, 0),
    "abs": np.abs,
    "log": np.log,
    "sqrt": np.sqrt,
}
COMPARISONS = (">", "<", ">=", "<=")


def value(tree: Tree, point: Mapping[str, Any]) -> Any:
    """What a formula is at a point, or at many."""
    op, *args = tree
    if op == "num":
        return args[0]
    if op == "var":
        return point[args[0]]
    found = [value(arg, point) for arg in args]
    return BINARY[op](*found) if len(found) == 2 else UNARY[op](*found)


def text(tree: Tree) -> str:
    """As somebody types it, with more parentheses than are needed."""
    op, *args = tree
    if op == "num":
        number = args[0]
        return f"{number:g}" if number >= 0 else f"({number:g})"
    if op == "var":
        return str(args[0])
    said = [text(arg) for arg in args]
    if op in UNARY or op in ("max", "min"):
        return f"{op}({', '.join(said)})"
    if op in COMPARISONS:
        return f"1[{said[0]} {op} {said[1]}]"
    return f"({said[0]} {op} {said[1]})"


def num(number: float) -> Tree:
    """A constant."""
    return ("num", float(number))


ZERO, ONE, TWO = num(0), num(1), num(2)


def plus(a: Tree, b: Tree) -> Tree:
    """The sum, without zeros."""
    return b if a == ZERO else a if b == ZERO else ("+", a, b)


def times(a: Tree, b: Tree) -> Tree:
    """The product, without ones."""
    if ZERO in (a, b):
        return ZERO
    return b if a == ONE else a if b == ONE else ("*", a, b)


def slope(tree: Tree, name: str) -> Tree:
    """The derivative with respect to an input, by the rules of a lecture."""
    op, *args = tree
    if op in ("num", "var"):
        return ONE if tree == ("var", name) else ZERO
    inner = [slope(arg, name) for arg in args]
    a, da = args[0], inner[0]
    if op in UNARY:
        return times(da, SLOPES[op](a))
    b, db = args[1], inner[1]
    if op == "+":
        return plus(da, db)
    if op == "-":
        return da if db == ZERO else ("-", da, db)
    if op == "*":
        return plus(times(da, b), times(a, db))
    if op == "/":
        return plus(times(da, ("/", ONE, b)), times(times(num(-1), db), ("/", a, ("^", b, TWO))))
    if op == "^":
        return times(times(b, ("^", a, num(b[1] - 1)) if b != TWO else a), da)
    more, less = (">", "<") if op == "max" else ("<", ">")
    return plus(times((more, a, b), da), times((less, a, b), db))


SLOPES: dict[str, Callable[[Tree], Tree]] = {
    "sin": lambda a: ("cos", a),
    "cos": lambda a: ("*", num(-1), ("sin", a)),
    "exp": lambda a: ("exp", a),
    "tanh": lambda a: ("-", ONE, ("^", ("tanh", a), TWO)),
    "sigmoid": lambda a: ("*", ("sigmoid", a), ("-", ONE, ("sigmoid", a))),
    "relu": lambda a: (">", a, ZERO),
    "abs": lambda a: ("-", (">", a, ZERO), ("<", a, ZERO)),
    "log": lambda a: ("/", ONE, a),
    "sqrt": lambda a: ("/", num(0.5), ("sqrt", a)),
}


# Trees


def places(tree: Tree, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Tree]]:
    """Each part of a formula, and where it is."""
    yield path, tree
    if tree[0] not in ("num", "var"):
        for slot, arg in enumerate(tree[1:], 1):
            yield from places(arg, (*path, slot))


def put(tree: Tree, path: Sequence[int], other: Tree) -> Tree:
    """The formula with another part."""
    if not path:
        return other
    parts = list(tree)
    parts[path[0]] = put(tree[path[0]], path[1:], other)
    return tuple(parts)


# The same formula written otherwise


def equals(tree: Tree) -> Iterator[Tree]:
    """Other ways to write a formula: each true for all inputs."""
    op, *args = tree
    a = args[0] if args else None
    if op == "num" and a == int(a) and abs(a) > 1:
        yield ("+", num(a - 1), ONE)
    if op in ("+", "*", "max", "min"):
        yield (op, args[1], args[0])
    if op in ("-", "+"):
        yield ("-", args[0], ("*", num(-1 if op == "+" else 1), args[1]))
    if op == "-":
        yield ("+", args[0], ("*", num(-1), args[1]))
        yield ("*", num(-1), ("-", args[1], args[0]))
    if op in ("*", "/"):
        for slot in (0, 1) if op == "*" else (0,):
            inner, other = args[slot], args[1 - slot]
            if inner[0] in ("+", "-"):
                yield (inner[0], (op, inner[1], other), (op, inner[2], other))
            if inner[0] == op:
                yield (op, inner[1], ("*", inner[2], other))
        if op == "/":
            yield ("*", args[0], ("^", args[1], num(-1)))
            yield ("*", args[0], ("/", ONE, args[1]))
    if op == "+" and args[0][0] == args[1][0] == "*":
        for first in (1, 2):
            for second in (1, 2):
                if args[0][first] == args[1][second]:
                    yield ("*", args[0][first], ("+", args[0][3 - first], args[1][3 - second]))
    if op == "*" and args[0][0] == "sigmoid" and args[1] == ("-", ONE, args[0]):
        power = ("exp", args[0][1])
        yield ("/", power, ("^", ("+", ONE, power), TWO))
    if op == "-" and args[0] == ONE and args[1][0] == "^" and args[1][1][0] == "tanh":
        x = args[1][1][1]
        yield ("/", num(4), ("^", ("+", ("exp", x), ("exp", ("*", num(-1), x))), TWO))
        yield ("*", ("-", ONE, ("tanh", x)), ("+", ONE, ("tanh", x)))
    if op == "^" and args[1] == TWO:
        yield ("*", args[0], args[0])
    if op in COMPARISONS:
        turned = {">": "<", "<": ">", ">=": "<=", "<=": ">="}[op]
        opposite = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}[op]
        yield (turned, args[1], args[0])
        yield (op, ("-", args[0], args[1]), ZERO)
        yield ("-", ONE, (opposite, args[0], args[1]))
    yield from _equal_functions(op, a)


def _equal_functions(op: str, a: Any) -> Iterator[Tree]:
    minus, half = ("*", num(-1), a), ("/", a, TWO)
    if op == "sigmoid":
        yield ("/", ONE, ("+", ONE, ("exp", minus)))
        yield ("/", ("exp", a), ("+", ("exp", a), ONE))
        yield ("-", ONE, ("sigmoid", minus))
    if op == "tanh":
        yield ("-", ("*", TWO, ("sigmoid", ("*", TWO, a))), ONE)
        up, down = ("exp", a), ("exp", minus)
        yield ("/", ("-", up, down), ("+", up, down))
    if op == "exp":
        yield ("/", ONE, ("exp", minus))
        yield ("^", ("exp", half), TWO)
    if op == "sin":
        yield ("*", ("*", TWO, ("sin", half)), ("cos", half))
    if op == "cos":
        yield ("-", ONE, ("*", TWO, ("^", ("sin", half), TWO)))
    if op == "relu":
        yield ("*", a, (">", a, ZERO))
        yield ("max", ZERO, a)
        yield ("/", ("+", a, ("abs", a)), TWO)
    if op == "sqrt":
        yield ("^", a, num(0.5))
    if op == "log":
        yield ("*", num(-1), ("log", ("/", ONE, a)))


def rewritten(tree: Tree, chance: random.Random) -> Tree:
    """A formula, written otherwise at up to four places."""
    for _ in range(chance.randint(1, 4)):
        path, part = chance.choice(list(places(tree)))
        ways = list(equals(part))
        if ways:
            tree = put(tree, path, chance.choice(ways))
    return tree


# Another formula


def changed(tree: Tree, chance: random.Random, names: Sequence[str]) -> Tree:
    """A formula with something else at one place."""
    path, part = chance.choice(list(places(tree)))
    op, *args = part
    if op == "num":
        other = num(chance.choice([-args[0], args[0] + 1, args[0] - 1, 2 * args[0], 0]))
    elif op == "var":
        other = ("var", chance.choice(names))
    elif op in UNARY:
        other = chance.choice([args[0], (chance.choice(sorted(UNARY)), args[0])])
    elif op in COMPARISONS:
        other = (chance.choice(COMPARISONS), *args)
    elif op in ("max", "min"):
        other = ("min" if op == "max" else "max", *args)
    else:
        swapped = (op, args[1], args[0])
        other = chance.choice([(chance.choice("+-*/"), *args), swapped, args[0], args[1]])
    return put(tree, path, other)


# Exercises


@dataclass(frozen=True)
class Formula:
    """A formula, and between which bounds its inputs are drawn."""

    tree: Tree
    ranges: dict[str, tuple[float, float]]

    def points(self, chance: np.random.Generator) -> dict[str, Any]:
        """Many points between the bounds."""
        return {name: chance.uniform(*bounds, POINTS) for name, bounds in self.ranges.items()}


def formulas(chance: random.Random, draw: np.random.Generator) -> Iterator[Formula]:
    """Formulas whose values are of an ordinary size between the bounds of their inputs."""
    while True:
        names = ("x", "y", "z")[: chance.randint(2, 3)]
        is_positive = chance.random() < 0.3
        bounds = (0.5, 3.0) if is_positive else (-3.0, 3.0)
        made = Formula(_tree(chance, names, is_positive, 4), dict.fromkeys(names, bounds))
        used = {part[1] for _, part in places(made.tree) if part[0] == "var"}
        if used != set(names):
            continue
        with np.errstate(all="ignore"):
            found = [value(made.tree, made.points(draw))]
            found += [value(slope(made.tree, name), made.points(draw)) for name in names]
        if all(np.all(np.isfinite(v)) and np.max(np.abs(v)) < 1e3 for v in found):
            yield made


def _tree(chance: random.Random, names: Sequence[str], is_positive: bool, depth: int) -> Tree:
    if not depth or chance.random() < 0.15:
        return ("var", chance.choice(names)) if chance.random() < 0.9 else num(chance.randint(1, 4))
    kind = chance.random()
    inner = [_tree(chance, names, is_positive, depth - 1) for _ in range(2)]
    if kind < 0.55:
        return (chance.choice(["+", "-", "*", "*", "*"]), *inner)
    if kind < 0.65:
        return (chance.choice(["max", "min"]), *inner)
    if kind < 0.7:
        return ("^", inner[0], num(chance.choice([2, 2, 3])))
    if kind < 0.75:
        return ("/", inner[0], ("+", num(chance.randint(1, 4)), ("^", inner[1], TWO)))
    if is_positive and kind < 0.85:
        return (chance.choice(["log", "sqrt"]), ("var", chance.choice(names)))
    return (chance.choice(["sin", "cos", "tanh", "sigmoid", "relu", "exp", "abs"]), inner[0])


# Marking


def marked(exercise: str, sheets: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the command line says of each sheet of an exercise."""
    with tempfile.TemporaryDirectory() as folder:
        file, room = Path(folder, "exercise.toml"), Path(folder, "class.jsonl")
        file.write_text(f'schema = "backprop/exercise/v1"\ntitle = "Answers"\n{exercise}')
        with room.open("w") as lines:
            for number, answers in enumerate(sheets):
                lines.write(json.dumps({"student": f"s{number}", "answers": answers}) + "\n")
        command = [sys.executable, "-m", "backprop_cli", "grade", file, room, "--format", "json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as done:
            assert done.stdout is not None
            yield from map(json.loads, done.stdout)


class Judged(NamedTuple):
    """What was said of an answer."""

    verdict: str
    reason: str


def verdicts(exercise: str, sheets: Sequence[Mapping[str, Any]]) -> Iterator[list[Judged]]:
    """The verdict on each answer of each sheet."""
    count = 0
    for result in marked(exercise, sheets):
        count += 1
        yield [Judged(mark["verdict"], mark["reason"]) for mark in result["marks"]]
    assert count == len(sheets), exercise


class Tally:
    """How many answers of each kind were accepted, refused or left undecided."""

    def __init__(self, show: bool) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.show = show

    def add(self, kind: str, judged: Judged, what: str) -> None:
        """Count an answer, and print it where it is judged falsely."""
        accepted = judged.verdict in ("correct", "follow-through")
        said = "accepted" if accepted else judged.verdict
        said = said if said in ("accepted", "undecided") else "refused"
        self.counts.setdefault(kind, Counter())[said] += 1
        is_false = said == ("accepted" if kind == WRONG else "refused")
        if self.show and is_false and kind != RARELY:
            print(f"{kind}: {what}: {judged.verdict}, {judged.reason}", flush=True)

    def row(self, kind: str, wanted: str) -> tuple[str, ...]:
        """A row of the table."""
        count = self.counts.get(kind, Counter())
        cells = [f"{count[said]:,}" for said in ("accepted", "refused", "undecided")]
        return (kind, f"{sum(count.values()):,}", *cells, wanted)


RIGHT_FORMULAS = "right: gradients written otherwise"
RIGHT_NUMBERS = "right: numbers"
RIGHT_ARRAYS = "right: vectors and matrices"
EQUAL = "changed: differs nowhere"
WRONG = "changed: differs at more than 1%"
RARELY = "changed: differs at fewer"


def kind_of(formula: Formula, right: Tree, other: Tree, draw: np.random.Generator) -> str | None:
    """Whether a changed formula is wrong; None if nothing can be said."""
    point = formula.points(draw)
    with np.errstate(all="ignore"):
        have, want = (np.broadcast_to(value(t, point), POINTS) for t in (other, right))
    both = np.isfinite(have) & np.isfinite(want)
    if both.mean() < 0.5:
        return None
    gap = np.abs(have - want)[both]
    share = np.mean(gap > 1e-4 * np.maximum(np.abs(have), np.abs(want))[both] + 1e-12)
    if not share:
        return EQUAL if np.all(gap <= 1e-9 * np.maximum(1, np.abs(want[both]))) else None
    return WRONG if share > 0.01 else RARELY


def try_formulas(
    tally: Tally, circuits: int, each: int, chance: random.Random, draw: np.random.Generator
) -> None:
    """Right gradients written otherwise, and changed ones, of so many formulas."""
    for _, formula in zip(range(circuits), formulas(chance, draw), strict=False):
        names = list(formula.ranges)
        name = chance.choice(names)
        right = slope(formula.tree, name)
        trees = [rewritten(right, chance) for _ in range(each)]
        others = [changed(right, chance, names) for _ in range(each)]
        kinds: list[str | None] = [RIGHT_FORMULAS] * each
        kinds += [kind_of(formula, right, other, draw) for other in others]
        answers = [text(tree) for tree in (*trees, *others)]
        question = f"formula(df/d{name})"
        exercise = f'formula = "f = {text(formula.tree)}"\n[variants]\ncount = 2\n[inputs]\n'
        exercise += "".join(
            f"{n} = {{ from = {low}, to = {high}, step = 0.1 }}\n"
            for n, (low, high) in formula.ranges.items()
        )
        exercise += f'[[questions]]\nask = "{question}"\n'
        sheets = [{question: answer} for answer in answers]
        for answer, kind, (judged,) in zip(answers, kinds, verdicts(exercise, sheets), strict=True):
            if kind:
                tally.add(kind, judged, f"f = {text(formula.tree)}, df/d{name} = {answer}")


# Numbers


def spelt(number: float, chance: random.Random) -> str | float:
    """A number, rounded to three digits or more, as somebody writes it."""
    digits = chance.choice([3, 3, 4, 5, 6, 8, 12, 17])
    if number == int(number):
        digits = 17
    rounded = float(f"{number:.{digits}g}")
    plain = f"{rounded:.{digits}g}"
    scientific = f"{rounded:.{min(digits, 16) - 1}e}"
    ways: list[str | float] = [rounded, plain, scientific, f" {plain} ", f"+{plain}"]
    ways += [plain.replace("-", "−"), scientific.replace("e", "E"), f"{rounded:.20f}"]
    if "e" not in plain:
        ways += [plain.replace("0.", ".", 1), plain + ("0" if "." in plain else ".0")]
    if "+" in ways[4] and rounded < 0:
        ways[4] = plain
    return chance.choice(ways)


PROGRAM = "q = x * y; p = q + z; r = tanh(p); s = r * x; f = s^2 - y"


def program_key(x: float, y: float, z: float) -> dict[str, float]:
    """The right answers, worked out by hand."""
    q = x * y
    p = q + z
    r = float(np.tanh(p))
    s = r * x
    to_s = 2 * s
    to_r, to_p = to_s * x, to_s * x * (1 - r * r)
    key = {"q": q, "p": p, "r": r, "s": s, "f": s * s - y, "df/ds": to_s, "df/dr": to_r}
    key |= {"df/dp": to_p, "df/dq": to_p, "df/dz": to_p, "df/dy": to_p * x - 1}
    return key | {"df/dx": to_p * y + to_s * r}


def try_numbers(tally: Tally, count: int, chance: random.Random) -> None:
    """Right numbers in many spellings: twelve on a sheet."""
    while sum(tally.counts.get(RIGHT_NUMBERS, Counter()).values()) < count:
        x, y, z = (chance.choice((-1, 1)) * chance.randint(3, 29) / 10 for _ in range(3))
        key = program_key(x, y, z)
        exercise = f'formula = "{PROGRAM}"\n[inputs]\nx = {x}\ny = {y}\nz = {z}\n'
        exercise += "".join(f'[[questions]]\nask = "{name}"\n' for name in key)
        size = min(2_000, 1 + count // len(key))
        sheets = [{n: spelt(number, chance) for n, number in key.items()} for _ in range(size)]
        for sheet, found in zip(sheets, verdicts(exercise, sheets), strict=True):
            for (name, answer), judged in zip(sheet.items(), found, strict=True):
                tally.add(RIGHT_NUMBERS, judged, f"{name} = {answer!r} for {key[name]!r}")


def try_arrays(tally: Tally, count: int, chance: random.Random, draw: np.random.Generator) -> None:
    """Right vectors and matrices, of f = sum((W @ x + b)^2)."""
    while sum(tally.counts.get(RIGHT_ARRAYS, Counter()).values()) < count:
        W, x, b = draw.uniform(-3, 3, (2, 3)).round(1), draw.uniform(-3, 3, 3).round(1), [0.5, -1.5]
        q = W @ x + np.array(b)
        key = {"q": q, "df/dq": 2 * q, "df/dW": np.outer(2 * q, x), "df/dx": W.T @ (2 * q)}
        key["df/db"] = 2 * q
        exercise = 'formula = "q = W @ x + b; f = sum(q^2)"\n[inputs]\n'
        exercise += f"W = {W.tolist()}\nx = {x.tolist()}\nb = {b}\n"
        exercise += "".join(f'[[questions]]\nask = "{name}"\n' for name in key)
        size = min(2_000, 1 + count // len(key))
        sheets = [{n: array(v, chance) for n, v in key.items()} for _ in range(size)]
        for sheet, found in zip(sheets, verdicts(exercise, sheets), strict=True):
            for (name, answer), judged in zip(sheet.items(), found, strict=True):
                tally.add(RIGHT_ARRAYS, judged, f"{name} = {answer!r} for {key[name]!r}")


def array(numbers: Any, chance: random.Random) -> Any:
    """An array as somebody writes it: as JSON, as text, a vector as a row or a column."""
    digits = chance.choice([3, 4, 6, 12])
    rounded = [[float(f"{x:.{digits}g}") for x in row] for row in np.atleast_2d(numbers).tolist()]
    flat = rounded if numbers.ndim == 2 else rounded[0]
    lines = ["[" + ", ".join(f"{x:.{digits}g}" for x in row) + "]" for row in rounded]
    whole = f"[{', '.join(lines)}]" if numbers.ndim == 2 else lines[0]
    ways = [flat, whole, whole.replace(" ", ""), whole.replace(", ", " , ")]
    if numbers.ndim == 1:
        ways += [[[x] for x in flat], f"{whole}.T", [flat]]
    return chance.choice(ways)


def table(most: int, show: bool = False, circuits: int = 100, right: int = 0) -> Table:
    """The table: `right` right answers, and two hundred formulas of each of so many circuits."""
    chance, draw = random.Random(5), np.random.default_rng(5)
    tally = Tally(show)
    count = 2_000 if smallest() else right or min(most, 1_000_000)
    circuits = 2 if smallest() else circuits
    try_formulas(tally, circuits, 110, chance, draw)
    made = sum(tally.counts[RIGHT_FORMULAS].values())
    try_arrays(tally, count // 5, chance, draw)
    try_numbers(tally, max(1, count - made - count // 5), chance)
    rows = [tally.row(kind, "none refused") for kind in (RIGHT_NUMBERS, RIGHT_ARRAYS)]
    rows += [tally.row(kind, "none refused") for kind in (RIGHT_FORMULAS, EQUAL)]
    return Table(HEAD, [*rows, tally.row(WRONG, "none accepted"), tally.row(RARELY, "")])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=100)
    parser.add_argument("--right", type=int, default=0, help="right answers (default 1,000,000)")
    parser.add_argument("--show", action="store_true", help="print what is judged falsely")
    wish = options(parser)
    print(NOTE, "\n")
    print(table(wish.most, wish.show, wish.circuits, wish.right))


if __name__ == "__main__":
    main()
