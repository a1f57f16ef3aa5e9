"""Read a formula a second time, by Python itself, so that no mutated text gives another number.

A text of numbers goes to Python's own `eval`: a Python formula as it stands, with NumPy's names; a
blackboard's after a few replacements, and LaTeX after a small translation of its own. What
Python cannot read so is not compared.
"""

import ast
import math
import re
from typing import Any

import numpy as np

from backprop_cli.graph.reading import Notation

MAX_CHARS = 2000

NAMES: dict[str, Any] = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh")},
    **{name: getattr(np, name) for name in ("maximum", "minimum", "square", "sum", "mean")},
    **dict(zip(("abs", "max", "min", "np", "math"), (abs, max, min, np, math), strict=True)),
    "pi": math.pi,
    "e": math.e,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0.0),
    "ln": np.log,
}


class NotCompared(Exception):
    """Python does not read this text."""


def second_value(text: str, inputs: dict[str, Any], notation: Notation) -> Any:
    """The value of a formula by Python.

    Raises:
        NotCompared: where it has none.
    """
    if len(text) > MAX_CHARS:
        raise NotCompared
    source = {
        Notation.PYTHON: lambda text: text,
        Notation.FORMULA: _blackboard,
        Notation.LATEX: _latex,
    }[notation](text)
    try:
        tree = ast.parse(source.strip(), mode="eval")
        _check(tree, notation)
        scope = {**NAMES, **{name: np.asarray(value, float)[()] for name, value in inputs.items()}}
        with np.errstate(all="ignore"):
            found = eval(compile(tree, "<text>", "eval"), {"__builtins__": {}}, scope)
        return np.asarray(found, float)
    except NotCompared:
        raise
    except Exception:
        raise NotCompared from None


_PLAIN = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Load),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd, ast.Attribute),
)


_ARRAYS = (ast.MatMult, ast.keyword, ast.Subscript, ast.Slice, ast.Tuple, ast.List)
_METHODS = ("sum", "mean", "dot", "T", "max", "min", "reshape", "var", "std", "prod", "transpose")


def _check(tree: ast.AST, notation: Notation) -> None:
    """See that Python runs nothing but arithmetic, and no power that takes for ever."""
    for node in ast.walk(tree):
        is_python = notation is Notation.PYTHON
        if not isinstance(node, _PLAIN + _ARRAYS * is_python):
            raise NotCompared
        if isinstance(node, ast.Constant):
            if node.value is True and is_python:
                continue
            if type(node.value) not in (int, float):
                raise NotCompared
            if type(node.value) is int and abs(node.value) > 9:
                node.value = float(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            # 9**9**9 is no long number, but too large.
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and type(part.value) is int:
                    part.value = float(part.value)
        if isinstance(node, ast.Attribute):
            is_module = isinstance(node.value, ast.Name) and node.value.id in ("np", "math")
            if not is_python or node.attr not in ((*NAMES, *_METHODS) if is_module else _METHODS):
                raise NotCompared
        if isinstance(node, ast.Call):
            # A number that is called is a product on a blackboard, and an error in Python.
            named = isinstance(node.func, ast.Name | ast.Attribute)
            if not named or (node.keywords and not is_python):
                raise NotCompared


def _blackboard(text: str) -> str:
    # Of two lines the last is explained, and x² ³ and x²^3 are (x²)³.
    if re.search(r"[²³] *(?:[²³]|\*\*|\^)", text) or not re.fullmatch(
        r"[\w .+\-*/^(),·−×²³]*", text
    ):
        raise NotCompared
    for typed, meant in (("·", "*"), ("×", "*"), ("−", "-"), ("^", "**")):
        text = text.replace(typed, meant)
    text = re.sub("[²³]+", lambda found: f"**{found[0].translate({178: '2', 179: '3'})} ", text)
    # 2x and 2(x) are products; 2e3 is a number, and 0x10 is one in Python only.
    number = r"(?<![\w.])((?>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?))"
    return re.sub(rf"{number}\s*(?=[A-Za-z(])(?![xXoObBjJ]\w|[jJ]\b)", r"\1*", text)


_ARGUMENT = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def _latex(text: str) -> str:
    text = re.sub(r"\\(left|right|,|!|;|:)(?![a-zA-Z])", " ", text.strip().strip("$"))
    text = re.sub(r"\\(cdot|times)(?![a-zA-Z])", "*", text)
    for _ in range(20):
        before = text
        text = re.sub(rf"\\[dt]?frac\s*{_ARGUMENT}\s*{_ARGUMENT}", r"((\1)/(\2))", text)
        text = re.sub(rf"\\sqrt\s*{_ARGUMENT}", r"sqrt(\1)", text)
        text = re.sub(rf"\^\s*{_ARGUMENT}", r"**(\1)", text)
        if text == before:
            break
    text = re.sub(r"\^\s*(\w)", r"**\1", text)
    text = re.sub(r"\\(exp|log|ln|sin|cos|tan|tanh)\s*(?=\()", r" \1", text)
    text = text.replace(r"\sigma(", " sigmoid(").replace(r"\pi", " pi ")
    # Letters side by side are factors in LaTeX, and one name in Python: not compared.
    known = "|".join(NAMES)
    plain = re.sub(rf"\b({known})\b", "", text)
    if "\\" in text or re.search(r"[A-Za-z]{2}|\d\s*[A-Za-z(]|[A-Za-z)]\s+[A-Za-z0-9(]|_", plain):
        raise NotCompared
    return text
