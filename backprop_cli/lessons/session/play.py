"""Try any formula in the middle of a lesson: `play x*y --x 3 --y 4`."""

import re
from collections.abc import Mapping

from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import BackpropError
from backprop_cli.gates.value import Value
from backprop_cli.graph.reading import read
from backprop_cli.inputs.bind import read_given
from backprop_cli.inputs.gradients import upstream
from backprop_cli.inputs.understand import shapes_of, understand

MOST_ELEMENTS = 100_000
"""Elements of all that is played with."""

_EXAMPLE = "for example: play (x+y)*z --x 1 --y 2 --z 3"
_GIVEN = re.compile(r"\s--([^\W\d]\w*)(?:\s*=\s*|\s+)")


def played(text: str, present: Mapping[str, Value]) -> Trace | str:
    """The run of a formula with its inputs, or what is wrong with it.

    Args:
        text: a formula, and `--NAME VALUE` for its inputs.
        present: the inputs of the present circuit, for those that are not given.
    """
    formula, *rest = _GIVEN.split(" " + text)
    formula = formula.strip().strip("\"'")
    if not formula:
        return f"There is no formula\n  {_EXAMPLE}"
    pairs = list(zip(rest[::2], [value.strip().strip("\"'") for value in rest[1::2]], strict=True))
    try:
        given = read_given(pairs, (), 0)
        names = read(formula, shapes_of({**present, **given})).expression.free_names()
        inputs = {name: value for name, value in present.items() if name in names} | given
        understood = understand(formula, inputs, lambda name: f"--{name} VALUE")
        values = understood.values
        if sum(getattr(value, "size", 1) for value in values.values()) > MOST_ELEMENTS:
            return f"More than {MOST_ELEMENTS:,} elements are too many to play with"
        graph = understood.graph()
        return trace(graph, values, upstream(None, graph, "upstream"))
    except BackpropError as error:
        return error.report()
