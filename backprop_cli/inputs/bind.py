"""Match the names of a formula with the values that were given for them."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.graph.functions import CONSTANTS, check_functions
from backprop_cli.graph.shapes import MAX_ELEMENTS
from backprop_cli.inputs.arrays import read_array
from backprop_cli.inputs.tables import read_inputs
from backprop_cli.inputs.values import Value, as_value, read_value
from backprop_cli.language.syntax import Expression

Spelling = Callable[[str], str]
"""How the user would write that an input has a value: `--x VALUE` or `x=VALUE`."""


def bind(
    expression: Expression, given: Mapping[str, Value], spelling: Spelling
) -> dict[str, Value]:
    """The value of each input of `expression`.

    Raises:
        BackpropError: for a missing input or one that the formula does not have.
    """
    check_functions(expression, given)
    free = expression.free_names()
    values: dict[str, Value] = {}
    for typed, value in given.items():
        name = name_in(free, typed)
        if name in values:
            raise BackpropError(f"'{name}' is given twice")
        values[name] = value
    needed = [name for name in free if name not in CONSTANTS or name in values]
    for name in values:
        if name not in free:
            raise _unknown(expression, name, needed)
    missing = [name for name in needed if name not in values]
    if missing:
        raise _missing(missing, needed, spelling)
    return {name: values[name] for name in needed}


def name_in(names: Iterable[str], name: str) -> str:
    """The input that was meant: `theta` may be typed for θ, `w_0` only for w_0."""
    name = unicodedata.normalize("NFKC", name)
    if name in names:
        return name
    latin = {_latin(other): other for other in names if not other.isascii()}
    # Where there is no θ, theta means Θ.
    lower = {spelt.lower(): other for spelt, other in latin.items()}
    return latin.get(name) or lower.get(name) or name


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
    elements = 0
    for name, value in _each_given(pairs, files, seed):
        if name in values:
            raise BackpropError(f"'{name}' is given twice")
        elements += getattr(value, "size", 1)
        if elements > MAX_ELEMENTS:
            raise BackpropError(f"the inputs have more than {MAX_ELEMENTS:,} elements together")
        values[name] = value
    return values


def _each_given(
    pairs: Iterable[tuple[str, str]], files: Iterable[str], seed: int
) -> Iterator[tuple[str, Value]]:
    for path in files:
        for name, item in read_inputs(path).items():
            yield name, _from_file(name, item, path, seed)
    for name, text in pairs:
        yield name, read_given_value(name, text, seed)


def read_given_value(name: str, text: str, seed: int) -> Value:
    """The value of `3`, `[1,2]`, `randn(3)` or `@file`."""
    text = text.strip()
    return read_array(name, text[1:]) if text[:1] == "@" else read_value(name, text, seed)


def _from_file(name: str, item: Any, path: str, seed: int) -> Value:
    """A value as a file of inputs gives it: a number, a list, or text as one would type it."""
    if isinstance(item, str):
        if item.strip().startswith("@"):
            what = f"{path}: '{name}' names another file"
            raise BackpropError(what, hint="a file of inputs may hold values only")
        special = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
        return read_value(name, special.get(item, item), seed)
    return as_value(name, item)
