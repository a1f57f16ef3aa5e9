"""JSON that stays text wherever it is pasted: no NaN, no control characters, no tags."""

import json
from math import isfinite
from typing import Any

_TAGS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_text(value: Any, indent: int | None = None) -> str:
    """The value as ASCII; "NaN", "Infinity" and "-Infinity" where JSON has no number."""
    try:
        text = json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        text = json.dumps(_spelt(value), indent=indent, allow_nan=False)
    # Outside of strings JSON has none of these, and inside an escape means the same.
    return text.translate(_TAGS)


def _spelt(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _spelt(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value
