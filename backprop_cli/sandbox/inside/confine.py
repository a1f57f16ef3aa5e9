"""Give up rights, one by one, until only arithmetic is left."""

import ctypes
import os
import resource
import struct
import sys
from contextlib import nullcontext, suppress
from typing import Any

NEW_MOUNTS = 0x00020000
NEW_NAMES = 0x04000000 | 0x08000000  # host name, and System V's shared memory and queues
NEW_USER = 0x10000000
NEW_PROCESSES = 0x20000000
NEW_NETWORK = 0x40000000
NAMESPACES = NEW_MOUNTS | NEW_NAMES | NEW_USER | NEW_PROCESSES | NEW_NETWORK

NOBODY = 65534
"""The user who owns nothing."""

NO_SUID, NO_DEVICES, READ_ONLY = 2, 4, 1
SET_MOUNT = 442
"""The number of mount_setattr on every machine."""
RECURSIVE = 0x8000
SET_NO_NEW_PRIVILEGES = 38
SET_SUBREAPER = 36
CAPABILITIES_VERSION = 0x20080522

_libc: Any = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> None:
    """Call libc.

    Raises:
        OSError: if it says no.
    """
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def leave_namespaces() -> None:
    """New namespaces of every kind for this process; the one of processes for its children."""
    _call("unshare", NAMESPACES)


def write_maps(pid: int, user: int) -> None:
    """Let a process that has left our user namespace be `NOBODY` in there, and `user` out here.

    Without rights of root it can only be ourselves out here.
    """
    root = os.getuid() == 0
    if not root:
        # Without this, Linux lets nobody but root map a group.
        _write(f"/proc/{pid}/setgroups", "deny")
    _write(f"/proc/{pid}/uid_map", f"{NOBODY} {user if root else os.getuid()} 1")
    _write(f"/proc/{pid}/gid_map", f"{NOBODY} {user if root else os.getgid()} 1")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def become(user: int, forget_groups: bool) -> None:
    """Be this user, and of the group of the same number, for good."""
    if forget_groups:
        os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def cover_files(scratch: int) -> None:
    """An empty /tmp of our own, and nothing at all where the processes were listed."""
    _mount("/proc", NO_SUID | NO_DEVICES | READ_ONLY, "size=4k,mode=755")
    _mount_scratch("/tmp", scratch)


def cover_folder(scratch: int, folder: str) -> None:
    """The same with the working folder in place of /tmp; all others can only be read.

    Args:
        scratch: bytes that it may hold.
        folder: its path, of which we may not be allowed to walk the beginning.
    """
    wanted = struct.pack("QQQQ", READ_ONLY | NO_SUID, 0, 0, 0)
    size = ctypes.c_size_t(len(wanted))
    _call("syscall", ctypes.c_long(SET_MOUNT), ctypes.c_long(-100), b"/", RECURSIVE, wanted, size)
    _mount("/proc", NO_SUID | NO_DEVICES | READ_ONLY, "size=4k,mode=755")
    _mount_scratch(".", scratch)
    os.chdir(os.path.join(os.pardir, os.path.basename(folder)))


def _mount_scratch(place: str, size: int) -> None:
    _mount(place, NO_SUID | NO_DEVICES, f"size={size},nr_inodes=1k,mode=1777")


def _mount(place: str, flags: int, options: str) -> None:
    _call("mount", b"tmpfs", place.encode(), b"tmpfs", flags, options.encode())


def adopt_orphans() -> bool:
    """Become the parent of every process below whose own parent ends, where the system can."""
    if hasattr(_libc, "prctl"):
        _call("prctl", SET_SUBREAPER, 1, 0, 0, 0)
        return True
    return False


def give_up_rights() -> None:
    """No capability is left, and no program that is started can have more."""
    if not hasattr(_libc, "prctl"):
        return
    _call("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def set_limits(limits: dict[str, int], at_rest: int) -> None:
    """The kernel's limits.

    Args:
        limits: the fields of `Limits`.
        at_rest: bytes of address space that Python and NumPy take before the student's first line.
    """
    bounds = {
        "RLIMIT_CPU": limits["cpu"],
        "RLIMIT_AS": at_rest + limits["memory"],
        "RLIMIT_NPROC": limits["processes"],
        "RLIMIT_FSIZE": limits["file"],
        "RLIMIT_NOFILE": limits["descriptors"],
        "RLIMIT_CORE": 0,
    }
    for name, most in bounds.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, highest = resource.getrlimit(kind)
            lowered = most if highest == resource.RLIM_INFINITY else min(most, highest)
            # macOS knows some limits by name only.
            with suppress(ValueError) if sys.platform == "darwin" else nullcontext():
                resource.setrlimit(kind, (lowered, lowered))


def address_space() -> int:
    """Bytes of address space in use; where the system does not say, as much as a gigabyte."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 2**30
