"""A program in its parts: what it says of itself, what it needs, its passes, what it prints."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from backprop_cli.autodiff.trace import Trace
from backprop_cli.errors import inert
from backprop_cli.render.python.names import CodeNames

MAX_LINE_CHARS, MAX_LINES = 90, 10
"""Characters of the longest line of the formula that is quoted, and how many such lines."""

BLOCKS_PER_PIECE = 500
"""Blocks that are compiled together: Python's compiler takes a hundred times its text in memory."""


class CodeSection(NamedTuple):
    """Some lines that belong together, in blocks none of which can be torn apart."""

    title: str
    blocks: list[list[str]]
    apart: bool = False
    """Whether an empty line stands before each block."""


class Program(NamedTuple):
    """A program."""

    title: list[str]
    imports: str
    """The line that imports the library, if it is used."""
    setting: str
    """A line that sets it up; empty where there is none."""
    helpers: Mapping[str, str]
    """Functions that may be called: name -> definition."""
    definitions: Sequence[str]
    """Classes that are used."""
    sections: list[CodeSection]
    ending: list[str]
    """Prints the gradients."""

    def text(self) -> Iterator[str]:
        """The program, in pieces."""
        yield from (f"{line}\n" for line in self.title)
        yield from self._preamble()
        for section in self.sections:
            yield f"\n# {section.title}\n" if section.title else "\n"
            for number, block in enumerate(section.blocks):
                yield "\n" * (section.apart and number > 0)
                yield from (f"{line}\n" for line in block)
        if self.ending:
            yield "\n"
            yield from (f"{line}\n" for line in self.ending)

    def parts(self) -> Iterator[str]:
        """What it does, without what it prints, in parts that can be run one after the other."""
        yield "".join(self._preamble())
        blocks = chain.from_iterable(section.blocks for section in self.sections)
        while some := list(islice(blocks, BLOCKS_PER_PIECE)):
            yield "\n".join(chain.from_iterable(some))

    def _preamble(self) -> Iterator[str]:
        """The import and the definitions, if they are used."""
        called = self._called()
        helpers = [text for name, text in self.helpers.items() if name in called]
        helpers += self.definitions
        module = self.imports.split()[-1] if self.imports else ""
        if self.setting or module in called or any(name in called for name in self.helpers):
            yield f"\n{self.imports}\n"
        if self.setting:
            yield f"\n{self.setting}\n"
        yield from (f"\n\n{text}" for text in helpers)
        if helpers:
            yield "\n"

    def _called(self) -> set[str]:
        """The words that stand before a dot or a bracket."""
        lines = (
            line
            for section in self.sections
            for block in section.blocks
            for line in block
            if not line.startswith("#")
        )
        every = chain(self.definitions, lines, self.ending)
        return {word for text in every for word in _BEFORE.findall(text)}


_BEFORE = re.compile(r"(?<![\w.])([^\W\d]\w*)(?=[.(])")


def title(trace: Trace, names: CodeNames, said: str) -> list[str]:
    """The first lines: what this is, the formula, and what has another name here.

    The formula stands below the second line: in the first two Python would look for a coding.
    """
    lines = [f"# {said}", "#"]
    source = [line.strip() for line in trace.expression.splitlines() if line.strip()]
    lines += [f"#     {_cut(line)}" for line in source[:MAX_LINES]]
    if len(source) > MAX_LINES:
        lines.append(f"#     … {len(source) - MAX_LINES:,} more lines")
    renamed = [f"{_cut(name)} is {now}" for name, now in islice(names.renamed.items(), MAX_LINES)]
    if renamed:
        more = ", …" if len(names.renamed) > MAX_LINES else ""
        lines += ["#", f"# Names that Python cannot have: {', '.join(renamed)}{more}."]
    return lines


def _cut(text: str) -> str:
    shown = inert(text)
    return shown if len(shown) <= MAX_LINE_CHARS else f"{shown[:MAX_LINE_CHARS]}…"
