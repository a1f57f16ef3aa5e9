"""`backprop lessons new`: begin a lesson from a template."""

from pathlib import Path

import click

from backprop_cli.errors import BackpropError


@click.command()
@click.argument("name")
@click.option(
    "-o", "--output", "path", metavar="FILE", help="Write to this file (default NAME.toml)."
)
def new(name: str, path: str | None) -> None:
    """Write a template, which passes the check as it is."""
    from backprop_cli.lessons.authoring.steps import NAME
    from backprop_cli.lessons.authoring.template import template
    from backprop_cli.render.export import write_file

    if not NAME.fullmatch(name):
        what = f"'{name}' is no name of a lesson"
        raise BackpropError(what, hint="small letters, digits and hyphens: my-lesson")
    target = path or f"{name}.toml"
    if Path(target).exists():
        raise BackpropError(f"{target} already exists", hint="choose another name")
    write_file(target, [template(name)])
    click.echo(f"wrote {target}", err=True)
