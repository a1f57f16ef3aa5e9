"""The equations that a text shows, read back, and whether they are true as they stand.

A side is read by the language itself, in the names of the run: what is written must mean what was
computed. Numbers are shown rounded, so = holds to the digits shown, and ≈ stands where what is
shown on the left would not give the last of them.
"""

import re
from collections.abc import Iterator
from math import floor, log10
from typing import Any

import numpy as np

from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.jacobian import jacobian
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

DIGITS = 4
DERIVATIVE = re.compile(r"∂(\w+)/∂(\w+)")
NUMBER = re.compile(r"(?<![\w.=^])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\dA-Za-z_.(])")
WORD = re.compile(r"(?:[^\W\d]|_)[^\Wᵀ²]*")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SPREAD = re.compile(r", (summed over the|copied to each) (row|column|element)s?$")
SIGNS = (" = ", " ≈ ", " += ")


class Equation:
    """Two sides and the sign between them."""

    def __init__(self, left: str, sign: str, right: str, local: str = "") -> None:
        self.left, self.sign, self.right = left.strip(), sign.strip(), right.strip()
        self.local = local
        """What `local` stands for."""

    def __repr__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


def equations(line: str) -> Iterator[Equation]:
    """Each neighbouring pair of sides of a line such as `q = x·y = 2·3 = 6`."""
    sides, signs = [""], []
    depth, at = 0, 0
    while at < len(line):
        depth += (line[at] in "([") - (line[at] in ")]")
        sign = next((s for s in SIGNS if depth == 0 and line.startswith(s, at)), "")
        if sign:
            signs.append(sign)
            sides.append("")
        else:
            sides[-1] += line[at]
        at += len(sign) or 1
    for left, sign, right in zip(sides, signs, sides[1:], strict=False):
        yield Equation(left, sign, right)


class Reader:
    """Sides of equations, in the names of one run."""

    def __init__(self, trace: Trace, digits: int = DIGITS) -> None:
        self.trace, self.digits = trace, digits
        graph = trace.graph
        self.values = dict(zip(graph.names, trace.values, strict=True))
        self.rows = {graph.names[k] for k, type_ in enumerate(graph.types) if type_.is_row}

    def check(self, equation: Equation) -> None:
        """See that an equation is true.

        Raises:
            AssertionError: where it is not.
        """
        if equation.sign == "+=":
            return
        local = self.value(equation.local, "") if equation.local else None
        left, right = self.value(equation.left, local), self.value(equation.right, local)
        room = self.error(equation.right, local)
        given = equation.sign == "≈" or WORD.search(equation.left) or "∂" in equation.left
        if given:
            room = room + self.error(equation.left, local)
        ours, theirs = np.broadcast_arrays(left, right)
        known = np.isfinite(ours) & np.isfinite(theirs)
        with np.errstate(all="ignore"):
            apart = np.abs(np.where(known, ours - theirs, 0))
        scale = 1e-9 * np.maximum(1e-300, np.abs(np.where(known, theirs, 0)))
        assert np.all(apart <= room * 1.001 + scale), f"{equation}: {left} and {right}"
        odd = ~known & ~(np.isnan(ours) & np.isnan(theirs)) & (ours != theirs)
        assert not np.any(odd), f"{equation}: {left} and {right}"

    def error(self, side: str, local: Any) -> Any:
        """By how much a side may be off, its numbers being rounded."""
        base, total = self.value(side, local), 0.0
        for match in NUMBER.finditer(side):
            number = float(match[0])
            if number == 0:
                continue
            # A number below the line of a name or above it is no rounded one.
            half = 0.5 * 10.0 ** (floor(log10(abs(number))) - self.digits + 1)
            moved = f"{side[: match.start()]}{number + half!r}{side[match.end() :]}"
            with np.errstate(all="ignore"):
                total = total + np.nan_to_num(np.abs(self.value(moved, local) - base))
        return total

    def value(self, side: str, local: Any) -> Any:
        """The value of a side; its numbers as they stand."""
        names: dict[str, Any] = {}

        def known(name: str, value: Any) -> str:
            names[name] = value
            return name

        spread = SPREAD.search(side)
        text = side[: spread.start()] if spread else side
        text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"^{m[0].translate(RAISED)}", text)
        text = text.replace("ᵀ", ".T")
        text = DERIVATIVE.sub(lambda m: known(f"D{len(names)}", self._slope(*m.groups())), text)
        text = re.sub(r"\binf\b", "(1e308*10)", re.sub(r"\bnan\b", "(0/0)", text))
        for name in dict.fromkeys(WORD.findall(text)):
            if name == "local" and local is not None:
                names[name] = local
            elif name in self.values and not name.startswith("D"):
                names[name] = self.values[name]
        for name in [*names]:
            if name in self.rows:
                text = re.sub(rf"\b{name}\b", f"{name}.T", text)
        found = evaluated(text, names)
        if spread and spread[1].startswith("summed"):
            axis = {"row": 0, "column": 1, "element": None}[spread[2]]
            found = np.sum(found, axis=axis)
        return found

    def _slope(self, of: str, by: str) -> Any:
        """∂of/∂by, which of anything but the output is the Jacobian."""
        graph = self.trace.graph
        node = graph.names.index(by)
        if of == self.trace.objective:
            return self.trace.arrived[node]
        found = np.asarray(jacobian(self.trace, graph.names.index(of), node))
        of_shape = graph.shapes[graph.names.index(of)]
        return found if of_shape and graph.shapes[node] else found.reshape(graph.shapes[node])


