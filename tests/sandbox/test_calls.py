"""The numbers of the calls that are allowed are the kernel's."""

import re
from pathlib import Path

import pytest

from backprop_cli.sandbox.inside.calls import ALLOWED, SYSTEMS

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", SYSTEMS)
def test_numbers(machine: str) -> None:
    header = HEADERS[machine]
    if not header.is_file():
        pytest.skip("needs the kernel's headers (linux-libc-dev)")
    text = re.sub(r"#define __NR3264_(\w+)", r"#define __NR_\1", header.read_text("ascii"))
    numbers = {
        name: int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)\b", text)
    }
    # The generic header calls them after 64-bit offsets.
    numbers |= {
        name: numbers[old] for name, old in {"newfstatat": "fstatat"}.items() if old in numbers
    }
    place = list(SYSTEMS).index(machine)
    ours = {name: both[place] for name, both in ALLOWED.items() if both[place] is not None}
    known = {name: number for name, number in ours.items() if name in numbers}
    assert len(known) > 0.9 * len(ours)
    assert known == {name: numbers[name] for name in known}
