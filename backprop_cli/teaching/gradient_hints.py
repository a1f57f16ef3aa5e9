"""Hints for gradients: which gate the question is about, its rule in symbols, then with numbers."""

from dataclasses import replace
from math import prod
from typing import Any

from backprop_cli.gates.compiler import mentions
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.grading.exercise import Asked
from backprop_cli.grading.reading import number_shown
from backprop_cli.grading.views import seed_of
from backprop_cli.graph.seen import seen_from
from backprop_cli.language.printer import CHALK, SOURCE, show
from backprop_cli.language.question import Form
from backprop_cli.teaching.course import Scene
from backprop_cli.teaching.naming import formula
from backprop_cli.teaching.rungs import article, atom, chalk, last, numbers
from backprop_cli.trace.elements import Contribution, Term, contribution
from backprop_cli.trace.steps import Step, rule_names
from backprop_cli.trace.trace import Trace

SAYS = {
    Pattern.DISTRIBUTOR: "distributes the gradient: each input gets the upstream",
    Pattern.ROUTER: "routes the gradient: all of it to the input that was taken, 0 to the other",
    Pattern.SWITCHER: "switches: each input gets the upstream times the other input's value",
    Pattern.SCALER: "scales: its input gets the upstream times the slope of the gate",
}
"""What a gate does to the gradient."""

TURNED = "with its sign turned"

MOST_TERMS = 6
"""Elements through which the gradient of one is followed."""


def for_gradient(scene: Scene, asked: Asked, names: list[str]) -> list[str]:
    """The rungs for a gradient: of the output, of an intermediate result, or of one element.

    Args:
        scene: the circuit with its numbers.
        asked: the question.
        names: what the learner calls each node.
    """
    if asked.wrt == asked.of:
        name = names[asked.of]
        return [
            "Here the backward pass starts: the base case.",
            f"When {name} changes by a little, by how much does {name} change?",
        ]
    steps = sent(scene, asked)
    if not steps:
        return [f"Does {_bare(names[asked.of])} depend on {_bare(names[asked.wrt])} at all?"]
    if asked.question.element is not None:
        return _for_element(scene, asked, steps, names)
    if _is_local(scene, asked):
        return _for_local(scene, asked, steps, names)
    name = _bare(names[asked.wrt])
    rungs = [_rule(step, names) for step in steps[:1]] if len(steps) == 1 else []
    if len(steps) > 1:
        rungs.append(f"{name} is used {len(steps)} times: what arrives there is added.")
    symbols = " + ".join(
        _product(step, _derivative(names[asked.of], names[step.output]), names) for step in steps
    )
    rungs.append(f"The chain rule: {_left(asked)} = {symbols}")
    return [*rungs, *_in_place(scene, asked, [_with_numbers(scene, step) for step in steps])]


def sent(scene: Scene, asked: Asked) -> list[Step]:
    """The steps by which the gradient of a question arrives."""
    return _run(scene, asked).contributions(asked.wrt)


def _run(scene: Scene, asked: Asked) -> Trace:
    case, of = scene.case, asked.of
    seed = scene.exercise.upstream if of == case.graph.output else None
    if seed is None:
        seed = seed_of(case.graph, of, asked.wrt)
    return Trace(seen_from(case.graph, of), case.values, case.backward(of, wrt=asked.wrt), seed)


def _left(asked: Asked) -> str:
    return chalk(asked.question._replace(form=Form.NUMBER).text)


def _derivative(of: str, by: str) -> str:
    return f"∂{of}/∂{by}"


def _bare(name: str) -> str:
    """A name without the parentheses that it has as a piece of a formula."""
    return name[1:-1] if name.startswith("(") else name


def _in_place(scene: Scene, asked: Asked, terms: list[str]) -> list[str]:
    if asked.question.form is not Form.NUMBER:
        return []
    return last(_left(asked), " + ".join(terms), scene.case.answers((asked,))[0], asked)


# The rule of a gate


def _rule(step: Step, names: list[str]) -> str:
    """What the gate is that the value feeds, and what it does to a gradient."""
    name, node = (_bare(names[k]) for k in (step.input, step.output))
    inputs = [_bare(names[arg]) for arg in step.graph.args[step.output]]
    return f"{name} feeds {node}, {article(step.gate.name)} gate, which {_says(step.gate, inputs)}."


def _says(gate: Gate, inputs: list[str]) -> str:
    """What a gate does to the gradient, input by input where it treats them differently."""
    if "-1" not in gate.local:
        return SAYS[gate.pattern]
    if len(gate.local) == 1:
        return f"turns the sign: its input gets the upstream {TURNED}"
    sends = {"1": "as it is", "-1": TURNED}
    each = [
        f"{name} gets the upstream {sends[local]}"
        for name, local in zip(inputs, gate.local, strict=True)
    ]
    return f"distributes the gradient: {', '.join(each)}"


def _product(step: Step, upstream: str, names: list[str]) -> str:
    """Upstream times local in symbols, `∂f/∂f · q`; of a matrix gate all that it sends."""
    local = _local(step, names, upstream)
    if step.local is None:
        return local
    times = " · " if step.graph.shapes[step.output] == () else " * "
    simple = " " not in local or local.startswith("1[") or _is_one_piece(local)
    return (
        f"{upstream}{times}{local}" if simple and local[0] != "-" else f"{upstream}{times}({local})"
    )


def _is_one_piece(text: str) -> bool:
    """Whether parentheses stand around the whole of it."""
    return text.startswith("(") and text.endswith(")") and text.count("(") == 1


