"""More attacks, as data: calls to the kernel, what stays on a disk or in memory, and false claims.

A call that succeeds prints GAINED.
"""

from attacks import gate

CALL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
if libc.syscall(*[ctypes.c_long(n) if isinstance(n, int) else n for n in ({arguments},)]) >= 0:
    print('GAINED')
"""

CALLS = {
    # What is attempted -> the number of the call on x86-64, and its arguments.
    "System V shared memory": "29, 0, 2**32, 0o1666",
    "a System V semaphore": "64, 0x42, 1, 0o1666",
    "a message queue": "68, 0x42, 0o1666",
    "a POSIX message queue": "240, b'left', 0o102, 0o666, 0",
    "a file in memory": "319, b'left', 0",
    "a secret memory": "447, 0",
    "locked memory": "151, 3",
    "a signal to the parent": "62, PARENT, 9",
    "a signal to everybody": "62, -1, 9",
    "a signal to its group": "62, 0, 15",
    "a signal to a thread": "200, PARENT, 9",
    "a queued signal": "129, PARENT, 9, 0",
    "a handle for a process": "434, PARENT, 0",
    "the limits of another": "302, PARENT, 7, 0, 0",
    "a lower priority for others": "141, 2, 0, 19",
    "a schedule for others": "144, PARENT, 0, b'0000'",
    "a processor for others": "203, PARENT, 8, b'11111111'",
    "input or output first": "251, 1, 0, 0",
    "memory of another": "310, PARENT, 0, 0, 0, 0, 0",
    "tracing": "101, 16, PARENT, 0, 0",
    "comparing processes": "312, PARENT, PARENT, 0, 0, 0",
    "new namespaces": "272, 0x10000000",
    "another's namespace": "308, 0, 0",
    "a mount": "165, b'x', b'/tmp', b'tmpfs', 0, 0",
    "an unmount": "166, b'/tmp', 2",
    "a new root": "161, b'/'",
    "an open tree": "428, -100, b'/', 1",
    "a new mount": "430, b'tmpfs', 0",
    "a handle of a file": "304, -100, b'12345678', 0",
    "a program in the kernel": "321, 5, b'0' * 64, 64",
    "counters": "298, b'0' * 128, 0, -1, -1, 0",
    "faults of pages": "323, 0",
    "a ring": "425, 8, b'0' * 128",
    "a key": "248, b'user', b'left', b'x', 1, -4",
    "keys": "250, 0, -4, 1, 0, 0",
    "a network socket": "41, 2, 1, 0",
    "a raw socket": "41, 17, 3, 0",
    "a socket of the kernel": "41, 16, 3, 0",
    "a socket pair of the network": "53, 2, 1, 0, b'00000000'",
    "a copy of itself": "57",
    "a light copy of itself": "58",
    "a clone": "56, 17, 0, 0, 0, 0",
    "a third kind of clone": "435, b'0' * 88, 88",
    "another program": "59, b'/bin/true', 0, 0",
    "another program by its descriptor": "322, 1, b'', 0, 0, 0x1000",
    "a pipe with a name": "133, b'left', 0o10666, 0",
    "a device": "133, b'left', 0o20666, 0x103",
    "a second name": "86, b'/etc/passwd', b'left'",
    "the owner of a file": "92, b'.', 0, 0",
    "rights": "126, b'00000000', b'0' * 24",
    "another user": "105, 0",
    "another group": "106, 0",
    "groups": "116, 0, 0",
    "the clock": "227, 0, b'0' * 16",
    "the name of the host": "170, b'owned', 5",
    "a module": "175, b'x', 1, b''",
    "another kernel": "246, 0, 0, 0, 0",
    "swap": "167, b'/x', 0",
    "accounting": "163, b'/tmp/x'",
    "a restart": "169, 0, 0, 0",
    "a terminal's input": "16, 0, 0x5412, b'x'",
    "watching files": "253",
    "watching all files": "300, 0, 0",
    "another personality": "135, 0x0040000",
    "another filter": "317, 1, 0, 0",
    "moving pages of others": "279, PARENT, 1, 0, 0, 0, 0",
    "the log of the kernel": "103, 3, 0, 0",
}

KERNEL: dict[str, str] = {
    name: CALL.format(arguments=arguments) for name, arguments in CALLS.items()
}

LEFT: dict[str, str] = {
    "three thousand folders in each other": """
import os
for n in range(3000):
    os.mkdir('d'); os.chdir('d')
""",
    "folders that nobody may open": """
import os
os.makedirs('closed/inner')
open('closed/inner/note', 'w').write('left')
os.chmod('closed/inner', 0); os.chmod('closed', 0)
""",
    "names that are no text": "import os\nfor n in range(128, 256): os.mkdir(bytes([n]))",
    "names with everything": "import os\nfor n in range(1, 32): os.mkdir(chr(n) + '-rf *')",
    "links to each other": "import os\nos.symlink('a', 'b')\nos.symlink('b', 'a')\nos.symlink('..', 'up')",
    "a folder that nobody may leave": "import os\nos.mkdir('x')\nos.chdir('x')\nos.rmdir('../x')",
    "a link in its own place": "import os\nhere = os.getcwd()\nos.chdir('/')\nos.rmdir(here)\nos.symlink('/etc', here)",
    "a file in shared memory": "open('/dev/shm/left', 'w').write('x')\nprint('GAINED')",
    "a file that is as long as it may be": "open('big', 'w').truncate(2**23)",
}

CLAIMS: dict[str, str] = {
    "claims that inputs are unchanged": gate(
        "0.0",
        before="""
import sys
harness = sys.modules['backprop_cli.sandbox.inside.harness']
played = harness._play
harness._play = lambda *a: {**played(*a), 'changed': False}
""",
    ),
    "inputs unmapped": gate("x.base.base.close()", before="import numpy as np\n"),
    "replies without end": gate("[[0.0] * 9000]", "[[0.0] * 9000] * 2"),
    "many names of combining marks": "for n in range(40): globals()[f'a{n}'] = type('a' + '\\u0301' * 250 + str(n), (), {'__module__': 'gates'})",
    "a second ready": "import os\nos.write(3, b'{\"ready\": true}\\n' * 100)\n" + gate("0.0"),
    "memory as it dies": "import os\nos._exit(71)",
    "an error that a machine might have": "raise OSError(24, 'Too many open files')",
}

MORE = {**KERNEL, **LEFT, **CLAIMS}
