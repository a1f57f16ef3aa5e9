"""Help by rungs: where to look, which rule, the step with symbols, then with numbers in place."""

from typing import Any

from backprop_cli.gates.compiler import mentions, rule
from backprop_cli.gates.gate import Pattern, Shape
from backprop_cli.gates.spelling import along
from backprop_cli.gates.table import BY_NAME as GATES
from backprop_cli.grading.answers import read_number
from backprop_cli.grading.derivation import chain_rule
from backprop_cli.grading.exercise import Asked
from backprop_cli.grading.formula import Unreadable
from backprop_cli.grading.reading import number_shown
from backprop_cli.grading.tolerance import close
from backprop_cli.grading.views import seed_of
from backprop_cli.graph.graph import Graph
from backprop_cli.graph.seen import seen_from
from backprop_cli.language.printer import SOURCE, show
from backprop_cli.language.question import Form
from backprop_cli.teaching.course import Course, Scene
from backprop_cli.teaching.lesson import Choice, Code, Step
from backprop_cli.trace.steps import Step as Sent
from backprop_cli.trace.steps import rule_names
from backprop_cli.trace.trace import Trace

SAYS = {
    Pattern.DISTRIBUTOR: "distributes the gradient: each input gets the upstream",
    Pattern.ROUTER: "routes the gradient: all of it to the input that was taken, 0 to the other",
    Pattern.SWITCHER: "switches: each input gets the upstream times the other input's value",
    Pattern.SCALER: "scales: its input gets the upstream times the slope of the gate",
}
"""What a gate does to the gradient."""


IN_PLACE = "With the numbers in place: "
"""How the last rung begins; what stands after its = sign may be typed as the answer."""


def ladder(course: Course, step: Step, ask: int) -> list[str]:
    """The hints for a question, from where to look to the step with its numbers in place.

    The author's come first. None of them is the bare number.
    """
    asked = step.asks[ask]
    if isinstance(asked, Code):
        return [*step.hints, *_for_code(asked)]
    scene = course.scene(step.circuit or "")
    made = _for_choice(asked) if isinstance(asked, Choice) else _for(scene, asked)
    return [*step.hints, *made]


def _for(scene: Scene, asked: Asked) -> list[str]:
    form = asked.question.form
    if form is Form.SHAPE:
        return _for_shape(scene, asked)
    if form is Form.PATTERN:
        return [_which(scene.case.graph, asked.of), _PATTERNS]
    if form is Form.LINE:
        return list(_LINES)
    if asked.wrt < 0:
        return _for_value(scene, asked)
    return _for_gradient(scene, asked)


_PATTERNS = (
    "An add gate distributes, a max gate routes, a mul gate switches, a gate of one input scales; "
    "where a value is used more than once, gradients are added."
)
_LINES = (
    "Begin at the top: does the backward pass start with 1?",
    "Then go from line to line: is it the upstream times the gate's local derivative? A line that "
    "only goes on from a wrong one is right.",
)


def _which(graph: Graph, node: int) -> str:
    gate = graph.gates[node]
    name = graph.names[node]
    if gate is None:
        return f"{name} is an input that is used more than once."
    return f"{name} is the output of {article(gate.name)} gate."


def article(name: str) -> str:
    """A or an, and the name."""
    return f"{'an' if name[0] in 'aeio1' and name != '1/x' else 'a'} {name}"


def _for_code(asked: Code) -> list[str]:
    names = ", ".join(_PARAMETERS[: len(GATES[asked.gate.gate].inputs)])
    return [
        f"forward(self, {names}) gives the value, and keeps in self what backward will need.",
        f"backward(self, dz) gives a list, a gradient for each of {names}: upstream times local.",
        f"The rule: {written_gate(asked)}",
    ]


_PARAMETERS = ("x", "y", "z")


def written_gate(asked: Code) -> str:
    """What a class must compute, in the names of its parameters."""
    gate = GATES[asked.gate.gate]
    names = dict(zip(gate.inputs, _PARAMETERS, strict=False)) | {"out": "out", "g": "dz"}
    value = show(rule(gate.text), names, SOURCE)
    sent = []
    for name, text in zip(gate.inputs, gate.local, strict=True):
        local = show(rule(text), names, SOURCE)
        sent.append(f"{names[name]} gets {local if mentions(text, 'g') else f'dz * ({local})'}")
    return f"forward gives out = {value}; backward: {', '.join(sent)}."


def _for_choice(choice: Choice) -> list[str]:
    if choice.kind == "mistake":
        return ["Write the wrong line anew by yourself, and see what was done otherwise."]
    names = ", ".join(chalk(asked.name) for asked in choice.operands)
    return [f"Work out {names}."]


def chalk(name: str) -> str:
    """A question as the chalkboard has it: ∂f/∂x."""
    if "/" not in name:
        return name
    left, _, right = name.partition("/")
    return f"∂{left[1:]}/∂{right[1:]}" if left[:1] == right[:1] == "d" else name


def _for_shape(scene: Scene, asked: Asked) -> list[str]:
    graph = scene.case.graph
    if asked.wrt >= 0:
        name = graph.names[asked.wrt]
        return ["A gradient has the shape of its variable.", f"So look at the shape of {name}."]
    gate = graph.gates[asked.of]
    if gate is not None and gate.shape is Shape.MATMUL:
        rule_ = "A matrix product has the rows of the left factor and the columns of the right."
        return [_which(graph, asked.of), rule_]
    return [_which(graph, asked.of)]


# Values


