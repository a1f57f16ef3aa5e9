"""The structures of a Jacobian that have a name."""

from enum import Enum
from typing import NamedTuple


class JacobianKind(Enum):
    """Where the zeros of a Jacobian are."""

    NUMBER = "a number"
    ZERO = "zero"
    IDENTITY = "the identity"
    SCALED = "a multiple of the identity"
    ROUTER = "diagonal, each entry 0 or 1"
    DIAGONAL = "diagonal"
    PERMUTATION = "a permutation"
    ONE_A_ROW = "one entry in each row"
    ONE_A_COLUMN = "one entry in each column"
    BLOCKS = "block diagonal"
    SCALED_BLOCKS = "blocks, each a multiple of the identity"
    ONE_HOT = "one row with a single 1"
    ROW = "one row"
    DENSE = "dense"
    SPARSE = "sparse"


class Structure(NamedTuple):
    """A structure, with what its name leaves open."""

    kind: JacobianKind
    blocks: tuple[int, int, int] = (0, 0, 0)
    """Of BLOCKS: how many, and the rows and columns of each."""
    factor: float = 1.0
    """Of SCALED: the number on the diagonal. Of ONE_A_ROW and ONE_A_COLUMN: 1 if all are."""
    every: bool = True
    """Of ONE_A_ROW and ONE_A_COLUMN: whether there is one in every row, or at most one."""


class Blocks(NamedTuple):
    """Where the other factor of a product stands in the Jacobian."""

    other: int
    """Which input of the gate it is."""
    transposed: bool = False
    identity: int = 0
    """Each of its elements times the identity of this size; 0 where it stands as it is."""
    row: str = ""
    """`row` or `element` of the input on which alone row i of the output depends; empty
    where there is one block only."""
