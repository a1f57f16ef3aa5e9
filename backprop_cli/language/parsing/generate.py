"""Write the LALR tables that Lark derives from each grammar file, from what `Lark.save` saves.

Importing Lark and deriving tables takes longer than everything else that `explain` does, so
it happens here, once, when the grammar changes.

    python -m backprop_cli.language.parsing.generate
"""

import io
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from lark import Lark

from backprop_cli.resources import data_folder


class Grammar(NamedTuple):
    """A grammar file, where its tables go, and the rule that everything is."""

    name: str
    tables: Path
    start: str

    @property
    def text(self) -> str:
        """The grammar, as its authors wrote it."""
        return data_folder("grammars").joinpath(self.name).read_text(encoding="utf-8")


_HERE = Path(__file__).parent

FORMULAS = Grammar("expression.lark", _HERE / "tables.py", "program")
QUESTIONS = Grammar("question.lark", _HERE / "question_tables.py", "question")

HEADER = '''"""The LALR(1) tables of `grammars/{grammar}`. Generated: do not edit.

Written by `python -m backprop_cli.language.parsing.generate`; a test says when it is stale.
"""

from backprop_cli.language.parsing.lalr import Tables

'''

SHIFT = 0
"""The number of a shift in the actions that Lark saves; the other, 1, is a reduction."""

Move = tuple[int, Any]
"""(SHIFT, next state) or (1, a reference to a rule)."""


class Saved(NamedTuple):
    """What `Lark.save` wrote."""

    terminals: dict[str, str]
    """Name -> regular expression."""
    rules: list[dict[str, Any]]
    references: dict[int, int]
    """The number by which a reduction refers to a rule -> its position in `rules`."""
    states: dict[int, dict[str, Move]]
    """State -> symbol -> what to do."""
    start: int
    end: int


def lark_parser(grammar: Grammar, **options: Any) -> Lark:
    """Lark's own parser of a grammar."""
    return Lark(grammar.text, parser="lalr", start=grammar.start, **options)


def saved(parser: Lark, start: str) -> Saved:
    """Lark's tables, from its own serialisation."""
    buffer = io.BytesIO()
    parser.save(buffer)
    content = pickle.loads(buffer.getvalue())
    memo, tables = content["memo"], content["data"]["parser"]["parser"]
    references = list(dict.fromkeys(rule["@"] for rule in content["data"]["rules"]))
    names = tables["tokens"]
    return Saved(
        {terminal.name: terminal.pattern.to_regexp() for terminal in parser.terminals},
        [memo[reference] for reference in references],
        {reference: position for position, reference in enumerate(references)},
        {
            state: {names[token]: move for token, move in row.items()}
            for state, row in tables["states"].items()
        },
        tables["start_states"][start],
        tables["end_states"][start],
    )


def tables_source(grammar: Grammar) -> str:
    """The Python source of the module of tables."""
    found = saved(lark_parser(grammar, lexer="basic"), grammar.start)
    terminals = _in_file_order(found.terminals, grammar.text)
    origins = dict.fromkeys(rule["origin"]["name"] for rule in found.rules)
    number = {name: k for k, name in enumerate(["$END", *terminals, *origins])}
    order = _from_start(found, number)
    place = {state: position for position, state in enumerate(order)}

    def move(action: Move) -> int:
        kind, argument = action
        return place[argument] if kind == SHIFT else ~found.references[argument["@"]]

    rows = [{k: move(action) for k, action in _row(found, s, number)} for s in order]
    rules = [
        (number[rule["origin"]["name"]], len(rule["expansion"]), rule["alias"])
        for rule in found.rules
    ]
    return HEADER.format(grammar=grammar.name) + "\n".join(
        [
            "TABLES = Tables(",
            _listing("terminals", terminals),
            _listing("patterns", [found.terminals[name] for name in terminals]),
            _listing("rules", rules),
            _listing("states", rows),
            f"    start={place[found.start]},",
            f"    end={place[found.end]},",
            ")",
            "",
        ]
    )


def _row(found: Saved, state: int, number: dict[str, int]) -> list[tuple[int, Move]]:
    """What to do in a state: (number of the symbol, action), in the order of the symbols."""
    row = found.states[state].items()
    return sorted((number[name], action) for name, action in row if name in number)


def _from_start(found: Saved, number: dict[str, int]) -> list[int]:
    """The states as they are met from the start: Lark's own numbers differ from run to run."""
    order = [found.start]
    for state in order:
        for _, (kind, argument) in _row(found, state, number):
            if kind == SHIFT and argument not in order:
                order.append(argument)
    return order


def _in_file_order(names: Iterable[str], text: str) -> list[str]:
    """The terminals as the file lists them: the first that fits wins."""
    return sorted(names, key=lambda name: text.index(f"\n{name}:"))


def _listing(name: str, rows: Iterable[object]) -> str:
    lines = "".join(f"        {row!r},\n" for row in rows)
    return f"    {name}=(\n{lines}    ),"


if __name__ == "__main__":
    for each in (FORMULAS, QUESTIONS):
        each.tables.write_text(tables_source(each), encoding="utf-8")
        print(f"wrote {each.tables.name}")
