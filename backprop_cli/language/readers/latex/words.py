"""Letters side by side as one word, where they are one: a name, or a function."""

from collections.abc import Callable, Sequence

from backprop_cli.language.readers.blackboard.scan import Sign, is_tight


def joined(signs: Sequence[Sign], is_word: Callable[[str], bool]) -> list[Sign]:
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
