"""Refuse the calls to the kernel that no arithmetic needs, so that less of it can be attacked."""

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import Any

SYSTEMS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machine -> what the kernel calls it."""

REFUSED: dict[str, tuple[int, int]] = {
    # Call -> its numbers in the order of SYSTEMS.
    "socket": (41, 198),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
ANY_NEW_NAMESPACE = 0x7E020080

SET_SECCOMP, BY_FILTER = 22, 2
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, RETURN = 0x20, 0x06
IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT = 0x15, 0x35, 0x45
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
OTHER_ABI = 0x40000000
"""The numbers from here on are a second way to the same calls, on x86-64."""

Instruction = tuple[int, int, int, int]
"""What to do, how many to skip if it is so and if not, and a number."""


def refuse_calls() -> None:
    """From now on the kernel refuses `REFUSED`; on other systems nothing happens.

    Raises:
        OSError: if the kernel can filter calls, and would not.
    """
    machine = platform.machine()
    if not sys.platform.startswith("linux") or machine not in SYSTEMS or sys.maxsize < 2**32:
        return
    code = b"".join([struct.pack("HBBI", *instruction) for instruction in _program(machine)])
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(code) // 8, ctypes.addressof(kept))
    libc: Any = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, BY_FILTER, program, 0, 0) != 0:
        number = ctypes.get_errno()
        if number != errno.EINVAL:
            raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(machine: str) -> list[Instruction]:
    place = list(SYSTEMS).index(machine)
    refused = [numbers[place] for numbers in REFUSED.values()]
    return [
        (LOAD, 0, 0, MACHINE),
        (IF_EQUAL, 1, 0, SYSTEMS[machine]),
        # A program of 32 bits has other numbers.
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_refused_if(IF_AT_LEAST, OTHER_ABI, errno.EPERM),
        *(each for number in refused for each in _refused_if(IF_EQUAL, number, errno.EPERM)),
        # Without it, libc takes `clone`, whose flags can be seen from here.
        *_refused_if(IF_EQUAL, CLONE3[place], errno.ENOSYS),
        (IF_EQUAL, 0, 3, CLONE[place]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *_refused_if(IF_ANY_BIT, ANY_NEW_NAMESPACE, errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]


def _refused_if(test: int, number: int, error: int) -> list[Instruction]:
    return [(test, 0, 1, number), (RETURN, 0, 0, REFUSE | error)]
