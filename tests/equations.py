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

from backprop_cli.analysis.notes.rounding_noise import without_noise
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.jacobian import jacobian
from backprop_cli.autodiff.trace import Trace
from backprop_cli.graph.build import build
from backprop_cli.language.parser import parse

DIGITS = 4
DERIVATIVE = re.compile(r"∂(\w+)/∂(\w+)")
NUMBER = re.compile(
    r"(?<![\w.=])(?:(?<!\^)\d+|\d+(?=\.))(?:\.\d+)?(?:e[+-]?\d+)?(?![\dA-Za-z_.(\[])"
)
WORD = re.compile(r"(?:[^\W\d]|_)[^\Wᵀ²]*")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SPREAD = re.compile(r", (summed over the|copied to each) (row|column|element)s?$")
SIGNS = (" = ", " ≈ ", " += ")


INDEX = re.compile(r"(?<=[\w)ᵀ])\[[-\d, ]+\]|onehot\([^)]*\)")


def spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


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

    def __init__(self, trace: Trace, digits: int = DIGITS, columns: bool = False) -> None:
        # Screens show what only rounding left as 0.
        trace = without_noise(trace).trace
        self.trace, self.digits = trace, digits
        self.columns = columns
        """Whether a vector is written as a column, that is as a matrix."""
        graph = trace.graph
        self.values = dict(zip(graph.names, trace.values, strict=True))
        self.rows = {graph.names[k] for k, type_ in enumerate(graph.types) if type_.is_row}

    def check(self, equation: Equation) -> None:
        """See that an equation is true.

        Raises:
            AssertionError: where it is not.
        """
        if equation.sign == "+=" or equation.right == "none":
            return
        local = None
        if equation.local:
            equation.left = equation.left.replace("local", equation.local)
            equation.right = equation.right.replace("local", equation.local)
        left, right = self.value(equation.left, local), self.value(equation.right, local)
        if left.shape == right.shape and np.array_equal(left, right, equal_nan=True):
            return
        room = self.error(equation.right, local)
        if equation.sign == "≈" or WORD.search(equation.left + equation.right):
            room = room + self.error(equation.left, local)
        if self.columns:
            left, right = (x[:, 0] if x.ndim == 2 and x.shape[1] == 1 else x for x in (left, right))
        if left.ndim == 1 and right.ndim == 2 and " columns" in equation.left:
            left = left[:, np.newaxis]
        if right.ndim == 1 and left.ndim == 2 and " columns" in equation.right:
            right = right[:, np.newaxis]
        ours, theirs = np.broadcast_arrays(left, right)
        known = np.isfinite(ours) & np.isfinite(theirs)
        with np.errstate(all="ignore"):
            apart = np.abs(np.where(known, ours - theirs, 0))
        scale = 1e-9 * np.maximum(1e-300, np.abs(np.where(known, theirs, 0)))
        # Up to rounding, which is shown as 0.
        assert np.all(apart <= room * 1.001 + scale + 2e-15), f"{equation}: {left} and {right}"
        odd = ~known & ~(np.isnan(ours) & np.isnan(theirs)) & (ours != theirs)
        assert not np.any(odd), f"{equation}: {left} and {right}"

    def error(self, side: str, local: Any) -> Any:
        """By how much a side may be off, its numbers being rounded."""
        if re.fullmatch(r"[-\d.e+, \[\]]*", side) and " + " not in side:
            # A number or a list: each may be off by its own.
            plain = self.value(side, local)
            size = np.floor(np.log10(np.where(plain == 0, 1e-300, np.abs(plain))))
            return 0.5 * 10.0 ** (size - self.digits + 1)
        base, total = self.value(side, local), 0.0
        for match in NUMBER.finditer(side):
            number = float(match[0])
            if number == 0 or any(a <= match.start() < b for a, b in spans(INDEX, side)):
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

        turned = set()

        def derivative(match: re.Match[str]) -> str:
            name = known(f"D{len(names)}", self._slope(*match.groups()))
            if match[2] in self.rows and match[1] == self.trace.objective:
                turned.add(name)
            return name

        spread = SPREAD.search(side)
        text = side[: spread.start()] if spread else side
        text = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: f"^{m[0].translate(RAISED)}", text)
        text = text.replace("ᵀ", ".T")
        text = re.sub(r"(?<=[^=!<>]) = ", " == ", text)
        text = re.sub(
            r"onehot\(([^\W\d]\w*), ([-\d, ]+)\)",
            lambda m: known("H", self._one(*m.groups())),
            text,
        )
        text = re.sub(r"ties\((.*), (\w+)\)", lambda m: known("T", self._ties(*m.groups())), text)
        text = DERIVATIVE.sub(derivative, text)
        text = re.sub(r"\binf\b", "(1e308*10)", re.sub(r"\bnan\b", "(0/0)", text))
        for name in dict.fromkeys(WORD.findall(text)):
            if name == "local" and local is not None:
                names[name] = local
            elif name in self.values and not name.startswith("D"):
                names[name] = self.values[name]
        for name in [*names]:
            if name in self.rows or name in turned:
                text = re.sub(rf"\b{name}\b", f"{name}.T", text)
        found = evaluated(text, names)
        if spread and spread[1].startswith("summed"):
            axis = {"row": 0, "column": 1, "element": None}[spread[2]]
            found = np.sum(found, axis=axis)
        return found

    def _one(self, name: str, place: str) -> Any:
        """1 at a place, else 0."""
        made = np.zeros_like(self.values[name])
        made[tuple(map(int, place.split(", ")))] = 1
        return made

    def _ties(self, listed: str, out: str) -> float:
        """How many of the values are the largest."""
        values = np.broadcast_arrays(*evaluated_list(listed, self), self.values[out])
        return np.sum([value == values[-1] for value in values[:-1]], axis=0)

    def _slope(self, of: str, by: str) -> Any:
        """∂of/∂by, which of anything but the output is the Jacobian."""
        graph = self.trace.graph
        node = graph.names.index(by)
        if of == self.trace.objective:
            return self.trace.arrived[node]
        found = np.asarray(jacobian(self.trace, graph.names.index(of), node))
        of_shape = graph.shapes[graph.names.index(of)]
        return found if of_shape and graph.shapes[node] else found.reshape(graph.shapes[node])


