"""What was folded into gates or unfolded, and the gradients of both forms side by side."""

from collections.abc import Iterator
from itertools import islice

from rich.text import Text

from backprop_cli.analysis.rewrite_comparison import (
    Difference,
    RewriteComparison,
    differences,
    lines,
    reasons,
)
from backprop_cli.errors import cells, inert
from backprop_cli.graph.patterns import BY_GATE, read
from backprop_cli.language.numbers import rough_number
from backprop_cli.language.printer import show
from backprop_cli.render.text.columns import aligned, clipped, counted
from backprop_cli.render.text.explain.passes import left_out
from backprop_cli.render.text.lines import paragraph, titled
from backprop_cli.render.text.options import WARNING, Look

FEW = 8
"""Rewritten formulas and reasons that are shown, unless all are asked for."""
TINY = 1e-3
"""Below this one digit of a difference is enough."""
ROOMY = 60
"""Columns in which the table has words enough."""


def rewritten_lines(comparison: RewriteComparison, look: Look, most: int | None) -> list[Text]:
    """What was rewritten, in the names of the steps; one line if there was nothing."""
    few = None if most is None else FEW
    rewrites = comparison.rewritten.rewrites
    if not comparison.changed:
        return [*_said(_nothing(comparison, look), look, 0), *_kept(comparison, look, few)]
    before, after = comparison.sizes
    title = "Folded" if comparison.folds else "Unfolded"
    found = [titled(title, f"{counted(before, 'gate')} as typed, {after:,} now")]
    for gate, node, old, new in islice(lines(comparison, look.style), few):
        head = f"{inert(node)} = " if node else ""
        one, other = (new, old) if comparison.folds else (old, new)
        be = "is one" if comparison.folds else "was one"
        text = f"{head}{inert(other)} {be} {gate} gate, {inert(one)}"
        found += _said(look.cut(text), look)
    found += left_out(len(rewrites) - len(rewrites[:few]), look, "formulas")
    return [*found, *_gone(comparison, look), *_kept(comparison, look, few)]


def _said(text: str, look: Look, indent: int = 2) -> Iterator[Text]:
    for number, line in enumerate(paragraph(text, look)):
        yield Text(" " * (indent + 2 * bool(number)) + line)


def _nothing(comparison: RewriteComparison, look: Look) -> str:
    if comparison.rewritten.kept:
        return "Nothing folded: steps of it are used elsewhere too"
    if not comparison.folds:
        return f"Nothing to unfold: there is no {' or '.join(comparison.gates)} gate"
    if len(comparison.gates) > 1:
        return f"Nothing to fold: no {', '.join(comparison.gates[:-1])} or {comparison.gates[-1]}"
    form = show(read(BY_GATE[comparison.gates[0]].texts[0]), style=look.style)
    return f"Nothing to fold: there is no {form}, in any spelling"


def _gone(comparison: RewriteComparison, look: Look) -> Iterator[Text]:
    names = dict.fromkeys(name for one in comparison.rewritten.rewrites for name in one.steps)
    if names:
        s, were, are = ("", "was", "is") if len(names) == 1 else ("s", "were", "are")
        listed = _listed(list(names), look)
        yield from _said(f"the step{s} {listed} {were} used only there, and {are} gone", look)


def _kept(comparison: RewriteComparison, look: Look, few: int | None) -> Iterator[Text]:
    for one in comparison.rewritten.kept[:few]:
        source = comparison.typed.graph.source[one.start : one.end]
        are = "is" if len(one.steps) == 1 else "are"
        text = f"{clipped(' '.join(source.split()), 24, look)} stays, and is no {one.gate} gate, "
        yield from _said(f"{text}since {_listed(one.steps, look)} {are} used elsewhere too", look)


def _listed(names: tuple[str, ...] | list[str], look: Look) -> str:
    """a, b and c."""
    shown = [clipped(name, 24, look) for name in names[:FEW]]
    if len(names) > FEW:
        shown = [*shown, f"{len(names) - FEW:,} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def compared_lines(comparison: RewriteComparison, look: Look, most: int | None) -> list[Text]:
    """The gradient of each input in both forms, and why they differ where they do."""
    if not comparison.changed or comparison.now.seed is None:
        return []
    found = differences(comparison)
    if not found:
        return []
    shown = found if most is None else found[:most]
    now = "folded" if comparison.folds else "unfolded"
    names = [clipped(look.derivative(comparison.now.objective, d.name), 24, look) for d in shown]
    gap = "difference" if look.width >= ROOMY else "gap"
    room = (look.width - max(map(cells, names)) - len(gap) - 8) // 2
    rows = [("", "as typed", now, gap)]
    for name, one in zip(names, shown, strict=True):
        most_apart = rough_number(one.most) if 0 < one.most < TINY else look.number(one.most)
        typed, new = (look.value(value, max(9, room)) for value in (one.typed, one.now))
        rows.append((name, typed, new, most_apart))
    lines = [titled("Both forms"), *aligned(rows, {1, 2, 3})]
    lines += left_out(len(found) - len(shown), look, "inputs")
    return [*lines, *_verdict(comparison, found, look)]


def _verdict(comparison: RewriteComparison, found: list[Difference], look: Look) -> Iterator[Text]:
    verdicts = {one.verdict for one in found}
    if verdicts <= {"same", "rounding"}:
        exactly = "; the rest is rounding" if "rounding" in verdicts else " to the last digit"
        yield from _said(f"Both forms give the same gradients{exactly}.", look)
        return
    text = "On paper both forms are the same, and computed they are not"
    run = comparison.typed if comparison.folds else comparison.now
    notes = list(islice(reasons(run, look.style), FEW))
    if not notes:
        lost = "of each number 16 digits are kept, and 1 + 1e-17 is 1"
        yield from _said(f"{text}: in one of them digits get lost on the way ({lost}).", look)
    elif not comparison.folds:
        yield from _said(f"{text}: the notes say why.", look)
    else:
        yield from _said(f"{text}:", look)
        for note in notes:
            for line in _said(f"as typed, {inert(note.message)}", look):
                line.stylize(WARNING)
                yield line