def _for_value(scene: Scene, asked: Asked) -> list[str]:
    graph, node = scene.case.graph, asked.of
    if graph.gates[node] is None:
        return [f"{graph.names[node]} is an input: its value is given."]
    left = graph.names[node]
    symbols = f"{left} = {_formula(graph, node, rule_names(graph, node))}"
    rungs = [_which(graph, node), f"Its formula: {symbols}"]
    put_in = _formula(graph, node, _numbers(graph, scene.case.values, node))
    if asked.question.form is Form.NUMBER and asked.question.element is None:
        return [*rungs, *_last(left, put_in, scene.case.values[node], asked)]
    return rungs


def _formula(graph: Graph, node: int, names: dict[str, str]) -> str:
    gate = graph.gates[node]
    assert gate is not None
    text = rule(gate.text)
    if node in graph.axes:
        text = along(text, graph.axes[node])
    return show(text, names, SOURCE)


def _numbers(graph: Graph, values: Any, node: int, slot: int = 0) -> dict[str, str]:
    """What the names in the rules of a gate stand for: numbers in place."""
    gate, args = graph.gates[node], graph.args[node]
    assert gate is not None
    names = rule_names(graph, node, slot)
    names["out"] = _atom(values[node])
    if gate.variadic:
        names["all"] = ", ".join(_atom(values[arg]) for arg in args)
        names["a"] = _atom(values[args[slot]])
        return names
    pairs = zip(gate.inputs, args, strict=True)
    return names | {name: _atom(values[arg]) for name, arg in pairs}


def _atom(value: Any) -> str:
    """A number that can stand in a formula: a negative one in parentheses."""
    text = number_shown(value)
    return f"({text})" if text.startswith("-") else text


def _last(left: str, right: str, key: Any, asked: Asked) -> list[str]:
    """The rung with numbers in place, where typing it is an answer and it is not the answer."""
    read = read_number(right, ())
    if isinstance(read, Unreadable) or right == number_shown(key):
        return []
    if not close(read, key, asked.tolerance):
        return []
    return [f"{IN_PLACE}{left} = {right}"]


# Gradients


def _for_gradient(scene: Scene, asked: Asked) -> list[str]:
    graph = scene.case.graph
    left = chalk(asked.name.removeprefix("formula(").removesuffix(")"))
    if asked.wrt == asked.of:
        name = graph.names[asked.of]
        return [
            "Here the backward pass starts: the base case.",
            f"When {name} changes by a little, by how much does {name} change?",
        ]
    steps = sent(scene, asked)
    rungs = [_rule(graph, step) for step in steps[:1]] if len(steps) == 1 else []
    name = graph.names[asked.wrt]
    if len(steps) > 1:
        rungs.append(f"{name} is used {len(steps)} times: what arrives there is added.")
    if not steps:
        return [f"Does {graph.names[asked.of]} depend on {name} at all?"]
    symbols = " + ".join(chain_rule(step, upstream(step, asked)) for step in steps)
    rungs.append(f"The chain rule: {left} = {symbols}")
    if asked.question.form is Form.NUMBER and asked.question.element is None:
        put_in = " + ".join(_with_numbers(scene, step) for step in steps)
        key = scene.case.answers((asked,))[0]
        rungs += _last(left, put_in, key, asked)
    return rungs


def sent(scene: Scene, asked: Asked) -> list[Sent]:
    """The steps by which the gradient of a question arrives."""
    case, of = scene.case, asked.of
    seed = scene.exercise.upstream if of == case.graph.output else None
    if seed is None:
        seed = seed_of(case.graph, of, asked.wrt)
    run = Trace(seen_from(case.graph, of), case.values, case.backward(of, wrt=asked.wrt), seed)
    return run.contributions(asked.wrt)


def upstream(step: Sent, asked: Asked) -> str:
    """The name of the upstream of a step: ∂f/∂q."""
    return f"∂{step.graph.names[asked.of]}/∂{step.graph.names[step.output]}"


def _rule(graph: Graph, step: Sent) -> str:
    name, node = graph.names[step.input], graph.names[step.output]
    kind = article(step.gate.name)
    turned = " with its sign turned" if step.text == "-1" else ""
    return f"{name} feeds {node}, {kind} gate, which {SAYS[step.gate.pattern]}{turned}."


def _with_numbers(scene: Scene, step: Sent) -> str:
    if step.gate.pattern is Pattern.ROUTER and isinstance(step.local, float):
        # What is asked is whether it was let through, and not a condition to be typed.
        return f"{_atom(step.upstream)} * {number_shown(step.local)}"
    names = _numbers(step.graph, scene.case.values, step.output, step.slot)
    names["g"] = _atom(step.upstream)
    text = show(step.typed, names, SOURCE)
    if step.local is None:
        return text
    atom = text if text.replace(".", "").isdigit() or text.startswith("(") else f"({text})"
    return f"{_atom(step.upstream)} * {atom}"


def solution(course: Course, step: Step, ask: int) -> str:
    """The whole way to the answer, with the answer at its end."""
    asked = step.asks[ask]
    if isinstance(asked, Code):
        return written_gate(asked)
    scene = course.scene(step.circuit or "")
    right = course.right(step, ask)
    if isinstance(asked, Choice):
        return asked.options[int(right) - 1]
    made = _for(scene, asked)
    if asked.question.form is Form.FORMULA:
        return made[-1]
    way = made[-1].partition(": ")[2] if ": " in made[-1] and "=" in made[-1] else ""
    if way and asked.question.form is Form.NUMBER:
        return f"{way} = {right}"
    return f"{chalk(asked.name)} = {right}"
