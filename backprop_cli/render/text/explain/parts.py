"""The parts of the screen, in the order in which the lecture tells them: one part, one row."""

from collections.abc import Collection
from typing import NamedTuple


class Part(NamedTuple):
    """One part of the screen."""

    name: str
    beside: tuple[str, ...] | None = None
    """What is shown with it where it is the one part asked for; None where it cannot be."""
    with_sections: bool = False
    """Whether it is shown beside sections that were asked for."""
    optional: bool = True
    """Whether it can be left out by its name; else it follows from what else is shown."""


_FOLDED = ("folded",)
_NOTED = ("folded", "notes")

PARTS: tuple[Part, ...] = (
    Part("formula", with_sections=True),
    Part("folded", with_sections=True),
    Part("circuit", beside=_FOLDED),
    Part("forward", beside=_NOTED),
    Part("backward", beside=_NOTED),
    Part("gradients", beside=_NOTED),
    Part("both", optional=False),
    Part("sections", optional=False),
    Part("notes", with_sections=True),
)
BY_NAME = {part.name: part for part in PARTS}
ALONE = tuple(part.name for part in PARTS if part.beside is not None)
"""What can be asked for alone."""
OPTIONAL = tuple(part.name for part in PARTS if part.optional)
"""What can be left out."""


def shown(
    only: str | None, without: Collection[str], sections: bool, words: bool = False
) -> tuple[str, ...]:
    """The names of the parts that are shown.

    Args:
        only: the one part that was asked for.
        without: parts that are left out.
        sections: whether sections were asked for, which are shown instead of the usual parts.
        words: whether the backward pass is told in words, also before a section.
    """
    if sections:
        wanted = [part.name for part in PARTS if part.with_sections]
    else:
        wanted = [*OPTIONAL] if only is None else [only, *(BY_NAME[only].beside or ())]
    names = {name for name in wanted if name not in without}
    if sections and words:
        names.add("backward")
    if sections:
        names.add("sections")
    elif "folded" in names and names & {"gradients", "backward"}:
        names.add("both")
    return tuple(part.name for part in PARTS if part.name in names)
