"""Write terms as text again: as the language reads it, or as the chalkboard shows it."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from backprop_cli.language.syntax import Expression, Term

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
_LEVEL = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "neg": UNARY, "^": POWER}
Pieces = list[str | tuple[int, int]]
"""Text, and arguments by their position, each with the level that it must have."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Style(NamedTuple):
    """How operators and functions are spelt."""

    times: str
    by_element: str
    """The sign of a product of arrays element by element."""
    divide: str
    norm: str
    transpose: str
    equals: str
    superscripts: bool
    functions: Mapping[str, str]
    partial: str


SOURCE = Style(" * ", " * ", " / ", "||", ".T", " == ", False, {}, "d")
"""As the language reads it, in ASCII."""

CHALK = Style("·", " ⊙ ", "/", "‖", "ᵀ", " = ", True, {"sigmoid": "σ", "sqrt": "√"}, "∂")
"""As the lecture writes it."""


def show(
    expression: Expression,
    names: Mapping[str, str] | None = None,
    style: Style = SOURCE,
    root: int | None = None,
    fold: bool = False,
    arrays: Collection[str] = (),
) -> str:
    """The text of a term and all below it, with as few parentheses as read back the same.

    Args:
        expression: where the term stands.
        names: what to write for some names, for example values.
        style: how to spell operators.
        root: the term; the last statement's unless told.
        fold: work out sums of numbers that were put in for names: 3·x² for 3·x^(3 - 1).
        arrays: the names of arrays; a dot between two would be read as their product.
    """
    hold = hold_arrays(expression, arrays) if arrays else [False] * len(expression.terms)
    by_element = style._replace(times=style.by_element)

    def parts(term: Term) -> tuple[Pieces, int]:
        is_entrywise = term.op == "*" and all(hold[arg] for arg in term.args)
        return parts_of(expression, term, names or {}, by_element if is_entrywise else style, fold)

    return walk(expression, parts, root)


_REDUCING = ("sum", "mean", "norm", "logsumexp", "dot")


def hold_arrays(expression: Expression, arrays: Collection[str]) -> list[bool]:
    """For each term, whether it is an array as far as can be told without running it."""
    hold: list[bool] = []
    for term in expression.terms:
        if term.op == "name":
            hold.append(term.payload in arrays)
        elif term.op in ("norm", "index") or (term.op == "call" and term.payload in _REDUCING):
            # Along an axis an array is left.
            hold.append(len(term.args) > 1 and term.op == "call")
        else:
            hold.append(any(hold[arg] for arg in term.args))
    return hold


