"""The mistakes that are about one question: another number is answered, and all else is right."""

from collections.abc import Callable, Iterator

from backprop_cli.exercises.mistakes.mistake import AnswerChange, Hypothesis, Mistake, gate_at
from backprop_cli.exercises.model.case import Case, Changed
from backprop_cli.exercises.model.exercise import Asked, Exercise
from backprop_cli.graph.graph import Graph


class UpstreamIncluded(AnswerChange):
    """∂f/∂q · ∂q/∂x where ∂q/∂x was asked."""

    asks_of_gates = True

    def hypotheses(
        self, exercise: Exercise, asked: Asked, mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every question about an inner node."""
        graph, of = exercise.graph, asked.of

        def change(case: Case) -> Changed:
            upstream = case.gradients[of]
            return Changed() if upstream is None else Changed(seeds={of: upstream})

        if of != graph.output:
            yield Hypothesis(mistake, gate_at(graph, of), (of,), change, answers_only=True)


class ValueForDerivative(AnswerChange):
    """The value of f where ∂f/∂x was asked; of ∂q/∂x, that of q or x."""

    def hypotheses(
        self, exercise: Exercise, asked: Asked, mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Every question."""
        graph, of = exercise.graph, asked.of

        def change(node: int) -> Callable[[Case], Changed]:
            return lambda case: Changed(told={(of, asked.wrt): case.values[node]})

        # The value of x in place of ∂f/∂x is another row.
        for node in (of, asked.wrt) if of != graph.output else (of,):
            yield Hypothesis(
                mistake,
                gate_at(graph, node),
                (of,),
                change(node),
                node,
                answers_only=True,
                doubt=1,
            )


class OtherFactor(AnswerChange):
    """The x0 of a*x0 + b*x1 in place of x1: a factor of the other product."""

    def hypotheses(
        self, exercise: Exercise, asked: Asked, mistake: Mistake
    ) -> Iterator[Hypothesis]:
        """Only in a lesson, where there is one step to look at."""
        graph = exercise.graph
        users = [k for k, args in enumerate(graph.args) if asked.wrt in args]
        if exercise.step is None or len(users) != 1 or not graph.is_scalar:
            return
        (user,) = users

        def change(node: int) -> Callable[[Case], Changed]:
            def changed(case: Case) -> Changed:
                upstream = case.backward(asked.of)[user]
                if upstream is None:
                    return Changed()
                return Changed(told={(asked.of, asked.wrt): upstream * case.values[node]})

            return changed

        for node in _factors_beside(graph, user):
            yield Hypothesis(
                mistake,
                gate_at(graph, user),
                (user,),
                change(node),
                node,
                answers_only=True,
                doubt=1,
            )


def _factors_beside(graph: Graph, product: int) -> list[int]:
    """The factors of the products that go into the same gate as this one, if it is one."""
    if not _is_product(graph, product):
        return []
    together = [arg for args in graph.args if product in args for arg in args]
    others = [node for node in together if node != product and _is_product(graph, node)]
    factors = dict.fromkeys(factor for node in others for factor in graph.args[node])
    return [node for node in factors if node not in graph.args[product]]


def _is_product(graph: Graph, node: int) -> bool:
    gate = graph.gates[node]
    return gate is not None and gate.forward == "a * b"
