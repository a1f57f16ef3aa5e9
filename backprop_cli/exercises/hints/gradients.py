"""Hints for gradients: which gate the question is about, its rule in symbols, then with numbers."""

from typing import Any

from backprop_cli.autodiff.steps import Step, rule_names
from backprop_cli.autodiff.trace import Trace
from backprop_cli.exercises.answers.answers import number_shown
from backprop_cli.exercises.hints.elements import for_element
from backprop_cli.exercises.hints.formulas import formula
from backprop_cli.exercises.hints.gate_rules import (
    bare,
    derivative,
    gate_rule,
    is_one_piece,
    local,
    product,
)
from backprop_cli.exercises.hints.parts import Equation, article, atom, in_place, left_of, numbers
from backprop_cli.exercises.model.backward_order import seed_of
from backprop_cli.exercises.model.case import Case
from backprop_cli.exercises.model.exercise import Asked
from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Pattern
from backprop_cli.graph.subgraph import with_output
from backprop_cli.language.printer import SOURCE, show


def for_gradient(case: Case, asked: Asked, names: list[str]) -> list[str]:
    """The hints for a gradient: of the output, of an intermediate result, or of one element.

    Args:
        case: the circuit with its numbers.
        asked: the question.
        names: what the learner calls each node.
    """
    if asked.wrt == asked.of:
        name = names[asked.of]
        return [
            "Here the backward pass starts: the base case.",
            f"When {name} changes by a little, by how much does {name} change?",
        ]
    run = _run(case, asked)
    steps = run.contributions(asked.wrt)
    if not steps:
        return [f"Does {bare(names[asked.of])} depend on {bare(names[asked.wrt])} at all?"]
    if asked.question.element is not None:
        return for_element(case, asked, run, names)
    if _is_local(case, asked):
        return _for_local(case, asked, steps, names)
    name = bare(names[asked.wrt])
    hints = [gate_rule(step, names) for step in steps[:1]] if len(steps) == 1 else []
    if len(steps) > 1:
        hints.append(f"{name} is used {len(steps)} times: what arrives there is added.")
    if any(map(_is_copied, steps)):
        hints.append(f"{name} was copied to fit, as at a fork: what the copies hear is added up.")
    symbols = [
        _added_up(step, product(step, derivative(names[asked.of], names[step.output]), names))
        for step in steps
    ]
    hints.append(Equation("The chain rule", left_of(asked), " + ".join(symbols)))
    terms = [_added_up(step, _with_numbers(case, step)) for step in steps]
    return [*hints, *in_place(case, asked, terms)]


def _run(case: Case, asked: Asked) -> Trace:
    """The run from which the gradient of a question arrives."""
    of = asked.of
    seed = case.exercise.the_circuit.upstream if of == case.graph.output else None
    if seed is None:
        seed = seed_of(case.graph, of, asked.wrt)
    return Trace(with_output(case.graph, of), case.values, case.backward(of, wrt=asked.wrt), seed)


def _with_numbers(case: Case, step: Step) -> str:
    """Upstream times local, with numbers in place of all names."""
    if step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float):
        # What is asked is whether it was let through, and not a condition to be typed.
        return f"{atom(step.upstream)} * {number_shown(step.local)}"
    names = numbers(step.graph, case.values, step.output, step.slot)
    names["g"] = atom(step.upstream)
    text = show(step.typed, names, SOURCE)
    if step.local is None:
        return text
    plain = text.replace(".", "").isdigit() or text.startswith("[") or is_one_piece(text)
    return f"{atom(step.upstream)} * {text if plain else f'({text})'}"


def _is_copied(step: Step) -> bool:
    """Whether broadcasting copied the input of an elementwise gate."""
    shapes = step.graph.shapes
    return step.gate.shape.is_elementwise and shapes[step.input] != shapes[step.output]


def _added_up(step: Step, text: str) -> str:
    """What is sent to an input that was copied: a sum, or in words where it keeps some axes."""
    if not _is_copied(step):
        return text
    whole = step.graph.shapes[step.input] == ()
    return f"sum({text})" if whole else f"{text}, added up over the copies"


# A local derivative by itself


def _is_local(case: Case, asked: Asked) -> bool:
    """Whether a gate is asked for what it knows by itself: of its output by one of its inputs."""
    graph = case.graph
    seed = case.exercise.the_circuit.upstream
    if asked.wrt not in graph.args[asked.of] or not (seed is None or _is_one(seed)):
        return False
    return asked.of != graph.output or sum(gate is not None for gate in graph.gates) == 1


def _is_one(seed: Any) -> bool:
    return isinstance(seed, float) and seed == 1.0


def _for_local(case: Case, asked: Asked, steps: list[Step], names: list[str]) -> list[str]:
    graph, of = case.graph, asked.of
    gate = graph.gates[of]
    assert gate is not None
    name, node = bare(names[asked.wrt]), bare(names[of])
    whole = formula(graph, of, rule_names(graph, of, called=names))
    hints = [
        f"A local derivative is asked, that of {article(gate.name)} gate alone, {node} = {whole}: "
        f"how far does {node} move when {name} moves by a little?"
    ]
    if any(mentions(step.text, "g") for step in steps):
        symbols = [product(step, derivative(names[of], names[of]), names) for step in steps]
    else:
        symbols = [local(step, names) for step in steps]
    hints.append(Equation("The gate's rule", left_of(asked), " + ".join(symbols)))
    return [*hints, *in_place(case, asked, [_local_number(case, step) for step in steps])]


def _local_number(case: Case, step: Step) -> str:
    if step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float):
        return number_shown(step.local)
    names = numbers(step.graph, case.values, step.output, step.slot)
    return show(step.typed, names | {"g": atom(step.upstream)}, SOURCE)
