"""Hints for a class that the learner writes, in the names of the parameters that it begins with."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_cli.exercises.model.reason import ReasonCode
from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.gate import Gate
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.language.printer import SOURCE, show

if TYPE_CHECKING:
    from backprop_cli.lessons.asks.code import CodeAsk

_DEFAULTS = ("x", "y", "z")
_UPSTREAM = "dz"


def for_code(asked: "CodeAsk", faults: Sequence[str] = ()) -> list[str]:
    """The rungs that are made: what forward gives, what backward gives, and the rule.

    What is the matter with the class comes first, where it keeps all else from being tried.
    """
    inputs = ", ".join(_parameters(asked, "forward") or _DEFAULTS[: len(_gate(asked).inputs)])
    first = []
    if ReasonCode.NO_CLASS in faults:
        first.append(f"The class has to keep the name with which it was begun: class {asked.name}:")
    return [
        *first,
        f"forward(self, {inputs}) gives the value, and keeps in self what backward will need.",
        f"backward(self, {_upstream(asked)}) gives a list, a gradient for each of {inputs}: "
        "upstream times local.",
        f"The rule: {written_gate(asked)}",
    ]


def written_gate(asked: "CodeAsk") -> str:
    """What a class must compute, in the names of its parameters."""
    gate, upstream = _gate(asked), _upstream(asked)
    inputs = _parameters(asked, "forward") or _DEFAULTS
    names = dict(zip(gate.inputs, inputs, strict=False)) | {"out": "out", "g": upstream}
    value = show(rule(gate.text), names, SOURCE)
    sent = []
    for name, text in zip(gate.inputs, gate.local, strict=True):
        sent.append(f"{names[name]} gets {_downstream(text, names)}")
    return f"forward gives out = {value}; backward: {', '.join(sent)}."


def written_class(asked: "CodeAsk") -> str:
    """A class that does what is asked; empty where its rules are not easily written in NumPy."""
    gate, upstream = _gate(asked), _upstream(asked)
    inputs = _parameters(asked, "forward") or list(_DEFAULTS[: len(gate.inputs)])
    names = dict(zip(gate.inputs, inputs, strict=True))
    kept = {name: f"self.{own}" for name, own in names.items()}
    value = _numpy(gate.text, names)
    sent = [_sent(text, kept | {"out": "self.out", "g": upstream}) for text in gate.local]
    if not value or not all(sent):
        return ""
    own = [f"self.{name}" for name in inputs]
    is_copied = len(inputs) > 1 and gate.shape.is_elementwise
    result = [f"d{name}" for name in inputs]
    shaped = [f"summed({d}, {x})" for d, x in zip(result, own, strict=True)]
    keeps_inputs = is_copied or any(x in text for x in own for text in sent)
    keeps_output = any("self.out" in text for text in sent)
    lines = [
        f"class {asked.name}:",
        f"    def forward(self, {', '.join(inputs)}):",
        *([f"        {', '.join(own)} = {', '.join(inputs)}"] if keeps_inputs else []),
        *([f"        self.out = {value}", "        return self.out"] if keeps_output else []),
        *([] if keeps_output else [f"        return {value}"]),
        "",
        f"    def backward(self, {upstream}):",
        *(f"        {d} = {text}" for d, text in zip(result, sent, strict=True)),
        f"        return [{', '.join(shaped if is_copied else result)}]",
    ]
    return "\n".join(lines)


def _sent(text: str, names: dict[str, str]) -> str:
    """What backward sends to one input, in NumPy."""
    local, upstream = _numpy(text, names), names["g"]
    if mentions(text, "g") or not local:
        return local
    if local in ("1", "-1"):
        return f"{local[:-1]}{upstream}"
    is_atom = " " not in local or local.startswith("np.")
    return f"{upstream} * {local if is_atom else f'({local})'}"


_NUMPY = SOURCE._replace(
    functions={
        **{name: f"np.{name}" for name in ("exp", "log", "tanh", "sqrt", "abs", "sign", "where")},
        "max": "np.maximum",
        "min": "np.minimum",
    }
)
_SPELT = (
    (re.compile(r"\bsigmoid\(([\w.]+)\)"), r"1 / (1 + np.exp(-\1))"),
    (re.compile(r"\brelu\(([\w.]+)\)"), r"np.maximum(0, \1)"),
    (re.compile(r"\b1\[([^\[\]]+)\]"), r"(\1)"),
    (re.compile(r", \(([^()]+)\)\)"), r", \1)"),
    (re.compile(r"\^"), "**"),
)
"""What Python has no word for, or another one."""


def _numpy(text: str, names: dict[str, str]) -> str:
    """A rule of a gate in NumPy; empty where it has a function that is not a word of Python."""
    written = show(rule(text), names, _NUMPY)
    for found, spelt in _SPELT:
        written = found.sub(spelt, written)
    foreign = re.search(r"(?<!np\.)\b[a-z]+\(|\||\[", written)
    return "" if foreign else written


def _downstream(text: str, names: dict[str, str]) -> str:
    """Upstream times local, or what a matrix gate sends, as one writes it."""
    local = show(rule(text), names, SOURCE)
    if mentions(text, "g"):
        return local
    if local == "1":
        return names["g"]
    atom = local if local.isidentifier() else f"({local})"
    return f"{names['g']} * {atom}"


def _gate(asked: "CodeAsk") -> Gate:
    return GATES[asked.gate.gate]


def _upstream(asked: "CodeAsk") -> str:
    return (_parameters(asked, "backward") or [_UPSTREAM])[0]


def _parameters(asked: "CodeAsk", method: str) -> list[str]:
    """The parameters of a method in the class that the file begins with, without self.

    Empty where it has no such method, or not as many parameters as the gate needs.
    """
    _, _, text = asked.starter.partition(f"class {asked.name}")
    found = re.search(rf"def {method}\(([\w, ]*)\)", text)
    names = [name.strip() for name in found[1].split(",")] if found else []
    names = [name for name in names if name != "self"]
    wanted = len(_gate(asked).inputs) if method == "forward" else 1
    return names if len(names) == wanted and all(names) else []
