"""Rules that run along an axis see that there is one."""

from backprop_cli.gates.shapes import Misfit, Shape


def check_axis(shape: Shape, axis: int) -> None:
    """See that a value of this shape has the axis.

    Raises:
        Misfit: if it has not.
    """
    if axis >= len(shape):
        raise Misfit("no-axis", axis=axis, shape=shape)
