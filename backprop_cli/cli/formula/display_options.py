"""What of a run the table shows: the options that choose it, and which of them contradict."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from backprop_cli.cli.formula.formula import Backwards
from backprop_cli.cli.formula.formula_command import OneOrTwo
from backprop_cli.cli.options import grouped
from backprop_cli.errors import BackpropError, did_you_mean
from backprop_cli.render.text.explain.parts import ALONE, BY_NAME, OPTIONAL, shown
from backprop_cli.render.text.explain.sections import BY_OPTION, SECTIONS, Section


class Shown(NamedTuple):
    """What the user chose to see in the table."""

    only: str | None
    without: tuple[str, ...]
    step: bool
    words: bool
    checked: bool
    everything: bool
    sections: Mapping[str, str]
    """Sections that were asked for: option -> argument."""

    @property
    def options(self) -> Mapping[str, object]:
        """Each option by the name that was typed, and what was given for it."""
        return {
            "--only": self.only,
            "--no": self.without,
            "--step": self.step,
            "--words": self.words,
            "--check": self.checked,
            "--all": self.everything,
            **dict.fromkeys(self.sections, True),
        }

    @property
    def backwards(self) -> Backwards:
        """Whether what is shown needs the backward pass."""
        if self.only == "forward":
            return Backwards.NO
        needs = any(BY_OPTION[option].gradients for option in self.sections)
        return Backwards.YES if needs or not self.sections else Backwards.WHERE_KNOWN

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the screen that are shown."""
        return shown(self.only, self.without, bool(self.sections), self.words)

    def contradictions(self, passes: Mapping[str, object]) -> None:
        """See that no two options exclude each other: that is an error, not a silent choice.

        Args:
            passes: what was given for `--wrt`, `--data` and `--upstream`.
        """
        only, without = self.only, self.without
        self._of_sections(passes)
        if only and only in without:
            raise BackpropError(f"--only {only} and --no {only} cannot be combined")
        if self.words and only in ("forward", "gradients", "circuit"):
            raise BackpropError(f"--words tells the backward pass, and --only {only} leaves it out")
        if self.words and "backward" in without:
            raise BackpropError("--words tells the backward pass, and --no backward leaves it out")
        if self.checked and only in ("forward", "circuit"):
            raise BackpropError(f"--check measures slopes, and --only {only} leaves them out")
        if self.step and only:
            raise BackpropError("--step and --only cannot be combined")
        if only == "forward":
            for option in [name for name, given in passes.items() if given is not None]:
                what = f"{option} is about gradients, and --only forward leaves them out"
                raise BackpropError(what)

    def _of_sections(self, passes: Mapping[str, object]) -> None:
        """See that each section is shown as it was asked for."""
        for name in self.sections:
            for option in ("--only", "--step", "--words", "--check"):
                if self.options[option] and (name, option) != ("--closed", "--words"):
                    raise BackpropError(f"{name} and {option} cannot be combined")
            for part in self.without:
                if not BY_NAME[part].with_sections:
                    raise BackpropError(f"{name} and --no {part} cannot be combined")
        heeded = {
            option
            for name, argument in self.sections.items()
            for option in BY_OPTION[name].heeds(argument)
        }
        for option in [name for name, given in passes.items() if given is not None]:
            if self.sections and _AS_WRT.get(option, option) not in heeded:
                asked = " and ".join(self.sections)
                raise BackpropError(f"{asked} and {option} cannot be combined")


_AS_WRT = {"--data": "--wrt"}
"""Whoever heeds which gradients are wanted heeds which are not."""


def _parts(given: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that are left out: of `--no circuit,forward` two."""
    parts = tuple([part.strip() for text in given for part in text.split(",")])
    for part in parts:
        if part not in OPTIONAL:
            hint = did_you_mean(part, list(OPTIONAL)) or f"there are {', '.join(OPTIONAL)}"
            raise BackpropError(f"--no: there is no part '{part}'", hint=hint)
    return parts


def _option(section: Section) -> Any:
    """The option that asks for a section."""

    def put(ctx: click.Context, param: click.Parameter, given: Any) -> None:
        sections = ctx.params.setdefault("sections", {})
        if given is not None and given is not False:
            sections[section.option] = "" if given is True else given

    more: dict[str, Any] = {"metavar": section.metavar} if section.metavar else {"is_flag": True}
    if section.pair:
        more["cls"] = OneOrTwo
    return click.option(section.option, expose_value=False, callback=put, help=section.help, **more)


_OPTIONS = (
    click.option(
        "--only",
        type=click.Choice(ALONE),
        help="Show one part only.",
    ),
    click.option(
        "--no",
        "without",
        multiple=True,
        metavar=f"[{'|'.join(OPTIONAL)}]",
        callback=lambda ctx, param, given: _parts(given),
        help="Leave parts out: --no circuit,forward.",
    ),
    click.option("--step", is_flag=True, help="One step at each Enter; b goes back, q quits."),
    click.option("--words", is_flag=True, help="A sentence for each step."),
    click.option("--check", "checked", is_flag=True, help="Add the measured slope to each row."),
    click.option("--all", "everything", is_flag=True, help="Show every gate of a large graph."),
    *map(_option, SECTIONS),
)

shown_options = grouped("shown", Shown, _OPTIONS, "What is shown")
"""Gives a command the options that make up what is `shown`."""
