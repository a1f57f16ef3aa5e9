"""What a name in a formula means: a constant, a function, or a mistake."""

from collections.abc import Container

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.language.syntax import Expression

CONSTANTS = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
"""Names that mean a number unless the user binds them."""


def _callable_gates() -> dict[str, Gate]:
    named = {gate.name: gate for gate in GATES if gate.forward.startswith(f"{gate.name}(")}
    return named | {alias: gate for gate in GATES for alias in gate.aliases}


CALLS: dict[str, Gate] = _callable_gates()
"""Function name -> the gate that a formula means by it."""


def check_functions(expression: Expression, names: Container[str]) -> None:
    """See that every function exists; `names` are inputs, which are not called but multiplied.

    Raises:
        BackpropError: at the first that does not, with what was probably meant.
    """
    for term in expression.terms:
        if term.op != "call" or term.payload in CALLS:
            continue
        name = str(term.payload)
        span = (term.start, term.start + len(name))
        hint = did_you_mean(name, list(CALLS)) if len(name) > 1 else None
        if name in names or (hint is None and len(term.args) == 1 and len(name) <= 2):
            inside = expression.source[term.start + len(name) : term.end].strip()
            what, hint = f"'{name}' is not a function", f"did you mean {name}*{inside}?"
            raise BackpropError(what, expression.source, span, hint)
        raise BackpropError(f"unknown function '{name}'", expression.source, span, hint)
