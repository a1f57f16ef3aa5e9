"""From LaTeX to the signs of a blackboard, and from there to the tokens of a formula."""

from collections.abc import Iterable, Mapping

from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.read import lowered_first, tokens_of
from backprop_cli.language.readers.blackboard.scan import Sign
from backprop_cli.language.readers.blackboard.sums import Shape
from backprop_cli.language.readers.latex.commands import LOGARITHMS
from backprop_cli.language.readers.latex.tree import signs_of
from backprop_cli.language.readers.latex.words import joined


def read_latex(
    source: str, functions: Iterable[str], shapes: Mapping[str, Shape], counts: Counts
) -> list[Sign]:
    """The tokens of a formula in LaTeX, of the kinds of `grammars/expression.lark`.

    Args:
        source: what was typed, with or without dollar signs.
        functions: what can be called.
        shapes: input -> its shape, of those that were given a value.
        counts: those of them that are whole numbers.

    Raises:
        BackpropError: where it cannot be read, or can be read in two ways.
    """
    names = Names(shapes, functions)
    signs = _trimmed(_with_names(lowered_first(signs_of(source))))
    signs = joined(signs, lambda word: _is_one_word(word, names, shapes))
    signs = [_as_given(sign, shapes) for sign in signs]
    return tokens_of(signs, source, functions, shapes, counts)


def _is_one_word(word: str, names: Names, shapes: Mapping[str, Shape]) -> bool:
    """Whether letters side by side are a name or a function, and no product of names."""
    is_product = all(letter in shapes for letter in word)
    if word in ("axis", "keepdims"):
        return True
    return not is_product and (word in shapes or names.function(word) is not None)


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
