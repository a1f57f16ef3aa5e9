"""Read names and values from a table: TOML or JSON, of which nothing is believed."""

import re
from os.path import splitext
from typing import Any

from backprop_cli.errors import BackpropError
from backprop_cli.inputs.files import opened
from backprop_cli.language.parsing.lexer import MAX_SOURCE


def read_inputs(path: str) -> dict[str, Any]:
    """The values that a .toml or .json file gives: name -> number, list or text.

    Raises:
        BackpropError: if the file is missing, too large, not a table, or not in the format.
    """
    suffix = splitext(path)[1].lower()
    if suffix not in (".toml", ".json"):
        raise BackpropError(f"{path}: inputs are read from .toml and .json files")
    with opened(path, "inputs", regular=True) as file:
        data = file.read(MAX_SOURCE + 1)
    if len(data) > MAX_SOURCE:
        raise BackpropError(f"{path} is larger than {MAX_SOURCE // 2**20} MiB")
    table = parse_json(data, path) if suffix == ".json" else parse_toml(data, path)
    if not isinstance(table, dict):
        raise BackpropError(f"{path} does not give names and values")
    return table


def parse_json(data: bytes, path: str) -> Any:
    """The content of a JSON file; a key given twice is an error.

    Raises:
        BackpropError: if it is not JSON, or is nested too deeply.
    """
    import json

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BackpropError(f"{path}: '{key}' is given twice")
            found[key] = value
        return found

    try:
        return json.loads(data, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BackpropError(f"{path} is not JSON: {error.msg} ({where})") from None
    except UnicodeDecodeError:
        raise BackpropError(f"{path} is not JSON") from None
    except ValueError:
        raise BackpropError(f"{path}: a number has too many digits") from None
    except RecursionError:
        raise BackpropError(f"{path} is nested too deeply") from None


MAX_PARTS = 50

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?m:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{MAX_PARTS}}}")
"""A key of too many parts. The memory that tomllib takes for a key grows with the parts squared."""


def _line_of(error: ValueError) -> int | None:
    """The line of a TOML error: a field since Python 3.14, and before that words of tomllib."""
    line = getattr(error, "lineno", None)
    if line is None:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else None
    return line


_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


def parse_toml(data: bytes, path: str) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        BackpropError: if it is not TOML, is nested too deeply, or has a key of too many parts.
    """
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        if _LONG_KEY.search(text):
            raise BackpropError(f"{path}: a key has more than {MAX_PARTS} parts")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BackpropError(f"{path} is not TOML: {error}", line=_line_of(error)) from None
    except UnicodeDecodeError:
        raise BackpropError(f"{path} is not a text file in UTF-8") from None
    except ValueError:
        raise BackpropError(f"{path}: a number has too many digits") from None
    except RecursionError:
        raise BackpropError(f"{path} is nested too deeply") from None
