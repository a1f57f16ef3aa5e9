"""How the operations that a rule comes down to are spelt: here in Python, for kernels."""

from typing import Any, Protocol

Source = Any
"""What a dialect makes of an operation: for Python a text, for a page a tree."""


class Dialect(Protocol):
    """A language that can run a rule, once the types of its inputs are known."""

    def number(self, value: float) -> Source:
        """A number."""

    def operation(self, name: str, *args: Source) -> Source:
        """One of the operations of `OPERATIONS`, or a comparison."""

    def call(self, library: str, function: str, *args: Source) -> Source:
        """A function of a `number` or an `array`, one `along` an axis, or one of `numpy`."""


OPERATIONS = {
    "neg": "(-{})",
    "+": "({} + {})",
    "-": "({} - {})",
    "*": "({} * {})",
    "/": "({} / {})",
    "^": "({} ** {})",
    "@": "({} @ {})",
    "T": "{}.T",
    "column": "{}[:, None]",
    "at": "{}[{}]",
    "where": "({1} if {0} else {2})",
    "number": "float({})",
    "each": "*{}",
    "fit": "fit({}, {})",
} | {sign: f"({{}} {sign} {{}})" for sign in ("==", "!=", "<", "<=", ">", ">=")}
"""Every operation, as Python writes it."""


class Python:
    """What a kernel runs: plain float arithmetic for numbers, NumPy for arrays."""

    def number(self, value: float) -> str:
        """A number that reads back the same."""
        return repr(value)

    def operation(self, name: str, *args: str) -> str:
        """The operation, in parentheses."""
        return OPERATIONS[name].format(*args)

    def call(self, library: str, function: str, *args: str) -> str:
        """A call of what the scope of the kernel has by this name."""
        return f"{library}_{function}({', '.join(map(str, args))})"


PYTHON = Python()
