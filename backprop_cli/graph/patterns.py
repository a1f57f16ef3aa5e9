"""Formulas that have a gate of their own: one gate, one row, each in its usual spellings."""

from functools import cache
from typing import NamedTuple

from backprop_cli.language.parser import parse
from backprop_cli.language.syntax import Expression

HOLE = "u"
"""In a form, the name of what may be any formula."""


class Form(NamedTuple):
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


# fmt: off
FORMS: tuple[Form, ...] = (
    Form("sigmoid", "sigmoid(u)", (
        "1/(1 + exp(-u))", "(1 + exp(-u))^-1", "exp(u)/(1 + exp(u))", "1/(1 + 1/exp(u))",
    )),
    Form("tanh", "tanh(u)", (
        "1 - 2/(exp(2*u) + 1)", "(exp(u) - exp(-u))/(exp(u) + exp(-u))",
        "(exp(2*u) - 1)/(exp(2*u) + 1)", "(1 - exp(-2*u))/(1 + exp(-2*u))", "2*sigmoid(2*u) - 1",
    )),
    Form("softplus", "softplus(u)", ("log(1 + exp(u))",)),
    Form("relu", "relu(u)", ("max(0, u)", "max(u, 0)")),
    Form("square", "u^2", ("u*u",)),
    Form("norm", "||u||", (
        "sqrt(sum(u^2))", "sqrt(sum(u*u))", "sqrt(dot(u, u))", "sum(u^2)^0.5", "sum(u^2)^(1/2)",
    )),
    Form("L2", "||u||^2", ("sum(u^2)", "sum(u*u)", "sum(square(u))", "dot(u, u)")),
    Form("logsumexp", "logsumexp(u)", ("log(sum(exp(u)))",)),
    Form("softmax", "softmax(u)", ("exp(u)/sum(exp(u))",)),
)
# fmt: on

BY_GATE: dict[str, Form] = {form.gate: form for form in FORMS}


@cache
def read(text: str) -> Expression:
    """A form, parsed."""
    return parse(text)
