"""Where steps begin: after a comma, after "where"; W^{[1]} as W_1, and p_y as p[y]."""

from collections.abc import Mapping, Sequence

from backprop_cli.language.readers.blackboard.index_ranges import index_letters
from backprop_cli.language.readers.blackboard.names import Names
from backprop_cli.language.readers.blackboard.scan import Sign

Shape = tuple[int, ...]

_BETWEEN = ("where", "with", "and", "for", "given")
"""Words that may stand before the value of an input: f = x*y where x = 2."""

_IN_HEADER = (
    *("WORD", "COMMA", "BAR", "BARS", "SEPARATOR", "NUMBER", "LOWERED"),
    *("POWER", "RAISED"),
)


def step_starts(signs: Sequence[Sign]) -> list[int]:
    """The places where steps begin: separators within brackets separate none."""
    starts, depth = [0], 0
    for place, sign in enumerate(signs):
        depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
        if sign.kind == "SEPARATOR" and depth <= 0:
            starts.append(place + 1)
    return starts


def header_end(signs: Sequence[Sign], start: int) -> int | None:
    """The place of the = of f(x, y) = … or L(θ; x) = …, which begins here; None if none does."""
    kinds = [sign.kind for sign in signs[start : start + 2]]
    if kinds != ["WORD", "OPEN_PAREN"]:
        return None
    end = start + 2
    while end < len(signs) and signs[end].kind in _IN_HEADER:
        end += 1
    after = [sign.kind for sign in signs[end : end + 2]]
    names = any(sign.kind == "WORD" for sign in signs[start + 2 : end])
    return end + 1 if after == ["CLOSE_PAREN", "EQUALS"] and names else None


def with_layers(signs: Sequence[Sign]) -> list[Sign]:
    """W^{[1]} as the name W_1: the number of a layer stands in brackets, as no power does."""
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        kinds = [sign.kind for sign in signs[place : place + 6]]
        is_layer = found and found[-1].kind == "WORD" and kinds == _LAYER
        if is_layer and "." not in signs[place + 3].text:
            name = f"{found[-1].text}_{signs[place + 3].text}"
            found[-1] = Sign("WORD", name, found[-1].start, signs[place + 5].end)
            place += 6
        else:
            found.append(signs[place])
            place += 1
    return found


_LAYER = ["POWER", "OPEN_PAREN", "OPEN_BRACKET", "NUMBER", "CLOSE_BRACKET", "CLOSE_PAREN"]


def with_steps(signs: Sequence[Sign]) -> list[Sign]:
    """The signs with a separator where a comma or "where" stands between steps.

    Values of inputs that come last, f = x*y, x = 2, are put first.
    """
    found: list[Sign] = []
    depth = 0
    for place, sign in enumerate(signs):
        depth += sign.kind.startswith("OPEN") - sign.kind.startswith("CLOSE")
        is_word = sign.kind == "WORD" and sign.text in _BETWEEN
        if depth == 0 and place and (sign.kind == "COMMA" or is_word):
            following = place + 1
            while following < len(signs) and signs[following].text in (*_BETWEEN, ","):
                following += 1
            if _begins_step(signs, following):
                if not found or found[-1].kind != "SEPARATOR":
                    found.append(sign.as_("SEPARATOR", ";"))
                continue
        found.append(sign)
    return _values_first(found)


def _begins_step(signs: Sequence[Sign], place: int) -> bool:
    kinds = [sign.kind for sign in signs[place : place + 2]]
    return kinds == ["WORD", "EQUALS"] or header_end(signs, place) is not None


def _values_first(signs: list[Sign]) -> list[Sign]:
    starts = step_starts(signs)
    steps = [signs[a:b] for a, b in zip(starts, [*starts[1:], len(signs)], strict=True)]
    steps = [
        step for step in ([s for s in step if s.kind != "SEPARATOR"] for step in steps) if step
    ]
    last = len(steps)
    while last > 1 and _is_value(steps[last - 1]) and _uses(steps[: last - 1], steps[last - 1][0]):
        last -= 1
    if last == len(steps):
        return signs
    return [
        sign
        for step in (*steps[last:], *steps[:last])
        for sign in (*step, step[-1].as_("SEPARATOR", ";"))
    ][:-1]


def _is_value(step: Sequence[Sign]) -> bool:
    """X = -2, or x = [1, 2]."""
    kinds = [sign.kind for sign in step]
    if kinds[:2] != ["WORD", "EQUALS"] or len(kinds) < 3:
        return False
    plain = {"NUMBER", "MINUS", "COMMA", "OPEN_BRACKET", "CLOSE_BRACKET"}
    return set(kinds[2:]) <= plain and "NUMBER" in kinds


def _uses(steps: Sequence[Sequence[Sign]], name: Sign) -> bool:
    return any(sign.kind == "WORD" and name.text in sign.text for step in steps for sign in step)


def with_elements(signs: Sequence[Sign], names: Names, shapes: Mapping[str, Shape]) -> list[Sign]:
    """p_y and s_{y_i} of an array and an input that chooses elements as p[y]."""
    summed = index_letters(signs)
    found: list[Sign] = []
    place = 0
    while place < len(signs):
        sign = signs[place]
        array, label, end = sign.text, "", place + 1
        if sign.kind == "WORD" and not names.is_variable(sign.text):
            array, _, label = sign.text.partition("_")
        elif [s.kind for s in signs[place : place + 5]] == _BELOW:
            label, end = signs[place + 3].text, place + 5
        before = _previous(signs[place : place + 7], names)
        if before is not None:
            found.append(before)
            place += 7
            continue
        if (
            label
            and label not in summed
            and _is_array(array, names, shapes)
            and _is_label(label, names, shapes)
        ):
            found += [
                sign.as_("WORD", array),
                sign.as_("OPEN_BRACKET", "["),
                sign.as_("WORD", label),
                sign.as_("CLOSE_BRACKET", "]"),
            ]
            place = end
        else:
            found.append(sign)
            place += 1
    return found


def _previous(signs: Sequence[Sign], names: Names) -> Sign | None:
    """h_{t-1} as h_prev, where that is an input."""
    if [sign.kind for sign in signs] != _BEFORE or signs[5].text != "1":
        return None
    name = f"{signs[0].text}_prev"
    return Sign("WORD", name, signs[0].start, signs[6].end) if names.is_variable(name) else None


_BEFORE = ["WORD", "UNDERSCORE", "OPEN_PAREN", "WORD", "MINUS", "NUMBER", "CLOSE_PAREN"]


_BELOW = ["WORD", "UNDERSCORE", "OPEN_PAREN", "WORD", "CLOSE_PAREN"]


def _is_array(word: str, names: Names, shapes: Mapping[str, Shape]) -> bool:
    """Whether a word is an array, or a step, of which the shape is not known yet."""
    if not names.is_variable(word):
        return False
    return shapes.get(names.variable(word), (0,)) != ()


def _is_label(word: str, names: Names, shapes: Mapping[str, Shape]) -> bool:
    return names.is_variable(word) and shapes.get(names.variable(word)) == ()
