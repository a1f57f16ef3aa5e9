"""The mistakes that are another rule at one gate."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from backprop_cli.autodiff.tape import Replaced
from backprop_cli.exercises.mistakes.mistake import Hypothesis, Mistake, PassChange, always
from backprop_cli.exercises.mistakes.rule_trees import Texts
from backprop_cli.exercises.model.case import Changed
from backprop_cli.gates.gate import Gate
from backprop_cli.graph.graph import Graph

MAX_WRONG_RULES = 4096
"""Mistakes and gates whose wrong rules are kept."""

Transformation = Callable[[Gate], Iterator[Texts]]
"""Gives the wrong rules that it makes of a gate's own; none, where it does not fit."""

ByGate = Mapping[str, tuple[Texts, ...]]
"""Gate -> its wrong rules, each a way to make the mistake."""


class RuleChange(PassChange):
    """Another rule at one gate."""

    is_plantable = True

    def hypotheses(
        self, graph: Graph, gates: Sequence[int], mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Each wrong rule at each gate."""
        for k in gates:
            gate = graph.gates[k]
            assert gate is not None
            for texts in self.rules(gate):
                rules: Replaced = {(k, slot): text for slot, text in enumerate(texts) if text}
                yield Hypothesis(mistake, gate.name, (k,), always(Changed(rules=rules)))


@dataclass(frozen=True)
class Transformed(RuleChange):
    """Wrong rules that are made of the rules of each gate."""

    transformation: Transformation
    exceptions: ByGate = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Gates whose wrong rules are other ones."""

    def rules(self, gate: Gate) -> tuple[Texts, ...]:
        """The wrong rules of a gate."""
        found = self.exceptions.get(gate.name)
        return _transformed(self.transformation, gate) if found is None else found


@lru_cache(maxsize=MAX_WRONG_RULES)
def _transformed(transformation: Transformation, gate: Gate) -> tuple[Texts, ...]:
    # Of a rule that is 0 with its sign turned, nothing is wrong.
    return tuple([texts for texts in transformation(gate) if texts != gate.local])


@dataclass(frozen=True)
class WrittenRules(RuleChange):
    """Wrong rules that were written down, gate by gate: a mistake of a teacher's own."""

    by_gate: ByGate = field(hash=False)

    def rules(self, gate: Gate) -> tuple[Texts, ...]:
        """The wrong rules of a gate."""
        return self.by_gate.get(gate.name, ())
