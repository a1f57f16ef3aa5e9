"""The tree of a formula in LaTeX, by Lark, and the signs of a blackboard in its order."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.scan import Sign
from backprop_cli.language.readers.latex.commands import FUNCTIONS, GREEK, INSTEAD, PLAIN, SIGNS
from backprop_cli.language.readers.latex.environments import Environments, span_of
from backprop_cli.language.readers.latex.words import joined
from backprop_cli.resources import data_folder

MAX_SOURCE = 20_000
"""Characters of the longest formula in LaTeX."""

MAX_DEPTH = 60
"""Groups within groups."""


@cache
def latex_parser() -> Any:
    """Lark's parser of the grammar; Lark is imported when somebody has LaTeX."""
    from lark import Lark

    text = data_folder("grammars").joinpath("latex.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def signs_of(source: str) -> list[Sign]:
    """The signs of a formula in LaTeX, as a blackboard has them.

    Raises:
        BackpropError: where it is no LaTeX that formulas have.
    """
    if len(source) > MAX_SOURCE:
        raise BackpropError(f"the formula is longer than {MAX_SOURCE:,} characters")
    depth = deepest = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise BackpropError(f"there are more than {MAX_DEPTH} groups within each other")
    from lark.exceptions import UnexpectedEOF, UnexpectedInput

    try:
        tree = latex_parser().parse(source)
    except UnexpectedEOF:
        end = len(source.rstrip())
        raise BackpropError("the formula ends too early", source, (end, end)) from None
    except UnexpectedInput as error:
        start = min(error.pos_in_stream or 0, len(source) - 1)
        what = f"'{source[start]}' cannot stand here"
        raise BackpropError(what, source, (start, start + 1)) from None
    return list(_Walk(source).items(tree.children))


class _Walk(Environments):
    """Goes through the tree; what it yields is in the order of the text."""

    def __init__(self, source: str) -> None:
        self.source = source

    def items(self, children: Iterable[Any]) -> Iterator[Sign]:
        """The signs of some parts of the tree."""
        for child in children:
            handler: Callable[[Any], Iterator[Sign]] = getattr(self, f"_{child.data}")
            yield from handler(child)

    def _group(self, tree: Any) -> Iterator[Sign]:
        start, end = span_of(tree)
        inside = list(self.items(tree.children))
        if inside:
            yield Sign("OPEN_PAREN", "(", start, start + 1)
            yield from inside
            yield Sign("CLOSE_PAREN", ")", end - 1, end)

    def _inside(self, tree: Any) -> list[Sign]:
        """The signs of an argument, without the braces around it."""
        return list(self.items(tree.children if tree.data == "group" else [tree]))

    def _fraction(self, tree: Any) -> Iterator[Sign]:
        _, above, below = tree.children
        start, end = span_of(tree)
        middle = span_of(above)[1]
        yield Sign("OPEN_PAREN", "(", start, start)
        yield from self._bracketed(above)
        yield Sign("DIVIDE", "/", middle, middle)
        yield from self._bracketed(below)
        yield Sign("CLOSE_PAREN", ")", end, end)

    def _bracketed(self, tree: Any) -> Iterator[Sign]:
        start, end = span_of(tree)
        inside = self._inside(tree)
        if not inside:
            raise BackpropError("something is missing here", self.source, (start, end))
        yield Sign("OPEN_PAREN", "(", start, start)
        yield from inside
        yield Sign("CLOSE_PAREN", ")", end, end)

    def _digits_fraction(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        start, end = token.start_pos, token.end_pos
        above, below = [character for character in token if character.isdecimal()]
        kinds = ("OPEN_PAREN", "NUMBER", "DIVIDE", "NUMBER", "CLOSE_PAREN")
        for kind, text in zip(kinds, ("(", above, "/", below, ")"), strict=True):
            yield Sign(kind, text, start, end)

    def _root(self, tree: Any) -> Iterator[Sign]:
        start, _ = span_of(tree)
        *_, argument = tree.children
        name = "sqrt"
        if len(tree.children) == 3:
            option = str(tree.children[1]).strip("[] ")
            if option not in ("2", "3"):
                span = (tree.children[1].start_pos, tree.children[1].end_pos)
                hint = f"write (…)^{{1/{option}}}"
                raise BackpropError("only square and cubic roots are read", self.source, span, hint)
            name = "cbrt" if option == "3" else "sqrt"
        yield Sign("WORD", name, start, start + 5)
        yield from self._bracketed(argument)

    def _named(self, tree: Any) -> Iterator[Sign]:
        """A name of several letters, or letters in another face."""
        command, argument = tree.children
        start, end = span_of(tree)
        inner_start, inner_end = span_of(argument)
        text = self.source[inner_start:inner_end].strip("{} ").replace("\\_", "_")
        if text == "E" and command == "\\mathbb":
            what, hint = "an expected value is not read", "write mean(x)"
            raise BackpropError(what, self.source, (start, end), hint)
        if text in ("1", "I", "𝟙") and command in ("\\mathbb", "\\mathbf", "\\boldsymbol", "\\bm"):
            yield Sign("NUMBER" if text != "I" else "WORD", text, start, end)
        elif text in ("T", "\\top") and command in ("\\mathsf", "\\mathrm", "\\text"):
            yield Sign("WORD", "T", start, end)
        elif text.isidentifier():
            yield Sign("WORD", text, start, end)
        elif str(command).startswith("\\text"):
            yield from joined(self._inside(argument), lambda word: True)
        else:
            yield from self._inside(argument)

    def _accented(self, tree: Any) -> Iterator[Sign]:
        """ŷ as y_hat; an arrow over a vector says nothing more."""
        command, argument = tree.children
        accent = str(command).lstrip("\\").removeprefix("wide").replace("overline", "bar")
        inside = self._inside(argument)
        if accent in ("vec", "underline") or len(inside) != 1 or inside[0].kind != "WORD":
            yield from inside
            return
        yield Sign("WORD", f"{inside[0].text}_{accent}", *span_of(tree))

    def _power(self, tree: Any) -> Iterator[Sign]:
        (argument,) = tree.children
        start, _ = span_of(tree)
        inside = self._inside(argument)
        if [sign.kind for sign in inside] == _LAYER and inside[1].text.isalnum():
            # The number of a layer stands in square brackets, as no power does.
            yield Sign("LOWERED", f"_{inside[1].text}", *span_of(tree))
            return
        yield Sign("POWER", "^", start, start + 1)
        if len(inside) == 1 and inside[0].kind in ("NUMBER", "TRANSPOSE", "WORD"):
            yield from inside
        else:
            yield from self._bracketed(argument)

    def _short_power(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        start, end = token.start_pos, token.end_pos
        text = token[-1]
        self._check_digits(token)
        yield Sign("POWER", "^", start, start + 1)
        yield Sign("NUMBER" if text.isdecimal() else "WORD", text, end - 1, end)

    def _check_digits(self, token: Any) -> None:
        """Refuse x^22 and x^0.5, of which LaTeX raises the first digit only."""
        digits = re.compile(r"\d*(?:\.\d+)?").match(self.source, token.end_pos)
        if token[-1].isdecimal() and digits and digits[0]:
            sign, number = token[0], token[-1] + digits[0]
            span = (token.start_pos, digits.end())
            first, second = f"{sign}{{{number}}}", f"{sign}{{{token[-1]}}} \\cdot {digits[0]}"
            what = f"'{sign}{number}' could mean {first} or {second}"
            hint = f"write {first} or {second}"
            raise BackpropError(what, self.source, span, hint)

    def _lowered(self, tree: Any) -> Iterator[Sign]:
        (argument,) = tree.children
        start, end = span_of(tree)
        inside = self._inside(argument)
        text = "".join(sign.text for sign in inside if sign.kind != "COMMA")
        if all(sign.kind in ("WORD", "NUMBER", "COMMA") for sign in inside) and text.isalnum():
            yield Sign("LOWERED", f"_{text}", start, end)
            return
        yield Sign("UNDERSCORE", "_", start, start + 1)
        yield Sign("OPEN_PAREN", "(", start + 1, start + 2)
        yield from inside
        yield Sign("CLOSE_PAREN", ")", end - 1, end)

    def _short_lowered(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        self._check_digits(token)
        yield Sign("LOWERED", f"_{token[-1]}", token.start_pos, token.end_pos)

    def _letters(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        yield Sign("WORD", str(token), token.start_pos, token.end_pos)

    def _number(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        yield Sign("NUMBER", str(token), token.start_pos, token.end_pos)

    def _command(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        span = (token.start_pos, token.end_pos)
        name = str(token)[1:]
        if name in GREEK:
            yield Sign("WORD", GREEK[name], *span)
        elif name in FUNCTIONS:
            yield Sign("WORD", FUNCTIONS[name], *span)
        elif name in SIGNS:
            yield Sign(*SIGNS[name], *span)
        else:
            what = f"the command {token} is not part of formulas"
            raise BackpropError(what, self.source, span, INSTEAD.get(name))

    def _sign(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        span = (token.start_pos, token.end_pos)
        if token == ".":
            return
        if token not in PLAIN:
            raise BackpropError(f"'{token}' is not part of formulas", self.source, span)
        yield Sign(*PLAIN[str(token)], *span)

    def _new_row(self, tree: Any) -> Iterator[Sign]:
        (token,) = tree.children
        yield Sign("SEPARATOR", ";", token.start_pos, token.end_pos)

    def _cell(self, tree: Any) -> Iterator[Sign]:
        return iter(())

    def _layout(self, tree: Any) -> Iterator[Sign]:
        return iter(())


_LAYER = ["OPEN_BRACKET", "NUMBER", "CLOSE_BRACKET"]
