"""A page of a class for a browser: one file, no scripts, and nothing fetched from elsewhere."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape

from backprop_cli.errors import inert
from backprop_cli.exercises.marking.result import Mark, Verdict
from backprop_cli.gradebook.exports.mark_text import number
from backprop_cli.gradebook.students import Handed
from backprop_cli.gradebook.summary import NameList, Summary
from backprop_cli.gradebook.views.summary import sheet_numbers
from backprop_cli.language.numbers import percent

STYLE = """
:root { color-scheme: light dark; --faint: #595959; --line: #c8c8c8; --band: #f4f4f4; }
@media (prefers-color-scheme: dark) {
  :root { --faint: #a8a8a8; --line: #4a4a4a; --band: #242424; }
}
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; }
caption { text-align: left; color: var(--faint); padding-bottom: 0.3rem; }
th, td { padding: 0.25rem 0.7rem; text-align: left; border-bottom: 1px solid var(--line); }
th, td { overflow-wrap: anywhere; vertical-align: top; }
thead th { border-bottom-width: 2px; }
tbody tr:nth-child(even) { background: var(--band); }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.faint { color: var(--faint); }
meter { width: 12rem; }
@media print { body { max-width: none; } tr { break-inside: avoid; } }
"""

_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
"""A browser runs nothing and loads nothing, even if a name should get out of its cell."""


def page(found: Summary, handed_in: Iterable[Handed]) -> Iterator[str]:
    """The page, in pieces; a class of any size passes through."""
    title = _text(found.exercise.title)
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )
    yield from _head(found)
    yield from _marks(found)
    yield from _questions(found)
    yield from _mistakes(found)
    yield from _of_another(found)
    yield from _students(found, handed_in)
    yield "</main>\n</body>\n</html>\n"


def _text(text: str) -> str:
    return escape(inert(text))


def _head(found: Summary) -> Iterator[str]:
    yield f"<p>{found.students:,} students, {number(found.exercise.points)} points.</p>\n<ul>\n"
    said = (
        (found.unreadable, "could not be read"),
        (found.again, "handed in more than once: the last counts"),
        (found.undecided, "gave answers that are left for the teacher to decide"),
        (found.by_hand, "with marks that were set by hand"),
        (found.unexplained, "gave a wrong answer that no mistake explains"),
    )
    for names, what in said:
        if names.count:
            yield f"<li>{names.count:,} {what}: {_names(names)}</li>\n"
    yield "</ul>\n"


def _names(names: NameList) -> str:
    left = names.count - len(names.first)
    more = f", … ({left:,} more)" if left else ""
    return ", ".join(map(_text, names.first)) + more


def _table(caption: str, heads: Sequence[str], right: Sequence[int] = ()) -> str:
    """The beginning of a table; its rows and `_END` follow."""
    cells = [
        f'<th scope="col"{_side(place in right)}>{_text(head)}</th>'
        for place, head in enumerate(heads)
    ]
    return (
        f'<div class="wide"><table>\n<caption>{_text(caption)}</caption>\n'
        f"<thead><tr>{''.join(cells)}</tr></thead>\n<tbody>\n"
    )


_END = "</tbody>\n</table></div>\n"


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _row(first: str, *cells: str, right: Sequence[int] = ()) -> str:
    """A row whose first cell says what it is about; all cells are HTML already."""
    rest = [f"<td{_side(at in right)}>{cell}</td>" for at, cell in enumerate(cells, 1)]
    return f'<tr><th scope="row">{first}</th>{"".join(rest)}</tr>\n'


def _marks(found: Summary) -> Iterator[str]:
    if not found.students:
        return
    values = {"mean": found.mean, "median": found.median}
    values |= {"lowest": min(found.marks), "highest": max(found.marks)}
    yield "<h2>Marks</h2>\n"
    texts = [f"{name} {number(round(value, 2))}" for name, value in values.items()]
    yield f"<p>{', '.join(texts)}</p>\n"
    yield _table("Students by the share of their points", ("share", "students", ""), (1,))
    for tenth, count in reversed([*enumerate(found.shares)]):
        label = f"{count:,} of {found.students:,} students"
        meter = f'<meter max="{found.students}" value="{count}" aria-label="{label}"></meter>'
        yield _row(f"{10 * tenth} to {10 * tenth + 10} %", f"{count:,}", meter, right=(1,))
    yield _END


def _questions(found: Summary) -> Iterator[str]:
    verdicts = [verdict.value for verdict in Verdict]
    yield "<h2>Questions</h2>\n"
    right = range(1, len(verdicts) + 2)
    yield _table("How many answered so", ("question", *verdicts, "points earned"), right)
    for asked in found.questions.values():
        counts = [f"{asked.verdicts[verdict]:,}" for verdict in Verdict]
        could = asked.possible * (asked.answers - asked.verdicts[Verdict.UNDECIDED])
        share = percent(asked.points, could) or "–"
        yield _row(_text(asked.question), *counts, share, right=right)
    yield _END


def _mistakes(found: Summary) -> Iterator[str]:
    if not found.slips:
        return
    yield "<h2>Mistakes</h2>\n"
    heads = ("mistake", "gate", "at", "students", "answers", "who")
    yield _table("The most common first", heads, (3, 4))
    for slip in found.common:
        places = sorted(slip.places, key=lambda at: (-slip.places[at], at))
        at = ", ".join(_text(" and ".join(nodes)) for nodes in places[:5])
        counts = f"{slip.students.count:,}", f"{slip.answers:,}"
        who = _names(slip.students)
        yield _row(_text(slip.mistake), _text(slip.gate), at, *counts, who, right=(3, 4))
    yield _END


def _of_another(found: Summary) -> Iterator[str]:
    """The submissions that hold the answers of another sheet; a student is never told."""
    if not found.of_another:
        return
    yield "<h2>Other sheets</h2>\n"
    heads = ("who", "own sheet", "these are the answers of")
    yield _table("Right answers, but to the sheet of somebody else", heads)
    for each in found.of_another:
        names = _names(NameList(each.size, list(each.students)))
        yield _row(names, f"{each.own}", sheet_numbers(each.sheets))
    yield _END


def _students(found: Summary, handed_in: Iterable[Handed]) -> Iterator[str]:
    asked = [question.text for question in found.exercise.questions]
    yield "<h2>Students</h2>\n"
    yield _table("Points, and the verdict on each answer", ("student", "points", *asked), (1,))
    for handed in handed_in:
        graded = handed.graded
        if graded.unreadable:
            cells = f'<td></td><td colspan="{max(1, len(asked))}">{_text(graded.unreadable)}</td>'
            yield f'<tr><th scope="row">{_text(graded.student)}</th>{cells}</tr>\n'
            continue
        marks = {mark.question: mark for mark in graded.marks}
        verdicts = [_verdict(marks.get(question)) for question in asked]
        yield _row(_text(graded.student), number(graded.points), *verdicts, right=(1,))
    yield _END


def _verdict(mark: Mark | None) -> str:
    if mark is None:
        return ""
    mistakes = ", ".join(dict.fromkeys(blame.mistake for blame in mark.blames))
    return mark.verdict.value + (
        f'<br><span class="faint">{_text(mistakes)}</span>' if mistakes else ""
    )
