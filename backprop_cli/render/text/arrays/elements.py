"""One element's gradient in index notation: the sum, its terms, and what is left of it."""

from rich.text import Text

from backprop_cli.analysis.terms import Contribution, PathTerm, chain, contribution
from backprop_cli.autodiff.elements import at, places
from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import BackpropError, inert
from backprop_cli.gates.shape_rules.shape_rule import Place
from backprop_cli.gates.shapes import Index, size
from backprop_cli.language.question import NUMBER, parse_question
from backprop_cli.render.text.arrays.indices import LETTERS, multiplied, slope, symbol
from backprop_cli.render.text.explain.passes import called, left_out, written
from backprop_cli.render.text.lines import said, title
from backprop_cli.render.text.lookup import element_of, node_named
from backprop_cli.render.text.options import FAINT, GRADIENT, Look
from backprop_cli.render.text.section import SectionRequest

OPTION = "--element"

MOST_TERMS = 6
"""Terms that are written out; of a sum of no more, those that vanish too."""

MOST_FACTORS = 6
"""Gates through which a product of symbols is followed towards the output."""


def element_lines(trace: Trace, look: Look, asked: SectionRequest) -> list[Text]:
    """The gradient of one element.

    Raises:
        BackpropError: if there is no such element, or no gradient arrives there.
    """
    node, place = _element(trace, asked.argument)
    gradient = trace.arrived[node]
    name = trace.graph.names[node]
    if gradient is None:
        what = f"{OPTION}: no gradient arrives at '{name}'"
        unused = f"{trace.output} does not depend on it"
        why = "--wrt or --data leaves it out" if trace.wrt else unused
        raise BackpropError(what, hint=why)
    label = look.derivative(inert(trace.objective), symbol(trace.graph, node, place, look))
    total = look.number(at(gradient, place))
    lines = [title(f"Element {label} = {total}", "", look)]
    steps = trace.contributions(node)
    if not steps:
        return [*lines, *said("The backward pass starts here: this is its upstream.", look)]
    parts = [contribution(trace, step, place, MOST_TERMS) for step in steps[: asked.most]]
    for number, part in enumerate(parts):
        if len(steps) > 1:
            lines += [Text(), Text(f"  Use {number + 1} of {len(steps)}", FAINT)]
        lines += _contribution(trace, part, node, place, label, look)
    lines += left_out(len(steps) - len(parts), look, "uses", in_json=False)
    if len(steps) > 1:
        more = [look.dots] if len(steps) > MOST_TERMS else []
        amounts = _sum([*(look.number(part.total) for part in parts[:MOST_TERMS]), *more])
        lines += [Text(), *said(f"The uses of {inert(name)} are a fork, so they add:", look)]
        lines += said(f"{label} = {amounts} = {total}", look)
    return [*lines, *_simplified(trace, node, place, label, total, look)]


def _simplified(
    trace: Trace, node: int, place: Index, label: str, total: str, look: Look
) -> list[Text]:
    """The element of the closed form, where what is left of the sum is not in inputs alone."""
    from backprop_cli.analysis.closed_form.closed import closed_forms
    from backprop_cli.render.text.explain.closed_form import conditions, formula

    name = next((name for name, k in trace.graph.inputs.items() if k == node), None)
    if name is None or not place or not trace.is_seeded_by_one:
        return []
    form = next((form for form in closed_forms(trace, only=name)), None)
    if form is None or form.expression is None:
        return []
    index = ", ".join(map(str, place))
    lines = said(
        f"In all: {label} = ({formula(form.expression, trace, look)})[{index}] = {total}", look
    )
    return [*lines, *conditions(form, trace, look)]


def _element(trace: Trace, argument: str) -> tuple[int, Index]:
    """The node and the place of `W[0,1]` or `df/dW[0,1]`."""
    graph = trace.graph
    question = parse_question(argument)
    name = question.of if question.wrt is None else question.wrt
    if question.form != NUMBER or (question.wrt and question.of != trace.output):
        what = f"{OPTION} takes an element of an input or a step, not '{argument}'"
        raise BackpropError(what, hint="for example: W[0,1]")
    node = node_named(graph, name, OPTION)
    return node, element_of(graph, node, question.element or (), OPTION)


