"""Parse a formula with the tables that Lark derived from the grammar."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from backprop_cli.language.parsing.lexer import Tokens, tokenize
from backprop_cli.language.syntax import Expression
from backprop_cli.language.terms import read_terms


def parse_tokens(tokens: Tokens) -> Expression:
    """Read a formula or a program of which the tokens are known.

    Raises:
        BackpropError: with the span of what cannot be read.
    """
    with collector_paused():
        return read_terms(tokens)


def parse(source: str) -> Expression:
    """Read a formula or a program.

    Raises:
        BackpropError: with the span of what cannot be read.
    """
    with collector_paused():
        return read_terms(tokenize(source))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Terms have no cycles; looking for some in a million of them costs half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
