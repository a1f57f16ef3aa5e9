"""Tables: aligned, whole numbers, styles that end where their text ends."""

from rich.console import Console
from rich.text import Text

from backprop_cli.render.table import Column, table_lines, table_pieces


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


def test_rows_are_the_same_whether_rich_lays_them_out_or_not() -> None:
    rows = [("x", Text("1 ", "green")), ("é[b]", Text("-2 ")), ("y", ""), ("", "3 ")] * 50
    columns = [Column("name", style="bold"), Column("v", number=True, min_width=6)]
    _, *lines = table_lines(columns, rows)
    for late, early in zip(lines[-20:], lines[:20], strict=True):
        assert late.plain == early.plain
        assert _styled(late) == _styled(early)


def _styled(line: Text) -> list[tuple[str, str]]:
    """Every letter with its style; that of a blank is not seen."""
    segments = line.render(Console(force_terminal=True, width=80))
    return [(c, str(style)) for text, style, _ in segments for c in text if c != " "]


def test_a_table_in_pieces_never_grows_narrower() -> None:
    rows = ((str(n), "end") for n in range(99_000, 100_300))
    lines = [line.plain for line in table_pieces([Column("n"), Column("e")], rows)]
    assert len(lines) == 1_301
    assert lines[0].split() == ["n", "e"]
    assert {line.index("end") for line in lines[1:]} == {9, 10}
    assert (lines[1], lines[-1]) == ("  99000  end", "  100299  end")


def test_a_long_table_has_the_same_columns_in_every_chunk() -> None:
    rows = [(str(n), str(n)) for n in range(1_200)]
    lines = table_lines([Column(), Column(number=True)], rows)
    assert len(lines) == 1_200
    assert {len(line.plain) for line in lines} == {12}