def evaluated_list(text: str, reader: Reader) -> list[Any]:
    """The values of a list of names, numbers and lists."""
    return [reader.value(part, None) for part in re.findall(r"\[[^]]*\]|[^,\s]+", text)]


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
            spread = SPREAD.search(re.split(" [=≈] ", cells[-1])[0].strip())
            left, _, right = cells[0].partition(" = ")
            yield Equation(
                left, "=", right + (spread[0] if spread else ""), slope.rpartition(" = ")[2]
            )


def _matrix(line: str) -> str:
    """A matrix on several lines as a list of lists."""
    head, *rest = line.split("\n")
    if not rest:
        return line
    start = head.rindex(" = ") + 3
    rows = [re.sub(r" +", ", ", r.strip()[1:-1].strip()) for r in (head[start:], *rest)]
    return f"{head[:start]}[{', '.join(f'[{row}]' for row in rows)}]"


def of_words(sentences: list[str]) -> Iterator[Equation]:
    """What sentences say is equal."""
    for text in sentences:
        text = text.removesuffix(".")
        said = re.search(r"(?:s value, )?([^,]+|\[.*\]),? times the upstream ([^:]+): (.+)$", text)
        if said:
            local, upstream, down = said.groups()
            local = re.sub(r"^.* gets (.*'s value, )?", "", local)
            spread = SPREAD.search(upstream)
            upstream, how = (upstream[: spread.start()], spread[0]) if spread else (upstream, "")
            yield Equation(f"{upstream} × ({local}){how}", "≈", down)
            continue
        for part in _clauses(text):
            part = re.sub(r"^.*?(gets|slope,|add:|upstream) ", "", part)
            if re.search(" [=≈] ", part) and not re.match(r"^[a-z]+ [a-z]+ ", part):
                yield from equations(part)


def of_page(data: dict[str, Any]) -> Iterator[Equation]:
    """What the boxes and sentences of a page say is equal."""
    for node in data["nodes"]:
        if "formula" in node:
            yield Equation(node["formula"], "=", node["value"])
    for step in data["steps"]:
        up, local, down, equals = step["said"]
        way = step["ways"][step.get("way", 0) or 0]
        if not local:
            yield Equation(way["rule"], "=", down)
            continue
        yield Equation(way["rule"], "=", local)
        how = f", {step['spread']}" if step["spread"] else ""
        yield Equation(f"{up} {step['sign']} ({local}){how}", equals, down)


def _clauses(text: str) -> Iterator[str]:
    """The pieces between colons, and commas that are in no brackets."""
    start = depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        ends = text.startswith((": ", ", "), at) and depth == 0
        if ends and not text.startswith((", summed", ", copied"), at):
            yield text[start:at]
            start = at + 2
    yield text[start:]


