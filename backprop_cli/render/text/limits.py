"""What is too large to be looked at is refused, with a way to have it all the same."""

from backprop_cli.errors import BackpropError


def refuse_more(count: int, things: str, task: str, most: int) -> None:
    """See that there are no more than can be shown.

    Args:
        count: how many there are.
        things: what they are: "gates".
        task: what was to be done with them: "to draw".
        most: how many there may be.

    Raises:
        BackpropError: if there are more.
    """
    if count > most:
        what = f"{count:,} {things} are too many {task}, {most:,} at most"
        raise BackpropError(what, hint="--format json writes them all")
