"""From a blackboard's formula to the tokens of the language of formulas, step by step."""

from collections.abc import Iterable, Mapping, Sequence

from backprop_cli.errors import BackpropError
from backprop_cli.language.counts import Counts
from backprop_cli.language.readers.blackboard.bars import with_bars
from backprop_cli.language.readers.blackboard.brackets import with_brackets
from backprop_cli.language.readers.blackboard.calls import with_bases, with_calls
from backprop_cli.language.readers.blackboard.conditions import with_choices
from backprop_cli.language.readers.blackboard.factors import with_products
from backprop_cli.language.readers.blackboard.index_ranges import (
    index_letters,
    with_extremes,
    with_places,
)
from backprop_cli.language.readers.blackboard.indicators import with_indicators
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.raised import with_raised
from backprop_cli.language.readers.blackboard.scan import Sign, scan
from backprop_cli.language.readers.blackboard.steps import (
    header_end,
    step_starts,
    with_elements,
    with_layers,
    with_steps,
)
from backprop_cli.language.readers.blackboard.sums import Shape, with_sums
from backprop_cli.language.readers.blackboard.words import with_names


def read_signs(
    source: str, functions: Iterable[str], shapes: Mapping[str, Shape], counts: Counts
) -> list[Sign]:
    """The tokens of a formula: kinds of `grammars/expression.lark`, texts, and where they stand.

    Args:
        source: what was typed.
        functions: what can be called.
        shapes: input -> its shape, of those that were given a value.
        counts: those of them that are whole numbers.

    Raises:
        BackpropError: where it cannot be read, or can be read in two ways.
    """
    return tokens_of(lowered_first(scan(source)), source, functions, shapes, counts)


def tokens_of(
    signs: list[Sign],
    source: str,
    functions: Iterable[str],
    shapes: Mapping[str, Shape],
    counts: Counts,
) -> list[Sign]:
    """The tokens that signs stand for, whoever found the signs; see `read_signs`."""
    signs = with_steps(with_layers(signs))
    names = Names([*shapes, *_named(signs)], functions)
    signs = with_places(with_extremes(signs, names))
    signs = with_elements(signs, names, shapes)
    signs, parameters = _without_parameters(signs, names, source)
    for name in parameters:
        names.add(name)
    _know_elements(signs, names)
    signs = with_raised(signs, names, source)
    signs = with_names(signs, names, source)
    signs = with_bars(signs, source)
    signs = with_indicators(signs)
    signs = with_brackets(signs, names)
    signs = with_sums(signs, names, shapes, source, counts)
    signs = with_bases(with_calls(signs, source), names)
    signs = with_choices(signs, source)
    return [_token(sign) for sign in with_products(signs, source)]


def lowered_first(signs: Sequence[Sign]) -> list[Sign]:
    """‖W‖²_F as ‖W‖_F², and w^2_i as w_i^2: what stands below belongs to the name."""
    found: list[Sign] = []
    for sign in signs:
        if sign.kind == "LOWERED" and found and found[-1].kind == "RAISED":
            found.insert(-1, sign)
        elif (
            sign.kind == "LOWERED"
            and len(found) > 2
            and found[-2].kind == "POWER"
            and found[-1].kind in ("NUMBER", "TRANSPOSE")
        ):
            found.insert(-2, sign)
        else:
            found.append(sign)
    return found


_TOKENS = {
    "CALL": "NAME",
    "OPEN_LIST": "OPEN_BRACKET",
    "DOT": "TIMES",
}


def _token(sign: Sign) -> Sign:
    return sign.as_(_TOKENS.get(sign.kind, sign.kind))


def _named(signs: Sequence[Sign]) -> list[str]:
    """The names that steps are given."""
    starts = [0, *(place + 1 for place, s in enumerate(signs) if s.kind == "SEPARATOR")]
    return [
        signs[place].text
        for place in starts
        if place + 1 < len(signs)
        and signs[place].kind == "WORD"
        and signs[place + 1].kind == "EQUALS"
    ]


def _without_parameters(
    signs: list[Sign], names: Names, source: str
) -> tuple[list[Sign], list[str]]:
    """The signs with f(x, y) = … as f = …, and the parameters."""
    starts = step_starts(signs)
    for start in reversed(starts):
        end = header_end(signs, start)
        if end is None:
            continue
        header = signs[start + 1 : end]
        if start != starts[-1]:
            span = (signs[start].start, signs[end].end)
            what = "only the last step can be written with its parameters"
            raise BackpropError(what, source, span, f"write {signs[start].text} = …")
        parameters = [sign.text for sign in header if sign.kind == "WORD"]
        return [*signs[: start + 1], *signs[end:]], parameters
    return signs, []


def _know_elements(signs: Sequence[Sign], names: Names) -> None:
    """Know v_i of an array v where a sum has the index i, so that w_ix_i is cut into two."""
    indices = index_letters(signs)
    pairs = {a + b for a in indices for b in indices}
    for name in names.all():
        for index in indices | pairs:
            names.add_element(f"{name}_{index}")
