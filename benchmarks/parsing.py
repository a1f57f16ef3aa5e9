"""How long does a token take to parse, from a hundred to a million of them?"""

from common import Table, in_turn, show, sizes
from lark import Lark

from backprop_cli.language.parser import parse
from backprop_cli.resources import data_folder

NOTE = """\
Microseconds a token, from text to expression. Lark's own LALR parser, which builds a plain tree
of the same grammar, is beside it up to 10,000 tokens; ours runs on tables that Lark derived."""

HEAD = ("tokens", "ours", "Lark", "Lark / ours", "ours / fastest")


def table(most: int = 1_000_000) -> Table:
    grammar = data_folder("grammars").joinpath("expression.lark").read_text(encoding="utf-8")
    lark = Lark(grammar, parser="lalr", start="program")
    rows: list[tuple[str, float, float | None]] = []
    for size in sizes(100, most):
        text = "x" + "+x*2" * (size // 4)
        sides = [lambda text=text: parse(text)]
        if size <= 10_000:
            sides.append(lambda text=text: lark.parse(text))
        seconds = in_turn(sides, rounds=5, calls=max(1, 2_000 // size))
        times = [taken / size * 1e6 for taken in seconds]
        rows.append((f"{size:,}", times[0], times[1] if len(times) > 1 else None))
    fastest = min(ours for _, ours, _ in rows)
    return Table(
        HEAD,
        [
            (
                size,
                f"{ours:.2f}",
                f"{theirs:.2f}" if theirs else "",
                f"{theirs / ours:.1f}" if theirs else "",
                f"{ours / fastest:.2f}",
            )
            for size, ours, theirs in rows
        ],
    )


if __name__ == "__main__":
    show(table)
