"""From LaTeX to the signs of a blackboard, and from there to the tokens of a formula."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.read import lowered_first, tokens_of
from backprop_cli.language.readers.blackboard.scan import Sign, is_tight
from backprop_cli.language.readers.blackboard.sums import Shape
from backprop_cli.language.readers.latex.commands import (
    FUNCTIONS,
    GREEK,
    INSTEAD,
    LOGARITHMS,
    PLAIN,
    SIGNS,
)
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


def read_latex(source: str, functions: Iterable[str], shapes: Mapping[str, Shape]) -> list[Sign]:
    """The tokens of a formula in LaTeX, of the kinds of `grammars/expression.lark`.

    Args:
        source: what was typed, with or without dollar signs.
        functions: what can be called.
        shapes: input -> its shape, of those that were given a value.

    Raises:
        BackpropError: where it cannot be read, or can be read in two ways.
    """
    names = Names(shapes, functions)
    signs = _joined(signs_of(source), lambda word: _is_one_word(word, names, shapes))
    signs = [_as_given(sign, shapes) for sign in signs]
    return tokens_of(signs, source, functions, shapes)


def _is_one_word(word: str, names: Names, shapes: Mapping[str, Shape]) -> bool:
    """Whether letters side by side are a name or a function, and no product of names."""
    is_product = all(letter in shapes for letter in word)
    if word in ("axis", "keepdims"):
        return True
    return not is_product and (word in shapes or names.function(word) is not None)


def _joined(signs: Sequence[Sign], is_word: Callable[[str], bool]) -> list[Sign]:
    """Letters without a blank between them as one word, where they are one."""
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        end = place + 1
        if _is_letter(signs[place]):
            while (
                end < len(signs) and _is_letter(signs[end]) and is_tight(*signs[end - 1 : end + 1])
            ):
                end += 1
        word = "".join(sign.text for sign in signs[place:end])
        if end - place > 1 and is_word(word):
            found.append(Sign("WORD", word, signs[place].start, signs[end - 1].end))
        else:
            found += signs[place:end]
        place = end
    return found


def _is_letter(sign: Sign) -> bool:
    return sign.kind == "WORD" and len(sign.text) == 1 and sign.end - sign.start == 1


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
    signs = list(_Walk(source).items(tree.children))
    return _trimmed(_with_names(lowered_first(signs)))


class _Walk:
    """Goes through the tree; what it yields is in the order of the text."""

    def __init__(self, source: str) -> None:
        self.source = source

    def items(self, children: Iterable[Any]) -> Iterator[Sign]:
        """The signs of some parts of the tree."""
        for child in children:
            handler: Callable[[Any], Iterator[Sign]] = getattr(self, f"_{child.data}")
            yield from handler(child)

    def _group(self, tree: Any) -> Iterator[Sign]:
        start, end = _span(tree)
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
        start, end = _span(tree)
        middle = _span(above)[1]
        yield Sign("OPEN_PAREN", "(", start, start)
        yield from self._bracketed(above)
        yield Sign("DIVIDE", "/", middle, middle)
        yield from self._bracketed(below)
        yield Sign("CLOSE_PAREN", ")", end, end)

    def _bracketed(self, tree: Any) -> Iterator[Sign]:
        start, end = _span(tree)
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
        start, _ = _span(tree)
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
        start, end = _span(tree)
        inner_start, inner_end = _span(argument)
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
            yield from _joined(self._inside(argument), lambda word: True)
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
        yield Sign("WORD", f"{inside[0].text}_{accent}", *_span(tree))

    def _power(self, tree: Any) -> Iterator[Sign]:
        (argument,) = tree.children
        start, _ = _span(tree)
        inside = self._inside(argument)
        if [sign.kind for sign in inside] == _LAYER and inside[1].text.isalnum():
            # The number of a layer stands in square brackets, as no power does.
            yield Sign("LOWERED", f"_{inside[1].text}", *_span(tree))
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
        yield Sign("POWER", "^", start, start + 1)
        yield Sign("NUMBER" if text.isdecimal() else "WORD", text, end - 1, end)

    def _lowered(self, tree: Any) -> Iterator[Sign]:
        (argument,) = tree.children
        start, end = _span(tree)
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
        yield Sign("LOWERED", f"_{token[-1]}", token.start_pos, token.end_pos)

    def _cases(self, tree: Any) -> Iterator[Sign]:
        """Rows of a value and its condition, as `a if condition else b`."""
        start, end = _span(tree)
        rows = _rows(tree.children[1])
        if not rows:
            raise BackpropError("there is no case here", self.source, (start, end))
        yield Sign("OPEN_PAREN", "(", start, start)
        for number, row in enumerate(rows):
            value, condition = self._row(row)
            yield from value
            if number < len(rows) - 1:
                if not condition:
                    span = (_span(row[0])[0], _span(row[-1])[1])
                    raise BackpropError("a case needs a condition", self.source, span)
                at = condition[0].start
                yield Sign("WORD", "if", at, at)
                yield from condition
                yield Sign("WORD", "else", condition[-1].end, condition[-1].end)
        yield Sign("CLOSE_PAREN", ")", end, end)

    def _matrix(self, tree: Any) -> Iterator[Sign]:
        """A list of rows; of one column a vector."""
        start, end = _span(tree)
        rows = [self._cells(row) for row in _rows(tree.children[1])]
        if not rows or not all(cell for row in rows for cell in row):
            raise BackpropError("an element is missing here", self.source, (start, end))
        is_column = all(len(row) == 1 for row in rows)
        lists = [row[0] if is_column else _listed(row, start, end) for row in rows]
        yield from _listed(lists, start, end)

    def _cells(self, row: list[Any]) -> list[list[Sign]]:
        cells: list[list[Any]] = [[]]
        for child in row:
            if child.data == "cell":
                cells.append([])
            else:
                cells[-1].append(child)
        return [list(self.items(cell)) for cell in cells]

    def _row(self, row: list[Any]) -> tuple[list[Sign], list[Sign]]:
        cells = [place for place, child in enumerate(row) if child.data == "cell"]
        middle = cells[0] if cells else len(row)
        value = list(self.items(row[:middle]))
        condition = [sign for sign in self.items(row[middle + 1 :]) if sign.text not in _CASE_WORDS]
        while condition and condition[-1].kind == "COMMA":
            condition.pop()
        while value and value[-1].kind == "COMMA":
            value.pop()
        return value, condition

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


def _listed(parts: Sequence[Sequence[Sign]], start: int, end: int) -> list[Sign]:
    """[a, b, …] of the signs of its elements."""
    found = [Sign("OPEN_LIST", "[", start, start)]
    for place, part in enumerate(parts):
        if place:
            found.append(Sign("COMMA", ",", part[0].start, part[0].start))
        found += part
    return [*found, Sign("CLOSE_BRACKET", "]", end, end)]


_CASE_WORDS = ("if", "otherwise", "for", "else", "when", "where")


def _rows(row: Any) -> list[list[Any]]:
    """What stands between the line breaks of a group of cases."""
    rows: list[list[Any]] = [[]]
    for child in row.children:
        if child.data == "new_row":
            rows.append([])
        else:
            rows[-1].append(child)
    return [parts for parts in rows if any(part.data not in ("layout", "cell") for part in parts)]


def _span(tree: Any) -> tuple[int, int]:
    meta = tree.meta
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)


def _with_names(signs: list[Sign]) -> list[Sign]:
    """Names with what stands below them, w_0, and letters side by side as one word to be cut."""
    found: list[Sign] = []
    for sign in signs:
        before = found[-1] if found else None
        if sign.kind == "LOWERED" and before is not None and before.kind == "WORD":
            name = before.text + sign.text
            found[-1] = Sign("WORD", LOGARITHMS.get(name, name), before.start, sign.end)
        else:
            found.append(sign)
    return found


def _as_given(sign: Sign, shapes: Mapping[str, Shape]) -> Sign:
    """The w_{0} of an input that was given as w0: LaTeX writes both alike."""
    plain = sign.text.replace("_", "")
    is_plain = sign.kind == "WORD" and sign.text not in shapes and plain in shapes
    return sign._replace(text=plain) if is_plain else sign


def _trimmed(signs: list[Sign]) -> list[Sign]:
    """Without separators at either end, and without rows that are empty."""
    found: list[Sign] = []
    for sign in signs:
        if sign.kind == "SEPARATOR" and (not found or found[-1].kind == "SEPARATOR"):
            continue
        found.append(sign)
    while found and (found[-1].kind in ("SEPARATOR", "COMMA")):
        found.pop()
    return found
