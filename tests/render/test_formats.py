"""What every format owes: nothing that was typed acts, whoever reads what was written."""

import unicodedata

import pytest
from helpers import run

from backprop_cli.render.format_options import FormatOptions
from backprop_cli.render.formats import FORMATS, Format

ATTACK = "\x1b]0;owned\x07\x1b[2J\x00\x9b\u202e\u2066\u2028</script><img onerror=a>\\input{b}\"'`"
TEXTS = [format_ for format_ in FORMATS if format_.name != "png"]
MARKUP = {"html": "<img", "svg": "<img", "dot": "\\input", "latex": "\\input{", "tikz": "\\input{"}
"""What of it would act in each."""


@pytest.mark.parametrize("format_", TEXTS, ids=lambda format_: format_.name)
def test_nothing_of_a_comment_acts(format_: Format) -> None:
    t = run(f"(x+y)*z # {ATTACK}", x=1, y=2, z=3)
    text = "".join(map(str, format_.view(t, FormatOptions())))
    acting = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")} - {"\n"}
    assert not acting
    assert MARKUP.get(format_.name, "\n\n\n\n") not in text.replace("\\\\input", "")
