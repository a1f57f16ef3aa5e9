"""The rule of a gate, told and in symbols, in the names that the learner knows."""

from backprop_cli.autodiff.steps import Step, rule_names
from backprop_cli.exercises.hints.parts import article
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.language.printer import show
from backprop_cli.language.style import CHALK

SAYS = {
    Pattern.DISTRIBUTOR: "distributes the gradient: each input gets the upstream",
    Pattern.ROUTER: "routes the gradient: all of it to the input that was taken, 0 to the other",
    Pattern.SWITCHER: "switches: each input gets the upstream times the other input's value",
    Pattern.SCALER: "scales: its input gets the upstream times the slope of the gate",
}
"""What a gate does to the gradient."""

TURNED = "with its sign turned"


def bare(name: str) -> str:
    """A name without the parentheses that it has as a piece of a formula."""
    return name[1:-1] if name.startswith("(") else name


def derivative(of: str, by: str) -> str:
    """∂f/∂q, of names that the learner knows."""
    return f"∂{of}/∂{by}"


def gate_rule(step: Step, names: list[str]) -> str:
    """What the gate is that the value feeds, and what it does to a gradient."""
    name, node = (bare(names[k]) for k in (step.input, step.output))
    inputs = [bare(names[arg]) for arg in step.graph.args[step.output]]
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


def product(step: Step, upstream: str, names: list[str]) -> str:
    """Upstream times local in symbols, `∂f/∂f · q`; of a matrix gate all that it sends."""
    rule = local(step, names, upstream)
    if step.local is None:
        return rule
    times = " · " if step.graph.shapes[step.output] == () else " * "
    simple = " " not in rule or rule.startswith("1[") or is_one_piece(rule)
    return f"{upstream}{times}{rule if simple and rule[0] != '-' else f'({rule})'}"


def is_one_piece(text: str) -> bool:
    """Whether parentheses stand around the whole of it."""
    return text.startswith("(") and text.endswith(")") and text.count("(") == 1


def local(step: Step, names: list[str], upstream: str = "g") -> str:
    """The rule of a step, in the names that the learner knows."""
    called = rule_names(step.graph, step.output, step.slot, names) | {"g": upstream}
    arrays = step.graph.shapes[step.output] != ()
    style = CHALK._replace(times=" * ") if arrays else CHALK
    return show(step.typed, called, style, fold=True)