def _local(step: Step, names: list[str], upstream: str = "g") -> str:
    """The rule of a step, in the names that the learner knows."""
    called = rule_names(step.graph, step.output, step.slot, names) | {"g": upstream}
    arrays = step.graph.shapes[step.output] != ()
    style = CHALK._replace(times=" * ") if arrays else CHALK
    return show(step.typed, called, style, fold=True)


def _with_numbers(scene: Scene, step: Step) -> str:
    """Upstream times local, with numbers in place of all names."""
    if step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float):
        # What is asked is whether it was let through, and not a condition to be typed.
        return f"{atom(step.upstream)} * {number_shown(step.local)}"
    names = numbers(step.graph, scene.case.values, step.output, step.slot)
    names["g"] = atom(step.upstream)
    text = show(step.typed, names, SOURCE)
    if step.local is None:
        return text
    plain = text.replace(".", "").isdigit() or text.startswith("[") or _is_one_piece(text)
    return f"{atom(step.upstream)} * {text if plain else f'({text})'}"


# A local derivative by itself


def _is_local(scene: Scene, asked: Asked) -> bool:
    """Whether a gate is asked for what it knows by itself: of its output by one of its inputs."""
    graph = scene.case.graph
    seed = scene.exercise.upstream
    if asked.wrt not in graph.args[asked.of] or not (seed is None or _is_one(seed)):
        return False
    return asked.of != graph.output or sum(gate is not None for gate in graph.gates) == 1


def _is_one(seed: Any) -> bool:
    return isinstance(seed, float) and seed == 1.0


def _for_local(scene: Scene, asked: Asked, steps: list[Step], names: list[str]) -> list[str]:
    graph, of = scene.case.graph, asked.of
    gate = graph.gates[of]
    assert gate is not None
    name, node = _bare(names[asked.wrt]), _bare(names[of])
    whole = formula(graph, of, rule_names(graph, of, called=names))
    rungs = [
        f"A local derivative is asked, that of {article(gate.name)} gate alone, {node} = {whole}: "
        f"how far does {node} move when {name} moves by a little?"
    ]
    if any(mentions(step.text, "g") for step in steps):
        symbols = [_product(step, _derivative(names[of], names[of]), names) for step in steps]
    else:
        symbols = [_local(step, names) for step in steps]
    rungs.append(f"The gate's rule: {_left(asked)} = {' + '.join(symbols)}")
    return [*rungs, *_in_place(scene, asked, [_local_number(scene, step) for step in steps])]


def _local_number(scene: Scene, step: Step) -> str:
    if step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float):
        return number_shown(step.local)
    names = numbers(step.graph, scene.case.values, step.output, step.slot)
    return show(step.typed, names | {"g": atom(step.upstream)}, SOURCE)


# One element


def _for_element(scene: Scene, asked: Asked, steps: list[Step], names: list[str]) -> list[str]:
    """The sum over the elements that this one moves, of which few are left."""
    graph, place = scene.case.graph, asked.question.element or ()
    shape = graph.shapes[asked.wrt]
    if len(place) != len(shape):
        return [_rule(steps[0], names)]
    place = tuple(i % n for i, n in zip(place, shape, strict=True))
    run = _run(scene, asked)
    x = _element(names[asked.wrt], place)
    rungs: list[str] = []
    symbols: list[str] = []
    terms: list[str] = []
    for step in steps:
        part = contribution(run, step, place, MOST_TERMS)
        if part.axes is None or part.fed > MOST_TERMS:
            continue
        rungs.append(_moved(part, x, names))
        for term in part.terms:
            q = _element(names[step.output], term.position)
            upstream = _derivative(names[asked.of], q)
            symbols.append(f"{upstream} · {_slope(step, x, q, names) or _derivative(q, x)}")
            terms.append(f"{atom(term.upstream)} * {_slope_number(scene, step, place, term)}")
    if not terms:
        return [_rule(steps[0], names)]
    rungs.append(f"The chain rule for one element: {_left(asked)} = {' + '.join(symbols)}")
    return [*rungs, *_in_place(scene, asked, terms)]


def _moved(part: Contribution, x: str, names: list[str]) -> str:
    """Which elements of a gate's output hear of one element."""
    step = part.step
    q, shape = _bare(names[step.output]), step.graph.shapes[step.output]
    if not shape:
        return _rule(step, names)
    if part.fed == prod(shape):
        return f"{x} moves every element of {q}."
    moved = [_element(names[step.output], term.position) for term in part.terms]
    return f"{x} moves {' and '.join(moved)}, and nothing else of {q}."


def _element(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{','.join(map(str, place))}]" if place else name


def _slope(step: Step, x: str, q: str, names: list[str]) -> str:
    """The local derivative of a gate of one input at one element, in symbols: 2·q[0]."""
    if not _is_plain(step):
        return ""
    called = [*names]
    called[step.input], called[step.output] = x, q
    local = _local(_of_numbers(step), called)
    return f"({local})" if " " in local or local.startswith("-") else local


def _slope_number(scene: Scene, step: Step, place: tuple[int, ...], term: Term) -> str:
    """The same with numbers, 2 * 0.22; of another gate the number alone."""
    if not _is_plain(step):
        return atom(term.local)
    values: list[Any] = list(scene.case.values)
    values[step.input] = float(values[step.input][place])
    if term.position:
        values[step.output] = float(values[step.output][term.position])
    alone = _of_numbers(step)
    text = show(alone.typed, numbers(alone.graph, values, step.output, step.slot), SOURCE)
    return f"({text})"


def _is_plain(step: Step) -> bool:
    return step.local is not None and len(step.graph.args[step.output]) == 1


def _of_numbers(step: Step) -> Step:
    """The step as if single numbers were on its wires, as on those of one element."""
    graph = step.graph
    return step._replace(
        graph=replace(graph, shapes=[()] * len(graph), types=["s"] * len(graph), memo={})
    )
