"""What a gate is: one row of the table, in the language that learners type."""

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from backprop_cli.gates.frameworks import Returned
from backprop_cli.gates.shape_rules.elementwise import ELEMENTWISE
from backprop_cli.gates.shape_rules.shape_rule import ShapeRule


class Pattern(Enum):
    """What a gate does to the gradient that flows back through it.

    Distributor, router and switcher are the names of CS231n's notes ("Patterns in
    backward flow"); *scaler*, for every other gate, is ours.
    """

    DISTRIBUTOR = "gradient distributor"
    ROUTER = "gradient router"
    SWITCHER = "gradient switcher"
    SCALER = "gradient scaler"

    @property
    def word(self) -> str:
        """The name without "gradient"."""
        return self.value.removeprefix("gradient ")


class Kink(NamedTuple):
    """Where a gate's derivative jumps or does not exist, and what is taken there."""

    at: str
    """The condition, on the gate's inputs `a, b` and its output `out`."""
    left: tuple[str, ...]
    """For each input, the derivative measured from below; nan where there is none."""
    right: tuple[str, ...]
    """For each input, the derivative measured from above."""
    convention: str
    """What is taken, and why, in one clause."""
    tie: bool = False
    """Whether it lies between inputs, or elements of the input, that tie."""

    def jumps(self, slot: int) -> bool:
        """Whether the derivative by this input differs on both sides; nan is none at all."""
        return self.left[slot] != self.right[slot]


MAX_WITH_CONSTANT = 1024
"""Routers beside a constant that are kept."""


@dataclass(frozen=True, eq=False)
class Gate:
    """One operation: one row of the gate table.

    All texts are formulas in `a, b` (the inputs), `out` (the output) and, where a gate
    has no simple local derivative, `g` (the upstream gradient): a derivative that mentions
    `g` is the whole downstream, any other is multiplied by `g`. The engine runs these
    texts and the screens show them.
    """

    name: str
    inputs: tuple[str, ...]
    forward: str
    local: tuple[str, ...]
    pattern: Pattern
    domain: str = ""
    """A condition under which it has a value; empty where it always has."""
    beyond: str = ""
    """Where it has a value outside its domain too, in words."""
    kink: Kink | None = None
    shape: ShapeRule = ELEMENTWISE
    """How the shape of its output follows from those of its inputs."""
    written: str = ""
    """How a formula writes it, where that differs from `forward`."""
    aliases: tuple[str, ...] = ()
    """Other names by which a formula may call it."""
    label: str = ""
    """Its sign in a circuit, where that is not its operator or its name."""
    variadic: bool = False
    """Takes any number of inputs; `a` is then each of them in turn, `p` its position."""
    practice_range: tuple[float, float] | None = None
    """Between which inputs exercises use a function; None where its domain and slope say so."""
    stands_for: tuple[str, ...] = ()
    """Formulas of `u` that mean this gate, the usual one first; the order of a sum and of a product
    does not matter."""
    is_stable: bool = False
    """Whether it has a value where a step of such a formula overflows."""
    beside_constant: tuple[str, ...] = ()
    """Its local derivatives where another input, `constant`, cannot move, if those differ."""
    returned: tuple[Returned, ...] = ()
    """What other frameworks return where its derivative does not exist."""
    is_held: bool = False
    """Whether it counts as a constant: whoever measures a slope holds its value."""
    class_stem: str = ""
    """What a class of it is called, without Gate, where that is not its name."""

    @property
    def text(self) -> str:
        """How a formula writes it."""
        return self.written or self.forward

    @property
    def called(self) -> str:
        """How a formula writes it for inputs of any shape: of a matrix, a^2 is another gate."""
        if "^" in self.text and self.aliases:
            return f"{self.aliases[0]}({', '.join(self.inputs)})"
        return self.text

    @property
    def class_name(self) -> str:
        """MultiplyGate, SigmoidGate, MaxOfGate."""
        words = (word[:1].upper() + word[1:] for word in self.name.split("_"))
        return f"{self.class_stem or ''.join(words)}Gate"


@lru_cache(maxsize=MAX_WITH_CONSTANT)
def with_constant(gate: Gate, constant: str = "") -> Gate:
    """A router one of whose inputs cannot move.

    Args:
        gate: as its row has it.
        constant: the value of that input as text, for a gate of any number of inputs.
    """
    stem = f"{gate.class_name.removesuffix('Gate')}WithConstant"
    rules = tuple(text.replace("constant", constant) for text in gate.beside_constant)
    return replace(gate, local=rules, beside_constant=(), class_stem=stem)
