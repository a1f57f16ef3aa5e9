"""The gate table as a reference card, and one gate in full with an example run."""

from textwrap import wrap

from rich.text import Text

from backprop_cli.autodiff.conditions import written
from backprop_cli.autodiff.trace import Trace, trace
from backprop_cli.errors import cells
from backprop_cli.gates.compiler import rule
from backprop_cli.gates.frameworks import FRAMEWORKS
from backprop_cli.gates.gate import Gate, Pattern
from backprop_cli.gates.table import GATES
from backprop_cli.graph.build import build
from backprop_cli.inputs.values import read_value
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.render.table import GAP, Column, table_lines, width_of
from backprop_cli.render.text.explain.screen import Contents, screen
from backprop_cli.render.text.options import FAINT, HEADING, Look

FLOW = {
    Pattern.DISTRIBUTOR: "hands the gradient on to all its inputs alike",
    Pattern.ROUTER: "hands the gradient on to the input that was let through",
    Pattern.SWITCHER: "hands each input the gradient times the other input",
    Pattern.SCALER: "multiplies the gradient by its slope",
}


def rule_lines(gate: Gate, look: Look) -> list[str]:
    """∂/∂a = b, for each input; what is taken at a kink stands behind."""
    lines = []
    for name, text in zip(gate.inputs, gate.local, strict=True):
        lines.append(f"{look.style.partial}{name} = {_cases(text, look)}")
    return lines


def _cases(text: str, look: Look) -> str:
    """The rule; of a `where` the usual case first."""
    expression = rule(text)
    top = expression.terms[expression.statements[-1].term]
    if top.op != "call" or top.payload != "where":
        return show(expression, style=look.style)
    at, special, usual = (show(expression, style=look.style, root=arg) for arg in top.args)
    return f"{usual}, but {special} where {at}"


def _written(gate: Gate, look: Look) -> str:
    return show(rule(gate.text), {"all": f"a, b, {look.dots}"}, look.style)


