"""What a name in a formula means: a constant, a function, or a mistake."""

from collections.abc import Collection, Container, Mapping
from functools import cache
from typing import TYPE_CHECKING

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.language.syntax import Expression, Term

if TYPE_CHECKING:
    from backprop_cli.graph.composite import Composite

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
"""Names that mean a number unless the user binds them."""


def _callable_gates() -> dict[str, Gate]:
    named = {
        gate.name: gate
        for gate in GATES
        if f"{gate.name}(" in (gate.forward[: len(gate.name) + 1], gate.text[: len(gate.name) + 1])
    }
    return named | {alias: gate for gate in GATES for alias in gate.aliases}


MOST_INPUTS = 1000
"""Inputs of one gate: the rule of max asks each of them about all others."""

TYPO = 0.74
"""How alike two names of functions must be: reul is relu, and det is not dot."""

MANY = ("max", "min")
"""Functions that take any number of arguments."""

CALLS: dict[str, Gate] = _callable_gates()
"""Function name -> the gate that a formula means by it."""

MATRIX_POWER = "matrix_power"
"""The function that X^2 of a matrix is, where ^ works element by element."""

NORMS = {
    "norm_2": "‖A‖₂ of a matrix is its largest singular value: "
    "for the root of all squares write ‖A‖_F",
    "norm_F": "",
}
"""Norms that are the gate of the norm -> why a matrix has none of the name."""


@cache
def composites() -> "Mapping[str, Composite]":
    """Functions of several gates, by their names; a formula that calls none does without."""
    from backprop_cli.graph.composites import COMPOSITES

    return COMPOSITES


@cache
def takes() -> Mapping[str, int]:
    """Everything that can be called -> how many arguments it takes."""
    return {
        MATRIX_POWER: 2,
        **{name: len(gate.inputs) for name, gate in CALLS.items()},
        **{name: composite.inputs for name, composite in composites().items()},
        **dict.fromkeys(NORMS, 1),
    }


def check(expression: Expression, free: Collection[str], given: Container[str] = ()) -> None:
    """See what no values and no shapes could mend: steps, functions and their arguments.

    Args:
        expression: a formula or a program.
        free: its inputs.
        given: names that were given a value: what is no function is probably multiplied.

    Raises:
        BackpropError: at the first mistake, with what was probably meant.
    """
    _check_steps(expression, free)
    calls = [term for term in expression.terms if term.op == "call"]
    for term in calls:
        if term.payload not in takes():
            name = str(term.payload)
            raise _unknown(expression, term, name, name in free or name in given)
    for term in calls:
        _check_arguments(expression, term)


def _unknown(expression: Expression, term: Term, name: str, is_input: bool) -> BackpropError:
    """The error that there is no such function."""
    span = (term.start, term.start + len(name))
    from backprop_cli.language.unread import instead_of

    hint = instead_of(name)
    if hint is None and len(name) > 1:
        hint = did_you_mean(name, list(takes()), TYPO)
    if is_input or (hint is None and len(term.args) == 1 and len(name) <= 2):
        inside = expression.source[term.start + len(name) : term.end].strip()
        what, hint = f"'{name}' is not a function", f"did you mean {name}*{inside}?"
        return BackpropError(what, expression.source, span, hint)
    return BackpropError(f"unknown function '{name}'", expression.source, span, hint)


def arguments(expression: Expression, term: Term) -> list[int]:
    """The terms that a call is of, without its `axis=`."""
    return [arg for arg in term.args if expression.terms[arg].op != "keyword"]


def _check_arguments(expression: Expression, term: Term) -> None:
    """See that a call has as many arguments as its function takes."""
    name, places = str(term.payload), arguments(expression, term)
    count, least = len(places), takes()[name]
    most = max(least, composites()[name].most) if name in composites() else least
    hint = None
    if name in MANY and count > MOST_INPUTS:
        wants, hint = f"at most {MOST_INPUTS:,} arguments", f"make them one input: {name}(x)"
    elif name in MANY and not count:
        wants = "at least 1 argument"
    elif name not in MANY and not least <= count <= most:
        wants = "1 argument" if least == 1 else f"{least} arguments"
        hint = _axis_hint(expression, term, places)
    else:
        return
    span = (term.at, term.at + len(name))
    what = f"{name} takes {wants}, not {count:,}"
    raise BackpropError(what, expression.source, span, hint)


def _axis_hint(expression: Expression, term: Term, places: list[int]) -> str | None:
    """`sum(x, axis=1)`, where sum(x, 1) was written."""
    name = str(term.payload)
    along = composites()[name].axis if name in composites() else False
    if name in CALLS:
        along = CALLS[name].shape.takes_axis
    if not along or len(places) != 2:
        return None
    value, axis = (
        " ".join(
            expression.source[expression.terms[place].start : expression.terms[place].end].split()
        )
        for place in places
    )
    is_axis = axis.replace(" ", "") in ("0", "1", "-1", "-2")
    return f"write {name}({value}, axis={axis})" if is_axis and len(value) <= 60 else None


def _check_steps(expression: Expression, free: Collection[str]) -> None:
    """See that each step has a name of its own, which only later steps use."""
    named = set()
    begin = 0
    for name, place, start, end in expression.statements:
        own = expression.terms[begin : place + 1]
        begin = place + 1
        what, hint = None, None
        if name in named:
            what, hint = f"'{name}' is named twice", "choose another name"
        elif name in free:
            what = f"'{name}' is used before it is given a value here"
            hint = "put this step first"
            if any(term.op == "name" and term.payload == name for term in own):
                hint = f"give the new value another name: {name}1 = …"
        if what:
            raise BackpropError(what, expression.source, (start, end), hint)
        if name is not None:
            named.add(name)
