"""The gradient of each input as one formula: the line that a lecture puts in a box."""

from rich.text import Text

from backprop_cli.analysis.closed_form.closed import NOT_FOUND, Closed, closed_forms, short_forms
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.language.parser import parse
from backprop_cli.language.printer import show
from backprop_cli.language.syntax import Expression
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.options import FAINT, GRADIENT, Look
from backprop_cli.render.text.section import SectionRequest


def closed_form_lines(trace: Trace, look: Look, asked: SectionRequest) -> list[Text]:
    """A formula for each input, with its conditions and what was used on the way."""
    aside = "compared with the engine at random inputs"
    lines = [title("Closed forms", aside, look)]
    forms = closed_forms(trace)
    for form in forms[: asked.most]:
        lines += _lines(form, trace, look)
    if not forms:
        lines += said("the output depends on no input", look)
    used = list(dict.fromkeys(used for form in forms for used in form.used))
    if used:
        lines += [Text(), *said(f"used: {'; '.join(used)}", look, style=FAINT)]
    return lines


def short_lines(trace: Trace, look: Look) -> list[Text]:
    """The formulas that are short, beside the numbers; nothing where there are none."""
    forms = short_forms(trace)
    if not forms:
        return []
    title_ = title("Closed forms", "the gradients as formulas", look)
    return [Text(), title_, *(line for form in forms for line in _lines(form, trace, look))]


def _lines(form: Closed, trace: Trace, look: Look) -> list[Text]:
    left = look.derivative(trace.objective, form.input)
    if form.expression is None:
        return said(f"{left}: {NOT_FOUND}", look, style=FAINT)
    lines = said(f"{left} = {formula(form.expression, trace, look)}", look, style=GRADIENT)
    return [*lines, *conditions(form, trace, look)]


def formula(expression: Expression, trace: Trace, look: Look) -> str:
    """The formula of a gradient, or of a step that it mentions."""
    names = enumerate(trace.graph.names)
    arrays = [name for node, name in names if trace.graph.shapes[node]]
    return show(expression, style=look.style, arrays=arrays)


def conditions(form: Closed, trace: Trace, look: Look) -> list[Text]:
    """What the steps are that it mentions, and what must hold for it."""
    steps = [f"{inert(name)} = {formula(step, trace, look)}" for name, step in form.steps]
    found = [show(parse(f"1[{c}]"), style=look.style)[2:-1] for c in form.conditions]
    whole = [f"with {', '.join(steps)}"] if steps else []
    whole += [f"where {' and '.join(found)}"] if found else []
    return [line for text in whole for line in said(text, look, indent=4)]
