"""What lower layers know of functions by name follows from the gates' rows."""

import pytest

from backprop_cli.gates import arrays, emitter
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.inputs.values import read_value
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import PrintedTerm, is_array_of
from backprop_cli.language.syntax import Term

OF_ARRAYS = [gate for gate in GATES if not gate.shape.is_elementwise]


def called(gate: Gate) -> tuple[str, int]:
    """The function by which a formula calls a gate, and the number of arguments; or none."""
    expression = parse(gate.text.replace("all", "a, b"))
    top: Term = expression.terms[expression.statements[-1].term]
    return (str(top.payload), len(top.args)) if top.op == "call" else ("", 0)


@pytest.mark.parametrize("gate", OF_ARRAYS, ids=[gate.name for gate in OF_ARRAYS])
def test_the_printer_knows_which_functions_give_an_array(gate: Gate) -> None:
    name, count = called(gate)
    if not name:
        return
    names = gate.inputs[:count]
    shapes = {
        n: getattr(read_value(n, text), "shape", ())
        for n, text in zip(names, gate.shape.examples, strict=False)
    }
    graph = build(parse(f"{name}({', '.join(names)})"), shapes)
    given = [PrintedTerm(("x",), is_array=True)] * count
    assert is_array_of(name, given) == bool(graph.shapes[graph.output])


def test_what_is_spelt_along_an_axis_can_be_run_so() -> None:
    assert set(arrays.ALONG_AXIS) == emitter.ALONG_AXIS