def card(look: Look) -> list[Text]:
    """All gates: name, forward, local derivatives, pattern; and the domain where it is limited."""
    rows = [(gate.name, _written(gate, look), gate.pattern.word) for gate in GATES]
    heads = ("gate", "forward", "pattern")
    columns = [Column(head, header_style=HEADING) for head in heads]
    wide = [
        width_of(column, texts)
        for column, texts in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    gap = GAP if sum(wide) + 2 * GAP <= look.width else 1
    start = sum(wide) + GAP * len(wide)
    below = look.width < start + 24
    if below:
        start = 4
    rules = [_wrapped_rules(gate, look, look.width - start) for gate in GATES]
    if below:
        first, *starts = table_lines(columns, rows, indent=0, gap=gap)
    else:
        columns.append(Column("local derivatives", header_style=HEADING))
        texts = [(*row, more[0]) for row, more in zip(rows, rules, strict=True)]
        first, *starts = table_lines(columns, texts, indent=0)
    lines = [first]
    for gate, line, more in zip(GATES, starts, rules, strict=True):
        lines.append(line)
        lines += [Text(" " * start + text, no_wrap=True) for text in (more if below else more[1:])]
        lines += _limits(gate, look, 4 if below else wide[0] + GAP)
    return [*lines, Text(), *_legend(look)]


def _wrapped_rules(gate: Gate, look: Look, room: int) -> list[str]:
    """The local derivatives on one line, or one below the other."""
    rules = rule_lines(gate, look)
    joined = "   ".join(rules)
    if cells(joined) <= room:
        return [joined]
    return [part for text in rules for part in wrap(text, max(16, room), subsequent_indent="  ")]


def _limits(gate: Gate, look: Look, indent: int) -> list[Text]:
    """Where a gate is differentiable and where it has a kink, and what is taken there."""
    parts = [f"domain {_domain(gate, look)}"] if gate.domain else []
    if gate.kink:
        parts.append(f"kink {written(gate.kink.at, None, look.style)}: {gate.kink.convention}")
    lines = wrap("; ".join(parts), max(20, look.width - indent))
    return [Text(" " * indent + line, FAINT) for line in lines]


def _domain(gate: Gate, look: Look) -> str:
    text = written(gate.domain, None, look.style)
    return f"{text}, and {gate.beyond}" if gate.beyond else text


_WORDS = {
    "n": "n is the number of elements",
    "ties": "ties(all, out) is how many of the inputs are out",
    "p": "p is the position of an element or an input",
    "onehot": "onehot(a, p) is 1 there, else 0",
}
"""What stands in rules and not in formulas."""


def _words(gate: Gate) -> list[str]:
    """Those that the rules of a gate use."""
    terms = [term for text in gate.local for term in rule(text).terms]
    used = {term.payload for term in terms if term.op in ("name", "call")}
    return [words for name, words in _WORDS.items() if name in used]


def _legend(look: Look) -> list[Text]:
    words = [
        "a, b are the inputs, out is the output, g is the upstream gradient.",
        f"1[a > b] is 1 where a > b, else 0; {'; '.join(_WORDS.values())}.",
        "A derivative without g is multiplied by g; one with g is the whole downstream.",
        "The word scaler is ours; the other patterns are the lecture's.",
        "backprop gates NAME shows one gate in full.",
    ]
    return [Text(line, FAINT) for text in words for line in wrap(text, look.width)]


def gate_lines(gate: Gate, look: Look) -> list[Text]:
    """One gate: its row in words, its kink, what frameworks return there, and an example."""
    facts = [
        ("forward", _written(gate, look)),
        ("also called", ", ".join(gate.aliases)),
        ("pattern", f"{gate.pattern.value}: {FLOW[gate.pattern]}"),
        *(("local derivative", text) for text in rule_lines(gate, look)),
        ("", "; ".join(_words(gate))),
        ("shape", "" if gate.shape.is_elementwise else gate.shape.title),
        ("domain", _domain(gate, look) if gate.domain else ""),
        *_kink(gate, look),
    ]
    lines = [Text(f"{gate.name} gate", HEADING)]
    rows = [
        ("" if number else name, part)
        for name, text in facts
        for number, part in enumerate(wrap(text, max(20, look.width - 20)))
    ]
    lines += table_lines([Column(min_width=16), Column()], rows)
    return [*lines, *_frameworks(gate, look), Text(), *_example_lines(gate, look)]


def _kink(gate: Gate, look: Look) -> list[tuple[str, str]]:
    if gate.kink is None:
        return []
    sides = [
        f"{look.style.partial}{name} is {left} from the left and {right} from the right"
        for slot, (name, left, right) in enumerate(
            zip(gate.inputs, gate.kink.left, gate.kink.right, strict=True)
        )
        if gate.kink.jumps(slot)
    ]
    return [
        ("kink", f"{written(gate.kink.at, None, look.style)}: {'; '.join(sides)}"),
        ("convention", gate.kink.convention),
    ]


def _frameworks(gate: Gate, look: Look) -> list[Text]:
    if not gate.returned:
        return []
    lines = [Text(), Text("What frameworks return there", HEADING)]
    for case in gate.returned:
        said = [f"{f} {r}" for f, r in zip(FRAMEWORKS, case.returns, strict=True) if r is not None]
        text = f"{case.at}: {', '.join(said)}"
        lines += [Text(f"  {line}") for line in wrap(text, max(20, look.width - 2))]
    return lines


def example(gate: Gate) -> Trace:
    """A small run of the gate alone."""
    values = gate.shape.examples
    if gate.practice_range is not None and not float(values[0]) < gate.practice_range[1]:
        values = ("0.5",)
    names = ("a", "b", "c") if gate.variadic else gate.inputs
    texts = dict(zip(names, (*values, "3"), strict=False))
    formula = "f = " + show(rule(gate.text), {"all": ", ".join(texts), "p": "1"})
    inputs = {name: read_value(name, text) for name, text in texts.items()}
    graph = build(parse(formula), {name: getattr(v, "shape", ()) for name, v in inputs.items()})
    shape = graph.shapes[graph.output]
    seed = read_value("g", gate.shape.example_upstream(shape)) if shape else 1.0
    return trace(graph, inputs, seed)


def _example_lines(gate: Gate, look: Look) -> list[Text]:
    parts = ("formula", "circuit", "backward", "notes")
    return [Text("Example", HEADING), *screen(example(gate), look, Contents(parts))]