def of_latex(text: str, notation: Any) -> Iterator[Equation]:
    """The equations of a paper, in the language."""
    called = dict(zip(notation.called, notation.graph.names, strict=True))
    objective = re.search(r"partial (\w+)", notation.gradient(0))
    called |= {objective[1]: objective[1]} if objective else {}
    for row in re.split(r"\\\\(?=\n)|\\cr(?=\n)|\n(?= *\\end|\$\$)", text):
        if "begin{document}" in row or "&" not in row or r", \quad" in row:
            continue
        row = re.sub(r"^.*\\begin\{(align\*|aligned)\}", "", row, flags=re.S)
        row = row.replace(r"\rlap{$\displaystyle ", "").replace("}$", "")
        row = re.sub(r"\$\}$", "", row.strip())
        cells = row.split("&&")
        for cell in cells:
            plain = of_mathematics(cell, called)
            for equation in equations(re.sub(r"^= ", "", plain)):
                if equation.left == "local":
                    continue
                if "local" not in repr(equation):
                    yield equation


def of_mathematics(text: str, called: dict[str, str]) -> str:
    """LaTeX of ours in the language."""
    spread = re.search(r"\\quad \\text\{((summed|copied)[^}]*)\}", text)
    text = re.sub(r"\\quad \\text\{.*|^ *\\text\{(?!local).*", "", text)
    text = re.sub(r"\\rlap\{\$\\displaystyle (.*)\$\}", r"\1", text)
    text = re.sub(r"(?<![\w}])\{(-[\d.]+)\}(?= )", r"\1", text).replace(r"\mathrel{+}=", "+=")
    text = re.sub(
        r"\\frac\{\\partial ([^{}]*(?:\{[^{}]*\})*)\}\{\\partial ([^{}]*(?:\{[^{}]*\})*)\}",
        lambda m: f"∂{called[m[1]]}/∂{called[m[2]]}",
        text,
    )
    text = re.sub(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", _pmatrix, text)
    for spelt, name in sorted(called.items(), key=lambda pair: -len(pair[0])):
        if not spelt.isalnum() and "pmatrix" not in spelt and name.isidentifier():
            text = text.replace(spelt, f" {name} ")
    text = re.sub(r" ?\\times 10\^\{(-?\d+)\}", r"e\1", text)
    for old, new in REPLACED:
        text = text.replace(old, new)
    text = re.sub(r"\\mathrm\{(\w+)\}", r"\1", text)
    text = re.sub(r"\\(max|min|log|exp|sin|cos|tan|sinh|cosh|tanh|arctan|ln)\b", r"\1", text)
    while True:
        shorter = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        shorter = re.sub(r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)", shorter)
        shorter = re.sub(r"\^\{([^{}]*)\}", r"^(\1)", shorter)
        shorter = re.sub(r"_\{([^{}]*)\}", r"[\1]", shorter)
        if shorter == text:
            break
        text = shorter
    text = re.sub(r" +", " ", text.replace("&", " ")).strip()
    text = text.replace("( ", "(").replace(" )", ")").replace(" ,", ",")
    if spread:
        left, sign, right = re.split(r" ([=≈]) (?!.* [=≈] )", text)
        text = f"{left}, {spread[1]} {sign} {right}"
    return text


def _pmatrix(match: re.Match[str]) -> str:
    rows = [row.split("&") for row in re.split(r"\\cr|\\\\", match[1])]
    listed = [[number.strip() for number in row] for row in rows]
    if len(listed[0]) == 1:
        return f"[{', '.join(row[0] for row in listed)}]"
    return f"[{', '.join(f'[{chr(44).join(row)}]' for row in listed)}]"


REPLACED = (
    (r"\left", ""), (r"\right", ""), (r"\cdot", "·"), (r"\odot", "⊙"), (r"\times", "×"),
    (r"\thinspace", "@"), (r"^{\top}", ".T"), (r"\sigma", "sigmoid"), (r"\lVert", "‖"), (r"\rVert", "‖"),
    (r"\approx", "≈"), (r"\lvert", "abs("), (r"\rvert", ")"), (r"\infty", "inf"), (r"\mathrm{NaN}", "nan"),
    (r"\mathrm{none}", "none"), (r"\mathbf{1}", "1"), (r"\pi", "pi"), (r"\lt", "<"), (r"\gt", ">"), (r"\leq", "<="),
    (r"\geq", ">="), (r"\neq", "!="), (r"\text{local}", "local"), (r"\mathrm{axis} = ", "axis="),
)  # fmt: skip
