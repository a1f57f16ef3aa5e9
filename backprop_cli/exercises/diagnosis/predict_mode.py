"""What a page asks in predict mode: each gradient in turn, and why a wrong answer is wrong.

A page only looks up what somebody with a wrong rule would have answered: `predictions.py` has
worked that out.
"""

from typing import Any

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.exercises.diagnosis.predictions import (
    TOLERANCE,
    can_be_predicted,
    predicted_questions,
)
from backprop_cli.exercises.wording import ROUNDED, SHAPE_RULE, UNEXPLAINED
from backprop_cli.gates.shapes import described
from backprop_cli.render.json import plain
from backprop_cli.render.text.options import Look


def questions(trace: Trace, look: Look) -> dict[str, Any] | None:
    """The questions, each with its key and a sentence for each answer that a mistake gives.

    None where the gradients of this run cannot be asked for.
    """
    if not can_be_predicted(trace):
        return None
    reasons: dict[str, int] = {}
    asked = []
    for node, key, wrong in predicted_questions(trace):
        shape = described(trace.graph.shapes[node])
        asked.append(
            {
                "node": node,
                "name": look.derivative(inert(trace.objective), inert(trace.graph.names[node])),
                "key": plain(key),
                "shape": f"{shape[0].upper()}{shape[1:]} is wanted. {SHAPE_RULE}",
                "wrong": [
                    (plain(answer), reasons.setdefault(reason, len(reasons)))
                    for answer, reason in wrong
                ],
            }
        )
    return {
        "tolerance": [TOLERANCE.relative, TOLERANCE.absolute, TOLERANCE.rounded],
        "rounded": ROUNDED,
        "unexplained": UNEXPLAINED,
        "reasons": [inert(reason) for reason in reasons],
        "asked": asked,
    }
