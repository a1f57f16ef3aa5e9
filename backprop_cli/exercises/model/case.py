"""An exercise with inputs: the run, the key, and what a changed run would answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.autodiff.backward import backward
from backprop_cli.autodiff.errstate import without_warnings
from backprop_cli.autodiff.forward import forward
from backprop_cli.autodiff.tape import forward_tape
from backprop_cli.exercises.model.backward_order import seed_of
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.gates.value import Gradient, Value
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.rewriting.subgraph import with_output


@dataclass(frozen=True)
class Changed:
    """What a learner with a mistake does otherwise in the backward pass."""

    rules: Mapping[tuple[str | int, int], str] = field(default_factory=dict)
    forks: Mapping[int, str] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    pins: Mapping[int, Value] = field(default_factory=dict)
    """Node -> the gradient that is gone on with."""
    said: Mapping[int, Value] = field(default_factory=dict)
    """Node -> what is answered for its gradient, and not gone on with."""
    told: Mapping[tuple[int, int], Value] = field(default_factory=dict)
    """(q, x) -> what is answered for ∂q/∂x."""
    seeds: Mapping[int, Value] = field(default_factory=dict)
    """Inner node -> the upstream from which its derivatives start."""

    @property
    def is_of_the_pass(self) -> bool:
        """Whether anything is done otherwise in a pass, and not only in what is answered."""
        return bool(self.rules or self.forks or self.dropped or self.pins or self.seeds)

    def __or__(self, other: "Changed") -> "Changed":
        return Changed(
            {**self.rules, **other.rules},
            {**self.forks, **other.forks},
            self.dropped | other.dropped,
            {**self.pins, **other.pins},
            {**self.said, **other.said},
            {**self.told, **other.told},
            {**self.seeds, **other.seeds},
        )


RIGHT = Changed()


class Case:
    """An exercise with inputs."""

    def __init__(self, exercise: Exercise, inputs: Mapping[str, Value]) -> None:
        self.exercise = exercise
        self.graph: Graph = exercise.graph
        self.inputs = inputs
        self.values: list[Value] = forward(self.graph, inputs)
        self._found: dict[int, Mapping[int, Value]] = {}
        self._right: dict[int, list[Gradient]] = {}

    def with_values(self, said: Mapping[int, Value]) -> "Case":
        """The case of a student who goes on with values of their own."""
        case = Case(self.exercise, self.inputs)
        with without_warnings(self.graph):
            for kernel, k, i, j in zip(*forward_tape(self.graph), strict=True):
                kernel(case.values, k, i, j)
                if k in said:
                    case.values[k] = said[k]
        return case

    @cached_property
    def gradients(self) -> list[Gradient]:
        """The gradient of each node, as it should be."""
        return self.backward(self.graph.output)

    @cached_property
    def key(self) -> list[Gradient]:
        """The right answer of each question of the exercise; None where it is no number."""
        return self.answers(self.exercise.asked)

    def backward(self, of: int, changed: Changed = RIGHT, wrt: int = -1) -> list[Gradient]:
        """The gradient of node `of` with respect to every node, in a changed run."""
        # They are gradients of the output, and of no other node.
        pins = changed.pins if of == self.graph.output else {}
        seed = changed.seeds.get(of)
        return backward(
            with_output(self.graph, of),
            self.values,
            self.seed(of, wrt) if seed is None else seed,
            rules=changed.rules,
            pins=pins if changed is RIGHT else {**pins, **self._known(of)},
            forks=changed.forks,
            dropped=changed.dropped,
        )

    def _known(self, of: int) -> Mapping[int, Value]:
        """The gradients of node `of` that the learner has already, and goes on from."""
        known = self.exercise.step.known if self.exercise.step else ()
        if not known:
            return {}
        if of not in self._found:
            pairs = [wrt for node, wrt in known if node == of]
            right = {wrt: self.backward(of, wrt=wrt)[wrt] for wrt in pairs}
            self._found[of] = {wrt: value for wrt, value in right.items() if value is not None}
        return self._found[of]

    def seed(self, of: int, wrt: int = -1) -> Value:
        """The upstream gradient from which the backward pass of node `of` starts."""
        seed = self.exercise.the_circuit.upstream if of == self.graph.output else None
        return seed_of(self.graph, of, wrt if wrt >= 0 else of) if seed is None else seed

    def right(self, asked: Asked) -> Gradient:
        """The whole gradient of which a question asks, or asks an element."""
        run = self.gradients if asked.of == self.graph.output else None
        return (run or self.backward(asked.of, wrt=asked.wrt))[asked.wrt]

    def answers(self, asked: tuple[Asked, ...], changed: Changed = RIGHT) -> list[Gradient]:
        """What a changed run answers to each question; None where no number is asked."""
        runs: dict[int, list[Gradient]] = {} if changed.is_of_the_pass else self._right
        return [self._answer(each, changed, runs) for each in asked]

    def _answer(self, asked: Asked, changed: Changed, runs: dict[int, list[Gradient]]) -> Gradient:
        if not asked.kind.is_number:
            return None
        if asked.wrt < 0:
            return part(self.values[asked.of], asked)
        if asked.of not in runs:
            runs[asked.of] = self.backward(asked.of, changed, asked.wrt)
        return part(self.gradient_in(runs[asked.of], asked, changed), asked)

    def gradient_in(self, run: list[Gradient], asked: Asked, changed: Changed = RIGHT) -> Gradient:
        """The gradient that a question asks for, in a run; 0 where nothing arrived."""
        if (asked.of, asked.wrt) in changed.told:
            return changed.told[asked.of, asked.wrt]
        if asked.of == self.graph.output and asked.wrt in changed.said:
            return changed.said[asked.wrt]
        gradient = run[asked.wrt]
        return _zero_like(self.values[asked.wrt]) if gradient is None else gradient


def _zero_like(value: Value) -> Value:
    # Not 0 × value, which is NaN where the value is infinite.
    if isinstance(value, float):
        return 0.0
    import numpy as np

    return np.zeros_like(value)


def part(value: Gradient, asked: Asked) -> Gradient:
    """The element of a value that a question asks for, or all of it."""
    element = asked.question.element
    if element is None or value is None or isinstance(value, float):
        return value
    # An answer of a wrong shape has perhaps no such element.
    if len(element) != value.ndim or any(i >= n for i, n in zip(element, value.shape, strict=True)):
        return float("nan")
    return float(value[element])
