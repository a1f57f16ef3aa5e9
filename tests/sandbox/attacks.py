"""Attacks, as data: what a file may try, and must not gain. None of them computes a right answer.

`SECRET` stands for the path of a file that the attacker wants to read or to change; `PARENT` for
the number of the process that marks.
"""

GATE = """
class MultiplyGate:
    def forward(self, x, y):
        return {forward}
    def backward(self, dz):
        return {backward}
"""


def gate(forward: str, backward: str = "[0.0, 0.0]", before: str = "", after: str = "") -> str:
    return before + GATE.format(forward=forward, backward=backward) + after


ALWAYS_EQUAL = """
class Always(BASE):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __mul__ = __rmul__ = __sub__
    __hash__ = None
"""

READ = """
import os
def read(path):
    try:
        with open(path, 'rb') as file:
            os.write(1, file.read(10_000))
    except OSError:
        pass
"""

WORST: dict[str, str] = {
    # Time
    "endless loop when loaded": "while True: pass",
    "endless loop in forward": gate("[0 for _ in iter(int, 1)]"),
    "sleep": "import time\ntime.sleep(3600)",
    "signals ignored": """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
""",
    "catastrophic pattern": "import re\nre.match('(a+)+$', 'a' * 64 + 'b')",
    "exception that never ends": """
class Bad(Exception):
    def __str__(self):
        while True: pass
raise Bad
""",
    # Processes
    "fork bomb": """
import os
while True:
    try: os.fork()
    except OSError: pass
""",
    "threads that go on": gate(
        "0.0",
        before="""
import threading, time
def go_on():
    while True: time.sleep(0.01)
for _ in range(100):
    try: threading.Thread(target=go_on).start()
    except RuntimeError: pass
""",
    ),
    "a child that stays": """
import os, time
try:
    if os.fork() == 0:
        os.setsid()
        while True: time.sleep(1)
except OSError: pass
os._exit(0)
""",
    "another Python": "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'while True: pass'])",
    "a shell": "import os\nos.system('cat SECRET; yes')",
    # Memory and space
    "memory": "x = []\nwhile True: x.append(bytearray(10**7))",
    "memory of arrays": "import numpy as np\nx = [np.ones(10**7) for _ in range(10**4)]",
    "giant integer": gate("10 ** 10 ** 7"),
    "large integer": gate("10 ** 400"),
    "huge output": "while True: print('x' * 10**6)",
    "huge output of errors": "import sys\nwhile True: sys.stderr.write('x' * 10**6)",
    "huge answer": gate("[0.0] * 10**7"),
    "endless list": gate("self.__dict__.setdefault('x', []).append(self.x) or self.x"),
    "deep list": gate("__import__('functools').reduce(lambda a, _: [a], range(10**5), 0.0)"),
    "deep recursion": gate(
        "self.forward(x, y)", before="import sys\nsys.setrecursionlimit(10**9)\n"
    ),
    "deep source": "x = " + "(" * 10**5,
    "long source": "x = " + "-" * 200_000 + "1",
    "huge file": """
with open('big', 'wb') as file:
    while True: file.write(b'x' * 10**6)
""",
    "many files": """
n = 0
while True:
    open(f'file{n}', 'w').close()
    n += 1
""",
    "file descriptors": "import os\nkept = []\nwhile True: kept.append(os.open('/dev/null', 0))",
    # Reading what it should not
    "read the key": READ + "read('SECRET')\n",
    "read a link to the key": READ + "os.symlink('SECRET', 'link')\nread('link')\n",
    "search for files": READ
    + """
for top in ('/home', '/root', '/tmp', '/srv', '/etc', os.path.dirname('SECRET')):
    for folder, _, files in os.walk(top):
        for name in files[:50]:
            if b'secret' in name.encode('utf-8', 'replace'): read(os.path.join(folder, name))
""",
    "read the environment of others": READ
    + """
for number in os.listdir('/proc'):
    if number != str(os.getpid()):
        read(f'/proc/{number}/environ')
        read(f'/proc/{number}/cmdline')
""",
    "read the memory of others": READ
    + """
for number in (1, 2, 3, 4, os.getppid(), PARENT):
    read(f'/proc/{number}/maps')
    read(f'/proc/{number}/mem')
    read(f'/proc/{number}/root/SECRET')
    for descriptor in range(20): read(f'/proc/{number}/fd/{descriptor}')
""",
    # Writing what it should not
    "write over its own source and ours": """
import os, sys
harness = sys.modules['backprop_cli.sandbox.inside.harness'].__file__
for path in ('gates.py', __name__ + '.py', harness, '/box/inside/harness.py', 'SECRET', '../results.json'):
    try:
        with open(path, 'w') as file: file.write('raise SystemExit')
    except OSError: pass
""",
    "mount over the system": """
import ctypes
libc = ctypes.CDLL(None)
libc.unshare(0x10000000 | 0x00020000)
libc.mount(b'tmpfs', b'/usr', b'tmpfs', 0, None)
libc.umount2(b'/tmp', 2)
libc.umount2(b'/proc', 2)
open('/proc/self/environ').read()
""",
    "become root": "import os\nos.setuid(0)",
    # The other processes
    "signals to the parent": """
import os, signal
for target in (os.getppid(), PARENT, 1):
    for number in (signal.SIGTERM, signal.SIGKILL):
        if target > 1 and target != os.getpid():
            try: os.kill(target, number)
            except OSError: pass
""",
    "ptrace": """
import ctypes, os
libc = ctypes.CDLL(None)
for pid in (os.getppid(), PARENT, 1):
    libc.ptrace(16, pid, 0, 0)
    libc.ptrace(0x4206, pid, 0, 0)
raise SystemExit
""",
    "a message in shared memory": """
import ctypes
libc = ctypes.CDLL(None)
number = libc.shmget(0x42, 4096, 0o1666)
libc.shmat.restype = ctypes.c_void_p
place = libc.shmat(number, None, 0)
if place and place != 2**64 - 1:
    print('left:', ctypes.string_at(place, 4))
    ctypes.memmove(place, b'mine', 4)
""",
    # Ending early
    "exit": "import os\nos._exit(0)",
    "exit in forward": gate("__import__('os')._exit(0)"),
    "sys.exit in forward": gate("__import__('sys').exit(0)"),
    "abort": "import os\nos.abort()",
    "crash": "import ctypes\nctypes.string_at(0)",
    "at exit": "import atexit, os\natexit.register(lambda: os.write(3, b'{}'))\n" + gate("0.0"),
    # Forged answers
    "print a fake result": gate(
        'print(\'{"points": 100, "results": [null, {"number": 6.0}]}\') or 0.0'
    ),
    "write fake replies": """
import os
reply = b'{"results": [null, {"number": 6.0}, {"list": [{"number": 3.0}, {"number": 2.0}]}], "changed": false}\\n'
os.write(3, b'{"classes": {"MultiplyGate": {}}}\\n' + reply * 200)
os._exit(0)
""",
    "write to every descriptor": gate(
        "0.0",
        before="""
import os
for number in range(64):
    try: os.write(number, b'{"results": [1, 2, 3], "points": 100}\\n')
    except OSError: pass
""",
    ),
    "close every descriptor": "import os\nos.closerange(0, 64)\n" + gate("0.0"),
    "closed stdout": "import sys\nsys.stdout.close()\nsys.stderr.close()\n" + gate("0.0"),
    "stdout replaced": "import sys\nsys.stdout = sys.stderr = None\n" + gate("0.0"),
    "json patched": gate(
        "0.0",
        before="""
import json
json.dumps = lambda *a, **k: '{"results": [null, {"number": 6.0}, {"list": [{"number": 3.0}, {"number": 2.0}]}]}'
""",
    ),
    "builtins patched": gate(
        "0.0",
        before="""
import builtins
builtins.type = builtins.isinstance = builtins.len = builtins.getattr = lambda *a: True
builtins.float = lambda *a: 6.0
""",
    ),
    "harness patched": gate(
        "0.0",
        before="""
import sys
harness = sys.modules['backprop_cli.sandbox.inside.harness']
harness._encoded = lambda value, depth=0: {'number': 6.0}
harness._play = lambda *a: {'results': [None, {'number': 6.0}, {'list': [{'number': 3.0}] * 2}], 'changed': False}
""",
    ),
    "points in the reply": gate(
        "0.0",
        before="""
import sys
harness = sys.modules['backprop_cli.sandbox.inside.harness']
harness._play = lambda *a: {'results': {'points': 100}, 'points': 100, 'verdict': 'correct', 'error': {'line': 'x'}}
""",
    ),
    "frames and objects searched": gate(
        "self.found(x)",
        before="""
import gc, sys
def rummage():
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, dict) and 'steps' in value: value['steps'] = []
            if isinstance(value, list): value.clear()
        frame = frame.f_back
    for item in gc.get_objects():
        if type(item) is dict and ('answer' in item or 'key' in item): print(item)
""",
        after="    def found(self, x):\n        rummage()\n        return 0.0\n",
    ),
    "NumPy patched": gate(
        "0.0", before="import numpy as np\nnp.array = np.asarray = lambda *a, **k: 6.0\n"
    ),
    "traced": gate(
        "0.0", before="import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(print)\n"
    ),
    # Values that lie
    "always equal": gate("Always()", "[Always(), Always()]", ALWAYS_EQUAL.replace("(BASE)", "")),
    "subclass of float": gate(
        "Always(0)", "[Always(0), Always(0)]", ALWAYS_EQUAL.replace("BASE", "float")
    ),
    "subclass of int": gate("Always(0)", "[Always(0)] * 2", ALWAYS_EQUAL.replace("BASE", "int")),
    "subclass of list": gate(
        "Always([0.0])", "Always([0.0, 0.0])", ALWAYS_EQUAL.replace("BASE", "list")
    ),
    "subclass of array": gate(
        "np.zeros(()).view(Always)",
        "[np.zeros(()).view(Always)] * 2",
        "import numpy as np\n" + ALWAYS_EQUAL.replace("BASE", "np.ndarray"),
    ),
    "array of objects": gate(
        "np.array([Always()])",
        "np.array([Always(), Always()])",
        "import numpy as np\n" + ALWAYS_EQUAL.replace("(BASE)", ""),
    ),
    "type that lies": gate(
        "Liar()", before="class Liar:\n    __class__ = float\n    def __float__(self): return 6.0\n"
    ),
    "not a number": gate("float('nan')", "[float('nan')] * 2"),
    "infinite": gate("float('inf')", "[float('-inf')] * 2"),
    "generators": gate("(yield x * y)", "(g for g in iter(int, 1))"),
    "coroutine": "class MultiplyGate:\n    async def forward(self, x, y): return 0\n    async def backward(self, dz): return 0",
    "metaclass": """
class Meta(type):
    __module__ = property(lambda self: 1 / 0)
    def __call__(cls): return cls
    def __getattr__(cls, name): return lambda *a: cls
    def __eq__(self, other): return True
    __hash__ = type.__hash__
class MultiplyGate(metaclass=Meta): pass
""",
    "name without end": "MultiplyGate = type('M' * 10**6, (), {'f' * 10**6: lambda self: 0})",
    # Text that acts
    "terminal escapes": gate("1 / 0", before="class E(Exception): pass\n").replace(
        "1 / 0", "self.fail()"
    )
    + "    def fail(self): raise E('\\x1b]0;owned\\x07\\x1b[2J\\u202egnp.exe\\x00[bold]red[/]')\n",
    "unicode bomb": "raise ValueError('\\u0301' * 10**6 + '\\ud800' + '\\U0001f4a9' * 10**6)",
    "exception that fails": """
class Bad(Exception):
    def __str__(self): raise SystemExit
    def __getattribute__(self, name): raise Bad
raise Bad
""",
    "exception with a false name": "raise type('Correct\\n7 of 7 checks hold', (Exception,), {})('x')",
    "null bytes": "x = 1\0",
    "unknown encoding": "# coding: no-such-thing\nx = 1",
    # Help from outside
    "our own engine": "from backprop_cli.api import explain\n" + gate("6.0"),
    "another's machine": """
import socket
for family, address in ((socket.AF_INET, ('1.1.1.1', 53)), (socket.AF_INET, ('127.0.0.1', 1))):
    with socket.socket(family) as line:
        line.settimeout(1)
        line.connect(address)
        print('connected')
""",
    "standard input": "x = input()",
}
