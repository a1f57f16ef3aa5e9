"""Formulas that have a gate of their own: one gate, one row, each in its usual spellings."""

from functools import lru_cache
from typing import NamedTuple

from backprop_cli.gates.compiler import rule
from backprop_cli.gates.table import GATES
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.syntax import Expression

MAX_FORMS = 256
"""Texts of forms that are kept, parsed."""

HOLE = "u"
"""In a form, the name of what may be any formula."""


class GateForm(NamedTuple):
    """One gate, and the formulas that it stands for."""

    gate: str
    folded: str
    """The gate as a formula writes it."""
    texts: tuple[str, ...]
    """What it stands for; the order of a sum and of a product is no matter."""

    @property
    def unfolds(self) -> bool:
        """Whether its first text takes `u` once: else unfolding would write u many times over."""
        return sum(term.payload == HOLE for term in read(self.texts[0]).terms) == 1


FORMS: tuple[GateForm, ...] = tuple(
    [
        GateForm(gate.name, show(rule(gate.text), {"a": HOLE}), gate.stands_for)
        for gate in GATES
        if gate.stands_for
    ]
)
"""What stands in the rows of the gate table."""

BY_GATE: dict[str, GateForm] = {form.gate: form for form in FORMS}


@lru_cache(maxsize=MAX_FORMS)
def read(text: str) -> Expression:
    """A form, parsed."""
    return parse(text)
