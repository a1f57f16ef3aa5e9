"""Hints for a class that the learner writes, in the names of the parameters that it begins with."""

import re

from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.language.printer import SOURCE, show
from backprop_cli.teaching.lesson import Code

_DEFAULTS = ("x", "y", "z")
_UPSTREAM = "dz"


def for_code(asked: Code) -> list[str]:
    """The rungs that are made: what forward gives, what backward gives, and the rule."""
    inputs = ", ".join(_parameters(asked, "forward") or _DEFAULTS[: len(_gate(asked).inputs)])
    return [
        f"forward(self, {inputs}) gives the value, and keeps in self what backward will need.",
        f"backward(self, {_upstream(asked)}) gives a list, a gradient for each of {inputs}: "
        "upstream times local.",
        f"The rule: {written_gate(asked)}",
    ]


def written_gate(asked: Code) -> str:
    """What a class must compute, in the names of its parameters."""
    gate, upstream = _gate(asked), _upstream(asked)
    inputs = _parameters(asked, "forward") or _DEFAULTS
    names = dict(zip(gate.inputs, inputs, strict=False)) | {"out": "out", "g": upstream}
    value = show(rule(gate.text), names, SOURCE)
    sent = []
    for name, text in zip(gate.inputs, gate.local, strict=True):
        sent.append(f"{names[name]} gets {_downstream(text, names)}")
    return f"forward gives out = {value}; backward: {', '.join(sent)}."


def _downstream(text: str, names: dict[str, str]) -> str:
    """Upstream times local, or what a matrix gate sends, as one writes it."""
    local = show(rule(text), names, SOURCE)
    if mentions(text, "g"):
        return local
    if local == "1":
        return names["g"]
    atom = local if local.isidentifier() else f"({local})"
    return f"{names['g']} * {atom}"


def _gate(asked: Code) -> Gate:
    return GATES[asked.gate.gate]


def _upstream(asked: Code) -> str:
    return (_parameters(asked, "backward") or [_UPSTREAM])[0]


def _parameters(asked: Code, method: str) -> list[str]:
    """The parameters of a method in the class that the file begins with, without self.

    Empty where it has no such method, or not as many parameters as the gate needs.
    """
    _, _, text = asked.starter.partition(f"class {asked.name}")
    found = re.search(rf"def {method}\(([\w, ]*)\)", text)
    names = [name.strip() for name in found[1].split(",")] if found else []
    names = [name for name in names if name != "self"]
    wanted = len(_gate(asked).inputs) if method == "forward" else 1
    return names if len(names) == wanted and all(names) else []
