"""What a node does to the gradient is asked: distribute, route, switch, scale or add."""

import re
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.exercises.answers.formula import Unreadable
from backprop_cli.exercises.answers.reading import Read
from backprop_cli.exercises.diagnosis.why import gate_of
from backprop_cli.exercises.hints.values import which_gate
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked, Circuit
from backprop_cli.exercises.model.reason import Reason, ReasonCode
from backprop_cli.exercises.questions.handout import Handout
from backprop_cli.exercises.questions.kind import WordKind
from backprop_cli.gates.gate import Pattern
from backprop_cli.graph.graph import Graph
from backprop_cli.language.question import PATTERN as WORD
from backprop_cli.language.question import Question


class _Pattern(WordKind):
    """pattern(q)."""

    word = WORD
    how = 'a pattern: "distributor", "router", "switcher", "scaler" or "adder"'
    exercise = "patterns"

    def check(self, question: Question, circuit: Circuit, of: int, wrt: int) -> None:
        """Of a gate, or of an input that is used more than once."""
        if wrt >= 0 or question.element is not None:
            raise BackpropError("a pattern is that of a node, as in pattern(q)")
        if circuit.graph.gates[of] is None and not _is_fork(circuit.graph, of):
            what = f"{question.of} is no gate, and is used only once: it has no pattern"
            raise BackpropError(what)

    def phrase(self, quantity: str) -> str:
        return f"the pattern of {quantity}"

    def key(self, asked: Asked, number: Any, handout: Handout) -> Any:
        """That of the gate; of an input that is used more than once, a fork's: adder."""
        gate = handout.case.graph.gates[asked.of]
        return gate.pattern.value if gate else ADDER

    def read(self, raw: Any, asked: Asked, handout: Handout) -> Any:
        return read_pattern(raw, gate_of(handout.case, asked.of))

    def reason(self, read: Read, case: Case) -> Reason:
        asked = read.asked
        return Reason(ReasonCode.OTHER_PATTERN, asked.question.of, gate_of(case, asked.of))

    def hints(self, case: Case, asked: Asked, names: list[str]) -> list[str]:
        """Which gate it is, and what each gate does."""
        return [which_gate(case.graph, asked.of, names), _EACH]


_EACH = (
    "An add gate distributes, a max gate routes, a mul gate switches, a gate of one input scales; "
    "where a value is used more than once, gradients are added."
)


def _is_fork(graph: Graph, node: int) -> bool:
    return sum(args.count(node) for args in graph.args) > 1


ADDER = "gradient adder"
"""The pattern of a fork."""

_WORDS = {
    Pattern.DISTRIBUTOR.value: "distributor distributes distribute distributing copies",
    Pattern.ROUTER.value: "router routes route routing",
    Pattern.SWITCHER.value: "switcher switches switch swap swaps swapper swapping",
    Pattern.SCALER.value: "scaler scales scale scaling slope",
    ADDER: "adder adds add sums summed accumulates accumulator",
}
_PATTERNS = {word: pattern for pattern, words in _WORDS.items() for word in words.split()}
_FILLING = {"the", "a", "an", "gradient", "gradients", "it", "gate"}
_OTHER_NAMES = {
    "add": "addition adds plus sum",
    "sub": "minus subtraction",
    "mul": "multiply multiplies multiplication multiplier times product",
    "max": "maximum",
    "min": "minimum",
    "": "fork branch",
}
"""What gates are called besides their names in the table, and what a fork is."""


def read_pattern(raw: Any, gate: str) -> str | Unreadable:
    """The pattern that was answered: `distributor`, `routes`, `swap multiplier`, …

    Args:
        raw: the answer.
        gate: the name of the gate that is asked about; empty for a fork. It is no pattern.
    """
    if not isinstance(raw, str) or len(raw) > 100:
        return Unreadable("a pattern is one word: distributor, router, switcher, scaler or adder")
    words = [word for word in re.findall(r"[^\W\d_]+", raw.lower()) if word not in _FILLING]
    if words == ["swap", "multiplier"]:
        return Pattern.SWITCHER.value
    called = {gate, *_OTHER_NAMES.get(gate, "").split()}
    if words and all(word in called for word in words):
        what = "the gate's name" if gate else "what it is"
        return Unreadable(what, ReasonCode.GATE_NAMED)
    found = {_PATTERNS[word] for word in words if word in _PATTERNS}
    if len(found) == 1 and all(word in _PATTERNS for word in words):
        return found.pop()
    if len(found) > 1:
        return Unreadable("one pattern is wanted")
    hint = did_you_mean(words[0], list(_PATTERNS)) if words else None
    return Unreadable(hint or "a pattern is distributor, router, switcher, scaler or adder")


PATTERN = _Pattern()
