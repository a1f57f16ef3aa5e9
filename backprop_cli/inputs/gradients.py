"""Which gradients are wanted, and the upstream gradient from which they start."""

from collections.abc import Collection, Iterable
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.shapes import described
from backprop_cli.gates.value import Value
from backprop_cli.graph.graph import Graph
from backprop_cli.inputs.bind import matching

_SEPARATE = "names are separated by commas: x,y"


def wanted(
    names: Any, data: Any, graph: Graph, dashes: str = "", labels: Collection[str] = ()
) -> frozenset[str] | None:
    """The inputs whose gradients are wanted; None for all.

    Args:
        names: "x,y" or a collection of names; theta is also θ. None for all.
        data: the inputs that are data and no parameters, in the same way: all others are wanted.
        graph: what has the inputs.
        dashes: what stands before the names of options, in errors: `--` on the command line.
        labels: names of whole numbers, which have no gradient anyhow, and may be called data.

    Raises:
        BackpropError: if one of them is no input, or if both are given.
    """
    if data is None:
        return None if names is None else _named(names, graph, f"{dashes}wrt")
    if names is not None:
        what = f"{dashes}wrt and {dashes}data cannot be combined"
        raise BackpropError(what, hint="one names what is wanted, the other what is not")
    left_out = _named(data, graph, f"{dashes}data", labels)
    found = frozenset(graph.inputs) - left_out
    if not found:
        raise BackpropError(f"{dashes}data leaves no input whose gradient could be shown")
    return found


def _named(names: Any, graph: Graph, option: str, labels: Collection[str] = ()) -> frozenset[str]:
    """The inputs of a list of names.

    Raises:
        BackpropError: if one of them is no input.
    """
    given = names.split(",") if isinstance(names, str) else names
    given = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in given):
        raise BackpropError(f"{option} is a name or a list of names")
    meant = matching(graph.inputs)
    found = [meant(name.strip()) for name in given]
    for name in found:
        if name not in graph.inputs and name not in labels:
            raise _no_input(name, graph, option)
    return frozenset(found)


def _no_input(name: str, graph: Graph, option: str) -> BackpropError:
    inputs = list(graph.inputs)
    listed = f"it has {', '.join(inputs[:12])}" if inputs else "it has no inputs"
    if not name:
        return BackpropError(f"{option}: a name is missing", hint=_SEPARATE)
    if any(part in graph.inputs for part in name.split()[1:]):
        return BackpropError(f"{option}: '{name}' is not one name", hint=_SEPARATE)
    if any(gate and name == step for gate, step in zip(graph.gates, graph.names, strict=True)):
        return BackpropError(f"{option}: '{name}' is a step, not an input", hint=listed)
    hint = did_you_mean(name, inputs) or listed
    return BackpropError(f"{option}: the formula has no input '{name}'", hint=hint)


def upstream(value: Value | None, graph: Graph, option: str) -> Value | None:
    """The upstream gradient of the output: by default 1 for a number.

    Args:
        value: what was given, or None.
        graph: whose output it is.
        option: what the user calls it, for errors: `upstream` or `--upstream`.

    Returns:
        None where an array needs one and none was given.

    Raises:
        BackpropError: if it has not the output's shape.
    """
    need = graph.shapes[graph.output]
    if value is None:
        return None if need else 1.0
    have = getattr(value, "shape", ())
    if have != need:
        what = f"{option} is {described(have)}, the output is {described(need)}"
        raise BackpropError(f"{what}: they must be alike")
    return value
