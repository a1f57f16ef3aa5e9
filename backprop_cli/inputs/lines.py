"""Find the line of a TOML file on which a key stands: its reader gives values without lines."""

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w-]+)\s*[.=]""")


def line_of(text: str, place: str, key: str | None = None) -> int | None:
    """The line on which a key of a table stands, else that of the table; None if unknown.

    Args:
        text: the file.
        place: of the table: `` for the file, `marking`, `questions[2]`, `inputs.x`.
        key: of the table; None for the table itself.
    """
    found: int | None = None
    above, _, name = re.sub(r"\[\d+\]$", "", place).rpartition(".")
    inside = f"{place}.{key}" if place else key
    for number, where, opened, here in _lines(text):
        if opened and key is not None and where in (inside, f"{inside}[0]"):
            return number
        if opened and where == place:
            found = number
        if not opened and where == place and here == key:
            return number
        if not opened and found is None and name and (where, here) == (above, name):
            # A table within a line: x = { from = 1, to = 9 }.
            found = number
    return line_of(text, above) if found is None and above else found


def _lines(text: str) -> Iterator[tuple[int, str, bool, str]]:
    """For each line of note its number, the table, whether it opens the table, and the key."""
    counts: dict[str, int] = {}
    here, quoted = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quoted:
            quoted = "" if quoted in line else quoted
            continue
        header = _HEADER.fullmatch(line.split("#")[0].rstrip())
        if header and "=" not in header[2]:
            here = header[2].replace('"', "").replace("'", "")
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = f"{here}[{counts[here]}]"
            # [circuits.inputs] belongs to the last of [[circuits]].
            outer, dot, rest = here.partition(".")
            if dot and outer in counts:
                here = f"{outer}[{counts[outer]}].{rest}"
            yield number, here, True, ""
            continue
        match = _KEY.match(line)
        if match:
            yield number, here, False, match[1].strip("\"'")
        for quote in ('"""', "'''"):
            if line.count(quote) % 2:
                quoted = quote
