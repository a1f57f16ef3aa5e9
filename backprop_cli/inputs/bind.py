"""Match the names of a formula with the values that were given for them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.gates.shapes import MAX_ELEMENTS
from backprop_cli.gates.value import Value
from backprop_cli.graph.functions import CONSTANTS, check
from backprop_cli.inputs.values import as_value, read_value
from backprop_cli.language.syntax import Expression

Spelling = Callable[[str], str]
"""How the user would write that an input has a value: `--x VALUE` or `x=VALUE`."""


def bind(
    expression: Expression, given: Mapping[str, Value], spelling: Spelling
) -> dict[str, Value]:
    """The value of each input of `expression`.

    Raises:
        BackpropError: for a missing input or one that the formula does not have, and before
            that for what no values could mend: steps, functions and their arguments.
    """
    free = dict.fromkeys(expression.free_names())
    check(expression, free, given)
    meant = matching(free)
    values: dict[str, Value] = {}
    for typed, value in given.items():
        name = meant(typed)
        if name in values:
            raise BackpropError(f"'{name}' is given twice")
        values[name] = value
    needed = [name for name in free if name not in CONSTANTS or name in values]
    unknown = next((name for name in values if name not in free), None)
    missing = [name for name in needed if name not in values]
    if unknown is not None or missing:
        from backprop_cli.inputs.undefined_names import undefined_name_error

        undefined = undefined_name_error(expression, missing, values)
        if undefined is not None:
            raise undefined
    if unknown is not None:
        raise _unknown(expression, unknown, needed)
    if missing:
        raise _missing(missing, needed, spelling)
    return {name: values[name] for name in needed}


def matching(names: Iterable[str]) -> Callable[[str], str]:
    """What finds the input that was meant: `theta` may be typed for θ, `w_0` only for w_0."""
    known = dict.fromkeys(names)
    latin = {_latin(name): name for name in known if not name.isascii()}
    # Where there is no θ, theta means Θ.
    lower = {spelt.lower(): name for spelt, name in latin.items()}

    def meant(typed: str) -> str:
        name = unicodedata.normalize("NFKC", typed)
        return name if name in known else latin.get(name) or lower.get(name) or name

    return meant


def name_in(names: Iterable[str], name: str) -> str:
    """The input that was meant by one name: see `matching`."""
    return matching(names)(name)


def _latin(name: str) -> str:
    """θ1 as theta1, Δx as Deltax."""
    return "".join(map(_latin_letter, name))


def _latin_letter(letter: str) -> str:
    named = re.match(r"GREEK \w+ LETTER (?:FINAL )?(\w+)", unicodedata.name(letter, ""))
    if not named:
        return letter
    # Unicode spells λ without its b.
    word = named[1].lower().replace("lamda", "lambda")
    return word.capitalize() if letter.isupper() else word


def _missing(missing: list[str], needed: list[str], spelling: Spelling) -> BackpropError:
    those = ", ".join(missing)
    add = " ".join(spelling(name) for name in missing[:6]) + (" …" if len(missing) > 6 else "")
    what = f"no value for {those}" if len(missing) <= 6 else f"no value for {len(missing)} inputs"
    listed = f"{', '.join(needed[:12])}{', …' if len(needed) > 12 else ''}"
    return BackpropError(what, hint=f"the formula needs {listed}: add {add}")


def _unknown(expression: Expression, name: str, needed: list[str]) -> BackpropError:
    if any(statement.name == name for statement in expression.statements):
        return BackpropError(f"'{name}' is a step of the program and gets no value")
    hint = did_you_mean(name, needed)
    inputs = f"its inputs are {', '.join(needed[:12])}" if needed else "it has no inputs"
    return BackpropError(f"the formula has no input '{name}'", hint=hint or inputs)


def read_given(
    pairs: Iterable[tuple[str, str]], files: Iterable[str], seed: int
) -> dict[str, Value]:
    """The values of `--NAME TEXT` and of `--inputs FILE`.

    Raises:
        BackpropError: for a value that cannot be read, or a name that is given twice.
    """
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    elements = 0
    for place, name, value in _each_given(pairs, files, seed):
        if name in values:
            both = "" if place == places[name] else f": in {places[name]} and {place}"
            raise BackpropError(f"'{name}' is given twice{both}")
        elements += getattr(value, "size", 1)
        if elements > MAX_ELEMENTS:
            raise BackpropError(f"the inputs have more than {MAX_ELEMENTS:,} elements together")
        values[name], places[name] = value, place
    return values


def _each_given(
    pairs: Iterable[tuple[str, str]], files: Iterable[str], seed: int
) -> Iterator[tuple[str, str, Value]]:
    """Where each value is given, its name, and the value."""
    for path in files:
        from backprop_cli.inputs.tables import read_inputs

        for name, item in read_inputs(path).items():
            yield path, name, _from_file(name, item, path, seed)
    for name, text in pairs:
        yield "on the command line", name, read_given_value(name, text, seed)


def read_given_value(name: str, text: str, seed: int) -> Value:
    """The value of `3`, `[1,2]`, `randn(3)` or `@file`."""
    text = text.strip()
    if not text.startswith("@"):
        return read_value(name, text, seed)
    from backprop_cli.inputs.arrays import read_array

    return read_array(name, text[1:])


def _from_file(name: str, item: Any, path: str, seed: int) -> Value:
    """A value as a file of inputs gives it: a number, a list, or text as one would type it."""
    if isinstance(item, str):
        if item.strip().startswith("@"):
            what = f"{path}: '{name}' names another file"
            raise BackpropError(what, hint="a file of inputs may hold values only")
        return read_value(name, item, seed)
    return as_value(name, item)
