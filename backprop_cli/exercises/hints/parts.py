"""What all hints are made of: numbers in place of names, and the last hint of each question."""

from typing import Any

from backprop_cli.autodiff.steps import rule_names
from backprop_cli.exercises.answers.answers import number_shown, read_number
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.exercises.model.tolerance import close
from backprop_cli.graph.graph import Graph


class Equation(str):
    """A hint that ends in an equation, and the two sides of it."""

    left: str
    right: str

    def __new__(cls, introduction: str, left: str, right: str) -> "Equation":
        """The hint `introduction: left = right`."""
        hint = super().__new__(cls, f"{introduction}: {left} = {right}")
        hint.left, hint.right = left, right
        return hint


class NumbersInPlace(Equation):
    """The last hint: whoever types its right side has answered."""


"""How the last hint begins; what stands after its = sign may be typed as the answer."""


def article(name: str) -> str:
    """A or an, and the name."""
    return f"{'an' if name[0] in 'aeioL1' and name != '1/x' else 'a'} {name}"


def chalk(name: str) -> str:
    """A question as the chalkboard has it: ∂f/∂x."""
    if "/" not in name:
        return name
    left, _, right = name.partition("/")
    return f"∂{left[1:]}/∂{right[1:]}" if left[:1] == right[:1] == "d" else name


def numbers(graph: Graph, values: Any, node: int, slot: int = 0) -> dict[str, str]:
    """What the names in the rules of a gate stand for: numbers in place."""
    gate, args = graph.gates[node], graph.args[node]
    assert gate is not None
    names = rule_names(graph, node, slot)
    names["out"] = atom(values[node])
    if gate.variadic:
        names["all"] = ", ".join(atom(values[arg]) for arg in args)
        names["a"] = atom(values[args[slot]])
        return names
    pairs = zip(gate.inputs, args, strict=True)
    return names | {name: atom(values[arg]) for name, arg in pairs}


def atom(value: Any) -> str:
    """A number that can stand in a formula: a negative one in parentheses."""
    text = number_shown(value)
    return f"({text})" if text.startswith("-") else text


def last(left: str, right: str, key: Any, asked: Asked) -> list[str]:
    """The hint with numbers in place, where typing it is an answer and it is not the answer."""
    read = read_number(right, ())
    if isinstance(read, Unreadable) or right.strip("()") == number_shown(key):
        return []
    if not close(read, key, asked.tolerance):
        return []
    return [NumbersInPlace("With the numbers in place", left, right)]


def left_of(asked: Asked) -> str:
    """What stands before the equals sign of a hint: ∂f/∂x."""
    return chalk(asked.question.quantity)


def in_place(case: Case, asked: Asked, terms: list[str]) -> list[str]:
    """The last hint, for a sum of terms with numbers; none where no number is asked."""
    if not asked.kind.is_number:
        return []
    return last(left_of(asked), " + ".join(terms), case.answers((asked,))[0], asked)
