"""Let the kernel refuse every call that arithmetic does not need."""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from backprop_cli.sandbox.inside import calls

SET_SECCOMP, BY_FILTER = 22, 2
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, RETURN = 0x20, 0x06
IF_EQUAL, IF_AT_LEAST = 0x15, 0x35
NUMBER, MACHINE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24
OTHER_ABI = 0x40000000
"""The numbers from here on are a second way to the same calls, on x86-64."""

Instruction = tuple[int, int, int, int]
"""What to do, how many to skip if it is so and if not, and a number."""

PERMIT: Instruction = (RETURN, 0, 0, ALLOW)


def can_filter() -> bool:
    """Whether we know the calls of this system."""
    known = platform.machine() in calls.SYSTEMS and sys.maxsize > 2**32
    return known and sys.platform.startswith("linux")


def refuse_calls() -> None:
    """From now on the kernel allows `calls.ALLOWED` only; on other systems nothing happens.

    Raises:
        OSError: if the kernel can filter calls, and would not.
    """
    if not can_filter():
        return
    program = _program(platform.machine(), os.getpid())
    code = b"".join([struct.pack("HBBI", *instruction) for instruction in program])
    kept = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HP", len(code) // 8, ctypes.addressof(kept))
    libc: Any = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, BY_FILTER, header, 0, 0) != 0:
        number = ctypes.get_errno()
        if number != errno.EINVAL:
            raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(machine: str, pid: int) -> list[Instruction]:
    """The filter for the process `pid` on a machine."""
    place = list(calls.SYSTEMS).index(machine)
    allowed = [numbers[place] for numbers in calls.ALLOWED.values()]
    return [
        (LOAD, 0, 0, MACHINE),
        (IF_EQUAL, 1, 0, calls.SYSTEMS[machine]),
        # A program of 32 bits has other numbers.
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_if(IF_AT_LEAST, OTHER_ABI, _refuse(errno.EPERM)),
        *_if(IF_AT_LEAST, calls.NEWEST, _refuse(errno.ENOSYS)),
        *(each for first, last in _ranges(allowed) for each in _if_between(first, last)),
        *_by_argument(place, pid),
        *(
            each
            for numbers in calls.NOT_THERE
            for each in _if(IF_EQUAL, numbers[place], _refuse(errno.ENOSYS))
        ),
        _refuse(errno.EPERM),
    ]


def _by_argument(place: int, pid: int) -> Iterator[Instruction]:
    """Calls that are allowed with some arguments."""
    for numbers in calls.TO_ITSELF.values():
        yield from _with(numbers[place], FIRST_ARGUMENT, (pid,), errno.EPERM)
    yield from _with(calls.LIMITS[place], FIRST_ARGUMENT, (0, pid), errno.EPERM)
    yield from _with(calls.SOCKET_PAIR[place], FIRST_ARGUMENT, (calls.UNIX,), errno.EPERM)
    yield from _with(calls.IOCTL[place], SECOND_ARGUMENT, calls.IOCTLS, errno.ENOTTY)


def _with(
    number: int | None, argument: int, values: tuple[int, ...], error: int
) -> list[Instruction]:
    """Allow a call where an argument is one of `values`, and refuse it with `error` elsewhere."""
    body = [(LOAD, 0, 0, argument)]
    body += [each for value in values for each in _if(IF_EQUAL, value, PERMIT)]
    body.append(_refuse(error))
    return [(IF_EQUAL, 0, len(body), number or 0), *body]


def _ranges(numbers: Iterable[int | None]) -> list[tuple[int, int]]:
    """Numbers as ranges, the first and the last of each."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(number for number in numbers if number is not None):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _if_between(first: int, last: int) -> list[Instruction]:
    if first == last:
        return _if(IF_EQUAL, first, PERMIT)
    return [(IF_AT_LEAST, 0, 2, first), (IF_AT_LEAST, 1, 0, last + 1), PERMIT]


def _if(test: int, number: int | None, then: Instruction) -> list[Instruction]:
    return [] if number is None else [(test, 0, 1, number), then]


def _refuse(error: int) -> Instruction:
    return (RETURN, 0, 0, REFUSE | error)
