"""Write the LALR tables that Lark derives from each grammar file.

Deriving the tables takes Lark a tenth of a second, more than everything else
that `explain` does, so it happens here, once, when the grammar changes. Lark is
needed by this module and by the tests, never by a user.

    python -m backprop_cli.language.generate
"""

from pathlib import Path
from typing import Any, NamedTuple

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

Written by `python -m backprop_cli.language.generate`; a test says when it is stale.
A terminal is known by its position in `TERMINALS`, from 1, which is also its group
in a regular expression that joins `PATTERNS`; a non-terminal by the next numbers.
"""

'''


def lark_parser(grammar: Grammar, **options: Any) -> Any:
    """Lark's own parser of a grammar: the second opinion of our tests."""
    from lark import Lark

    return Lark(grammar.text, parser="lalr", start=grammar.start, **options)


def tables_source(grammar: Grammar) -> str:
    """The Python source of the module of tables."""
    parser = lark_parser(grammar, lexer="basic")
    table = parser.parser.parser._parse_table
    terminals = [t.name for t in _in_file_order(parser.terminals, grammar.text)]
    patterns = {t.name: t.pattern.to_regexp() for t in parser.terminals}
    rules = list(dict.fromkeys(parser.rules))
    origins = dict.fromkeys(rule.origin.name for rule in rules)
    symbols = ["$END", *terminals, *origins]
    number = {name: position for position, name in enumerate(symbols)}

    order = _from_start(table, number, grammar.start)
    place = {state: position for position, state in enumerate(order)}
    states = [
        {
            symbol: place[argument] if action.name == "Shift" else ~rules.index(argument)
            for symbol, (action, argument) in _moves(table, state, number)
        }
        for state in order
    ]

    return HEADER.format(grammar=grammar.name) + "\n".join(
        [
            _listing("TERMINALS", "tuple[str, ...]", "()", [repr(name) for name in terminals]),
            _listing("PATTERNS", "tuple[str, ...]", "()", [repr(patterns[t]) for t in terminals]),
            "# (non-terminal, how many symbols it takes, the action that joins them or None)",
            _listing(
                "RULES",
                "tuple[tuple[int, int, str | None], ...]",
                "()",
                [repr((number[r.origin.name], len(r.expansion), _action(r))) for r in rules],
            ),
            "# For each state: symbol -> the state to go to, or ~rule to reduce by.",
            _listing("STATES", "tuple[dict[int, int], ...]", "()", [repr(s) for s in states]),
            f"START = {place[table.start_states[grammar.start]]}",
            f"END = {place[table.end_states[grammar.start]]}",
            "",
        ]
    )


def _moves(table: Any, state: Any, number: dict[str, int]) -> list[tuple[int, Any]]:
    """The row of a state: symbol -> action, in the order of the symbols."""
    row = table.states[state].items()
    return sorted((number[name], move) for name, move in row if name in number)


def _from_start(table: Any, number: dict[str, int], start: str) -> list[Any]:
    """The states as they are met from the start: Lark's own numbers differ from run to run."""
    order = [table.start_states[start]]
    for state in order:
        for _, (action, argument) in _moves(table, state, number):
            if action.name == "Shift" and argument not in order:
                order.append(argument)
    return order


def _action(rule: Any) -> str | None:
    """What joins the symbols of a complete rule: its alias; without one, the first is kept."""
    return str(rule.alias) if rule.alias else None


def _in_file_order(terminals: list[Any], text: str) -> list[Any]:
    """The terminals as the file lists them: the first that fits wins."""
    return sorted(terminals, key=lambda terminal: text.index(f"\n{terminal.name}:"))


def _listing(name: str, type_hint: str, brackets: str, rows: list[str]) -> str:
    opening, closing = brackets[0], brackets[1]
    lines = "".join(f"    {row},\n" for row in rows)
    return f"{name}: {type_hint} = {opening}\n{lines}{closing}\n"


if __name__ == "__main__":
    for each in (FORMULAS, QUESTIONS):
        each.tables.write_text(tables_source(each), encoding="utf-8")
        print(f"wrote {each.tables.name}")
