"""Why an answer is wrong, as data: the reason, and which mistakes are to blame."""

from collections.abc import Sequence
from typing import NamedTuple

from backprop_cli.exercises.diagnosis.diagnosis import (
    Explanation,
)
from backprop_cli.exercises.diagnosis.sentences import finding
from backprop_cli.exercises.marking.result import Blame
from backprop_cli.exercises.mistakes.mistake import Hypothesis
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.reason import NO_REASON, Finding, Reason, ReasonCode


class Why(NamedTuple):
    """Why an answer is wrong."""

    reason: Reason = NO_REASON
    blames: tuple[Blame, ...] = ()
    together: bool = False
    """The mistakes explain the answer together, not each alone."""


def gate_of(case: Case, node: int) -> str:
    """The name of the gate that a node is; empty for an input."""
    gate = case.graph.gates[node]
    return gate.name if gate is not None else ""


def explained(case: Case, explanations: Sequence[Explanation], wrt: int = -1) -> Why:
    """The mistakes that explain an answer, each or together.

    Args:
        case: the circuit.
        explanations: what explains the answer equally well.
        wrt: the node whose gradient was asked.
    """
    findings = tuple([_findings(case, explanation, wrt) for explanation in explanations])
    blames = [
        _blame(case, hypothesis) for explanation in explanations for hypothesis in explanation
    ]
    together = len(explanations) == 1 and len(explanations[0]) > 1
    reason = Reason(ReasonCode.MISTAKE, findings=findings)
    return Why(reason, tuple(dict.fromkeys(blames)), together)


def _findings(case: Case, explanation: Explanation, wrt: int) -> tuple[Finding, ...]:
    first_to_last = sorted(explanation, key=lambda hypothesis: -hypothesis.nodes[0])
    return tuple([finding(case, hypothesis, wrt) for hypothesis in first_to_last])


def _blame(case: Case, hypothesis: Hypothesis) -> Blame:
    names = [case.graph.names[node] for node in hypothesis.nodes]
    return Blame(hypothesis.mistake.name, hypothesis.gate, tuple(names))
