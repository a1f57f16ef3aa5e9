"""How much the code of a student may use."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one run may use, of a student's file and all that we ask of it."""

    cpu: int = 5
    """Seconds of computing."""
    wall: float = 20.0
    """Seconds on the clock: sleeping costs no computing. Wide, since the machine may be busy."""
    memory: int = 512 * MIB
    """Bytes of memory, beyond what Python and NumPy take."""
    processes: int = 2
    """Processes and threads of its user: itself, and the one that guards it."""
    file: int = 8 * MIB
    """Bytes of one file that it writes."""
    scratch: int = 16 * MIB
    """Bytes of all files in its private /tmp."""
    descriptors: int = 32
    """Files that may be open at a time."""
    printed: int = MIB
    """Bytes that it may print; more ends the run."""
    reply: int = MIB
    """Bytes of one reply to us; more ends the run."""
    replies: int = 8 * MIB
    """Bytes of all replies together; more ends the run."""
    file_wall: float = 60.0
    """Seconds on the clock for all gates of one file: no run begins after them."""