def evaluated(text: str, names: dict[str, Any]) -> Any:
    """What the language makes of a text."""
    used = {name: np.asarray(value, float) for name, value in names.items()}
    graph = build(parse(text), {name: value.shape for name, value in used.items()})
    inputs = {n: used[n] if used[n].shape else float(used[n]) for n in graph.inputs}
    with np.errstate(all="ignore"):
        return np.asarray(forward(graph, inputs)[graph.output], float)


# Where equations stand in each form of output


def of_screen(text: str) -> Iterator[Equation]:
    """The equations of the passes and the gradients, on lines that were not broken."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and re.match(r" +\[[^]=]*\]$", line) and lines[-1].rstrip().endswith("]"):
            lines[-1] += f"\n{line.strip()}"
        else:
            lines.append(line)
    for line in map(_matrix, lines):
        if "upstream × local" in line:
            continue
        if " gate, " in line:
            line = line.partition(": ")[2]
        line = re.sub(r"^.*gradient adder: ", "", line)
        line = re.sub(r"   (the base case|given; .*)$", "", line)
        line = re.sub(r" +(\+=|[=≈×⊙+,]) +", r" \1 ", line).strip()
        line = re.sub(r" ([=≈×⊙+]) +(?=[-\w(])", r" \1 ", line)
        cells = re.split(r" {2,}", line)
        slope = next((c for c in cells if c.startswith("local = ")), "")
        for cell in cells:
            for equation in equations(cell):
                equation.local = slope.rpartition(" = ")[2] if "local" in repr(equation) else ""
                if not (slope and cell == cells[0]):
                    yield equation
        if slope and " = " in cells[0]:
            # Upstream times local, in symbols and in numbers.
            spread = SPREAD.search(cells[-1].partition(" = ")[0].strip())
            left, _, right = cells[0].partition(" = ")
            yield Equation(left, "=", right + (spread[0] if spread else ""), slope.rpartition(" = ")[2])


def _matrix(line: str) -> str:
    """A matrix on several lines as a list of lists."""
    head, *rest = line.split("\n")
    if not rest:
        return line
    start = head.rindex(" = ") + 3
    rows = [re.sub(r" +", ", ", r.strip()[1:-1].strip()) for r in (head[start:], *rest)]
    return f"{head[:start]}[{', '.join(f'[{row}]' for row in rows)}]"
