"""Change what is right by a little: bytes, words, lines, and values in the places of others."""

import json
import re
from collections.abc import Sequence
from random import Random
from typing import Any

MOST_BYTES = 20_000
"""What grows beyond is cut: large inputs have tests of their own."""

WORDS = [
    word.encode("utf-8", "surrogatepass")
    for word in [
        "", "nan", "inf", "-inf", "NaN", "Infinity", "1e400", "-0.0", "1e-400", "9" * 400, "-1", "0", "1", "2147483648",
        "18446744073709551616", "1_000", "0x10", "1/0", "9^9^9^9", "null", "true", "false", "[]", "{}", '""', "[[]]",
        "[1,[2]]", "\x00", "\x1b[2J", "\ud800", "\u202e", "\u0301" * 50, "１", "π", "½", "−", "∂f/∂x", "‖", "²", "\r",
        "\r\n", "\n", "\ufeff", "=1+1", "../..", "'", '"', "`", "\\", "-" * 199, "(" * 300, "[" * 300, "{" * 300, "**",
        "^", "@", ".T", "x", "f", "q = x;", "lambda", "def f(x):", "return", r"\frac", r"\sum_{i=1}^{n}", "{= df/dx}",
        "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "1979-05-27", "sum(", "mean(x)", "randn(3)", "zeros(0)",
        "e", "i", "if x else y", "for i in range(9):", "import os", "[code]", "[[questions]]", "schema = 3",
    ]
]  # fmt: skip
"""What went wrong somewhere once, and what begins or ends things."""

VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 10**30, 10**400, 0.5, -0.0, float("nan"), float("inf"), float("-inf"), "", "x", "nan",
    "\x00", "\ud800", "\u202e", "9999-12-31T23:59:59Z", [], {}, [[]], [None], [1, "x"], {"": None}, "a" * 3000,
    [[[[[1]]]]], "df/dx", [["f", 1]],
]  # fmt: skip

TOKEN = re.compile(rb"\w+|\s+|.", re.DOTALL)
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def mutated(data: bytes, others: Sequence[bytes], draw: Random) -> bytes:
    """The data with one to four changes; `others` are what pieces may be taken from."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        data = draw.choice(CHANGES)(data, others, draw)[:MOST_BYTES]
    return data


def _flip(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    if not data:
        return bytes([draw.randrange(256)])
    place = draw.randrange(len(data))
    return data[:place] + bytes([draw.randrange(256)]) + data[place + 1 :]


def _insert(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + draw.choice(WORDS) + data[place:]


def _cut(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    begin, end = sorted((draw.randint(0, len(data)), draw.randint(0, len(data))))
    end = end if draw.random() < 0.3 else min(end, begin + 8)
    return data[:begin] + data[end:]


def _double(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    begin, end = sorted((draw.randint(0, len(data)), draw.randint(0, len(data))))
    end = end if draw.random() < 0.3 else min(end, begin + 40)
    return data[:end] + data[begin:end] * draw.choice((1, 1, 20)) + data[end:]


def _token(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    """A word, mark or blank lost, doubled, moved, or in the place of another."""
    tokens = TOKEN.findall(data)
    if not tokens:
        return draw.choice(WORDS)
    place, other = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    kind = draw.randrange(4)
    if kind == 0:
        del tokens[place]
    elif kind == 1:
        tokens[place] = draw.choice(WORDS)
    elif kind == 2:
        tokens[place], tokens[other] = tokens[other], tokens[place]
    else:
        tokens[place] = tokens[other]
    return b"".join(tokens)


def _number(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    found = list(NUMBER.finditer(data))
    if not found:
        return _insert(data, _, draw)
    one = draw.choice(found)
    return data[: one.start()] + draw.choice(WORDS[:20]) + data[one.end() :]


def _line(data: bytes, others: Sequence[bytes], draw: Random) -> bytes:
    """A line lost, doubled, moved, or taken from another."""
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    if draw.random() < 0.3:
        del lines[place]
    elif draw.random() < 0.5:
        lines.insert(draw.randrange(len(lines) + 1), lines[place])
    else:
        lines.insert(place, draw.choice(draw.choice(others).split(b"\n")))
    return b"\n".join(lines)


def _splice(data: bytes, others: Sequence[bytes], draw: Random) -> bytes:
    other = draw.choice(others)
    return data[: draw.randint(0, len(data))] + other[draw.randint(0, len(other)) :]


def _value(data: bytes, _: Sequence[bytes], draw: Random) -> bytes:
    """Where a line is JSON: a value or a key of another kind somewhere in it."""
    lines = data.split(b"\n")
    place = draw.randrange(len(lines))
    try:
        tree = json.loads(lines[place])
    except (ValueError, RecursionError):
        return _token(data, _, draw)
    lines[place] = json.dumps(with_other_value(tree, draw)).encode()
    return b"\n".join(lines)


def with_other_value(tree: Any, draw: Random) -> Any:
    """A tree of JSON in which one place holds something else."""
    places: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        )
        for key in list(keys):
            places.append((node, key))
            waiting.append(node[key])
    if not places or draw.random() < 0.02:
        return draw.choice(VALUES)
    node, key = draw.choice(places)
    if draw.random() < 0.15:
        del node[key]
    elif isinstance(node, dict) and draw.random() < 0.15:
        node[draw.choice(["", "x", "student", "\ud800", key + key])] = node.pop(key)
    else:
        node[key] = draw.choice(VALUES) if draw.random() < 0.8 else draw.choice(places)[0]
        if _is_endless(tree):
            node[key] = None
    return tree


def _is_endless(tree: Any) -> bool:
    try:
        json.dumps(tree)
    except (ValueError, RecursionError):
        return True
    return False


CHANGES = (_flip, _insert, _cut, _double, _token, _token, _number, _line, _splice, _value, _value)
