"""A name of the graph may be any word; a name of a program must be one that Python reads."""

import builtins
import keyword
import re
import unicodedata
from itertools import chain, count

from backprop_cli.errors import inert
from backprop_cli.graph.graph import Graph

MAX_NAME_CHARS = 40
"""Letters of the longest name that is kept; a name may have ten thousand."""

OURS = frozenset(("_", "np", "torch", "Value", "norm", "onehot", "sent", "sigmoid", "softmax"))
"""What the code imports or defines beside the circuit."""

_CLASS = re.compile(r"\w*Gate\d*")


class CodeNames:
    """The name of each node's value and of its gradient, no two alike."""

    def __init__(self, graph: Graph) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        self.values: list[str] = [
            "" if k in graph.constants and k != graph.output else self.free(name)
            for k, name in enumerate(graph.names)
        ]
        """Empty for a constant, which is written out, unless it is the output."""
        prefix = self._prefix()
        self.gradients = [name and prefix + name for name in self.values]
        self._taken.update(self.gradients)
        self.renamed = {
            name: now
            for name, now in zip(graph.names, self.values, strict=True)
            if now and now != name
        }
        """What is called differently in the program: the graph's name -> the program's."""

    def free(self, wanted: str) -> str:
        """The name that was wanted or, where that is no name or taken, one much like it."""
        name = base = identifier(wanted)
        while name in self._taken or is_reserved(name):
            self._numbers[base] = number = self._numbers.get(base, 0) + 1
            name = f"{base}_{number}" if number > 1 else f"{base}_"
        self._taken.add(name)
        return name

    def _prefix(self) -> str:
        """What makes x the gradient of x: d, unless some dx is an input, or some d… is `def`."""
        for prefix in chain(("d", "grad_"), (f"grad{n}_" for n in count(2))):
            gradients = {prefix + name for name in self.values if name}
            if not gradients & self._taken and not any(map(is_reserved, gradients)):
                return prefix
        raise AssertionError("there are more prefixes than names")


def identifier(text: str) -> str:
    """The text as Python would have a name: x₁ becomes x1, since Python reads it so."""
    plain = unicodedata.normalize("NFKC", text[:MAX_NAME_CHARS])
    letters = [c if f"a{c}".isidentifier() and inert(c) == c else "_" for c in plain]
    name = "".join(letters)
    return name if name.isidentifier() else f"v_{name}"


def is_reserved(name: str) -> bool:
    """Whether the name means something to Python, or to the code around the circuit."""
    known = keyword.iskeyword(name) or name in OURS or hasattr(builtins, name)
    return known or _CLASS.fullmatch(name) is not None