def walk(
    expression: Expression,
    parts: Callable[[Term], tuple[Pieces, int]],
    root: int | None = None,
    brackets: tuple[str, str] = ("(", ")"),
) -> str:
    """The text of a term and all below it, in any notation.

    Args:
        expression: where the term stands.
        parts: the pieces of one term and its level; brackets go round it where that is too low.
        root: the term; the last statement's unless told.
        brackets: what goes round.
    """
    pieces: list[str] = []
    stack: Pieces = [(expression.statements[-1].term if root is None else root, 0)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        place, least = item
        found, level = parts(expression.terms[place])
        if level < least:
            found = [brackets[0], *found, brackets[1]]
        stack.extend(reversed(found))
    return "".join(pieces)


def show_program(expression: Expression, style: Style = SOURCE) -> str:
    """All statements, separated by semicolons."""
    lines = []
    for statement in expression.statements:
        text = show(expression, style=style, root=statement.term)
        lines.append(f"{statement.name} = {text}" if statement.name else text)
    return "; ".join(lines)


def parts_of(
    expression: Expression, term: Term, names: Mapping[str, str], style: Style, fold: bool
) -> tuple[Pieces, int]:
    """The pieces of one term, with each argument and the level it must have, and its own level."""
    op, args = term.op, term.args
    if op == "number":
        return [number_text(float(term.payload))], UNARY if float(term.payload) < 0 else ATOM
    if op == "name":
        text = names.get(str(term.payload), str(term.payload))
        return [text], UNARY if text.startswith("-") else ATOM
    if op == "neg":
        # Not --x, which reads as if it were one sign.
        return ["-", (args[0], POWER if _is_negative(expression, args[0], names) else UNARY)], UNARY
    if op == "^":
        return _power(expression, term, names, style, fold)
    if op in _LEVEL:
        folded = _folded(expression, term, names) if fold else None
        if folded is not None:
            return [folded], UNARY if folded.startswith("-") else ATOM
        level = _LEVEL[op]
        spelt = {"*": style.times, "/": style.divide}.get(op, f" {op} ")
        # A minus just after another operator is put in parentheses: x - (-2).
        right = (args[1], max(level + 1, POWER if _is_negative(expression, args[1], names) else 0))
        return [(args[0], level), spelt, right], level
    if op == "norm":
        return [style.norm, (args[0], 0), style.norm], ATOM
    if op == ".T":
        return [*_whole(expression, args[0], names), style.transpose], ATOM
    if op == "index":
        return [*_whole(expression, args[0], names), "[", *listed(args[1:]), "]"], ATOM
    if op == "slice":
        return _sliced(expression, term), ATOM
    if op == "list":
        return ["[", *listed(args), "]"], ATOM
    if op == "compare":
        sign = style.equals if term.payload == "==" else f" {term.payload} "
        return [(args[0], SUM), sign, (args[1], SUM)], 0
    if op == "keyword":
        return [f"{term.payload}=", (args[0], 0)], ATOM
    function = style.functions.get(str(term.payload), str(term.payload))
    return [function, "(", *listed(args), ")"], ATOM


def _sliced(expression: Expression, term: Term) -> Pieces:
    """1:3, with nothing for a bound that is nan."""
    pieces: Pieces = []
    for number, arg in enumerate(term.args):
        bound = expression.terms[arg]
        left_out = bound.op == "number" and bound.payload != bound.payload
        if number and not (number == 2 and left_out):
            pieces.append(":")
        if not left_out:
            pieces.append((arg, SUM))
    return pieces


def _power(
    expression: Expression, term: Term, names: Mapping[str, str], style: Style, fold: bool
) -> tuple[Pieces, int]:
    base, exponent = term.args
    if style.superscripts:
        text = _whole_number(expression, exponent, names, fold)
        if text is not None:
            return [(base, ATOM), text.translate(_SUPERSCRIPT)], POWER
    return [(base, ATOM), "^", (exponent, UNARY)], POWER


def _folded(expression: Expression, term: Term, names: Mapping[str, str]) -> str | None:
    """The sum or difference of two numbers put in for names: the 3 - 1 of 3·x^(3 - 1)."""
    if term.op not in "+-" or not any(expression.terms[arg].op == "name" for arg in term.args):
        return None
    left, right = (_number_of(expression, arg, names) for arg in term.args)
    if left is None or right is None:
        return None
    return number_text(left + right if term.op == "+" else left - right)


def _number_of(expression: Expression, place: int, names: Mapping[str, str]) -> float | None:
    """The number that a term is, or that its name stands for."""
    term = expression.terms[place]
    if term.op == "number":
        return float(term.payload)
    if term.op == "name" and term.payload in names:
        try:
            return float(names[str(term.payload)])
        except ValueError:
            return None
    return None


def _whole_number(
    expression: Expression, place: int, names: Mapping[str, str], fold: bool
) -> str | None:
    """The text of a whole number, which can be written as a superscript."""
    term = expression.terms[place]
    text = _folded(expression, term, names) if fold and len(term.args) == 2 else None
    if text is None:
        number = _number_of(expression, place, names)
        text = "" if number is None else number_text(number)
    return text if text.removeprefix("-").isdecimal() and text.isascii() else None


def _is_negative(expression: Expression, place: int, names: Mapping[str, str]) -> bool:
    term = expression.terms[place]
    if term.op == "number":
        return float(term.payload) < 0
    return term.op == "neg" or (
        term.op == "name" and names.get(str(term.payload), "").startswith("-")
    )


def _whole(expression: Expression, place: int, names: Mapping[str, str]) -> Pieces:
    """A term to which a sign is attached: (∂f/∂q)ᵀ, since ∂f/∂qᵀ were the gradient of qᵀ."""
    term = expression.terms[place]
    if term.op == "name" and "/" in names.get(str(term.payload), ""):
        return ["(", (place, 0), ")"]
    return [(place, ATOM)]


def listed(args: tuple[int, ...]) -> Pieces:
    """The arguments, with commas between them."""
    pieces: Pieces = []
    for arg in args:
        pieces += [", ", (arg, 0)]
    return pieces[1:]


def derivative(of: str, by: str, style: Style) -> str:
    """∂f/∂x, or df/dx where the style has no ∂."""
    return f"{style.partial}{of}/{style.partial}{by}"


def number_text(value: float) -> str:
    """A number as short as it reads back the same: 2, 0.5, 1e-05."""
    return str(int(value)) if abs(value) < 1e16 and value == int(value) else repr(value)
