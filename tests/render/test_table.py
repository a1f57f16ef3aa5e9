"""Tables: aligned, whole numbers, styles that end where their text ends."""

from rich.console import Console
from rich.text import Text

from backprop_cli.render.table import Column, table_lines


def test_numbers_end_together_and_headers_stand_above() -> None:
    lines = table_lines(
        [Column("name"), Column("value", number=True)], [("x", "1"), ("long", "-20")]
    )
    assert [line.plain for line in lines] == ["  name  value", "  x         1", "  long    -20"]


def test_a_styled_line_can_be_printed_in_colour() -> None:
    rows = [("x", Text("1", "green")), ("y", "")]
    console = Console(force_terminal=True, width=80, record=True)
    for line in table_lines([Column(style="bold"), Column("v", style="red")], rows):
        assert all(0 <= span.start <= span.end <= len(line.plain) for span in line.spans)
        console.print(line)


def test_a_long_table_has_the_same_columns_in_every_chunk() -> None:
    rows = [(str(n), str(n)) for n in range(1_200)]
    lines = table_lines([Column(), Column(number=True)], rows)
    assert len(lines) == 1_200
    assert {len(line.plain) for line in lines} == {12}