def _contribution(
    trace: Trace, part: Contribution, node: int, place: Index, label: str, look: Look
) -> list[Text]:
    """What comes from one gate: the sum, its terms, and the closed form."""
    graph, step = trace.graph, part.step
    k = step.output
    x = symbol(graph, node, place, look)
    sign = "+=" if node in trace.forks else "="
    gate = f"{inert(graph.names[k])} = {written(trace, k, look)}"
    if part.axes is None:
        return said(f"The {called(step.gate)} gate, {gate}, takes another element: 0", look)
    lines = said(f"{x} goes into the {called(step.gate)} gate, {gate}", look)
    letters = LETTERS[: len(graph.shapes[k])]
    over = f"{'sum' if look.ascii else 'Σ'}_{''.join(letters)} " if letters else ""
    general = _product(trace, k, letters, x, look)
    lines += said(f"{label} {sign} {over}{general}", look)
    lines += _terms(trace, part, x, look)
    local = _general_slope(trace, part, place, x, look)
    if local:
        lines += said(local, look)
    kept = [term for term in part.terms if term.upstream != 0 and term.local != 0]
    closed = [_closed(trace, part, term, place, look) for term in kept]
    more = [look.dots] if part.fed > len(part.terms) else []
    texts = [label, sign, _sum([*closed, *more])]
    if closed or more:
        texts += ["=", look.number(part.total)]
    lines += [Text(line.plain, GRADIENT, no_wrap=True) for line in said(" ".join(texts), look)]
    return lines


def _product(trace: Trace, k: int, index: Place, x: str, look: Look) -> str:
    """∂f/∂q_k · ∂q_k/∂x."""
    q, f = symbol(trace.graph, k, index, look), inert(trace.objective)
    times = " * " if look.ascii else " · "
    return f"{look.derivative(f, q)}{times}{look.derivative(q, x)}"


def _terms(trace: Trace, part: Contribution, x: str, look: Look) -> list[Text]:
    """The terms one by one; of a long sum only those that need not vanish, and how many do."""
    graph, k = trace.graph, part.step.output
    shape = graph.shapes[k]
    number = size(shape)
    known = {term.position: term for term in part.terms}
    shown = places(shape) if number <= MOST_TERMS else list(known)
    lines: list[Text] = []
    for index in shown:
        head = ", ".join(f"{letter} = {n}" for letter, n in zip(LETTERS, index, strict=False))
        line = Text(f"    {head}: " if head else "    ", no_wrap=True)
        term = known.get(index)
        line.append(_numbers(trace, part, index, term, look))
        why = _why(symbol(graph, k, index, look), x, term)
        if why:
            line.append(f"   {why}", FAINT)
        lines.append(line)
    more, rest = part.fed - len(known), number - max(part.fed, len(shown))
    if more:
        lines += said(f"{look.dots} and {more:,} more terms", look, 4)
    if rest > 0:
        q = inert(graph.names[k])
        lines += said(
            f"The other {rest:,} terms vanish: {q} does not depend on {x} there.", look, 4
        )
    return lines


def _numbers(
    trace: Trace, part: Contribution, index: Index, term: PathTerm | None, look: Look
) -> str:
    """0.44 × 0.4 = 0.176."""
    if term is None:
        up = look.number(at(part.step.upstream, index))
        return f"{up} {look.times} 0 = 0"
    numbers = [look.number(n) for n in (term.upstream, term.local, term.product)]
    return f"{numbers[0]} {look.times} {numbers[1]} = {numbers[2]}"


def _why(q: str, x: str, term: PathTerm | None) -> str:
    """Why a term vanishes, if it does."""
    if term is None:
        return f"vanishes: {q} does not depend on {x}"
    if term.local == 0:
        return f"vanishes: the slope of {q} is 0 here"
    return "vanishes: its upstream is 0" if term.upstream == 0 else ""


def _general_slope(trace: Trace, part: Contribution, place: Index, x: str, look: Look) -> str:
    """∂q_k/∂W₀₁ = x₁ where k = 0, else 0."""
    graph, k = trace.graph, part.step.output
    if not part.axes:
        return ""
    pairs = list(zip(LETTERS, part.axes, strict=False))
    fixed = [f"{letter} = {n}" for letter, n in pairs if n is not None]
    index = tuple(letter if n is None else n for letter, n in pairs)
    found = slope(part.step, trace.values, index, place, look)
    if found is None:
        return ""
    every = symbol(graph, k, tuple(letter for letter, _ in pairs), look)
    where = f" where {' and '.join(fixed)}, else 0" if fixed else ""
    return f"{look.derivative(every, x)} = {found}{where}"


def _closed(trace: Trace, part: Contribution, term: PathTerm, place: Index, look: Look) -> str:
    """One term in symbols, the upstream written out as far as it is a product: 2 q₀ x₁."""
    graph, f = trace.graph, inert(trace.objective)
    k, index = part.step.output, term.position
    local = slope(part.step, trace.values, index, place, look)
    if local is None:
        x = symbol(graph, part.step.input, place, look)
        local = look.derivative(symbol(graph, k, index, look), x)
    factors = [local]
    for step, following in chain(trace, k, index, MOST_FACTORS):
        above = slope(step, trace.values, following, index, look)
        if above is None:
            break
        factors.insert(0, above)
        k, index = step.output, following
    if k != graph.output or not trace.is_seeded_by_one:
        factors.insert(0, look.derivative(f, symbol(graph, k, index, look)))
    return multiplied(factors, look)


def _sum(parts: list[str]) -> str:
    """A + b + (-c)."""
    found = [f"({p})" if p.startswith("-") and n else p for n, p in enumerate(parts)]
    return " + ".join(found) or "0"
