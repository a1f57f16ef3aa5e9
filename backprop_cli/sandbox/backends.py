"""The layers between a student's code and this machine, as commands that start a child."""

import os
import sys
import sysconfig
from pathlib import Path
from shutil import which

from backprop_cli.errors import BackpropError, did_you_mean, inert

LAYERS = {
    "bubblewrap": "no network, no files but Python's own, no rights, limits",
    "process": "limits, namespaces where the system has them, and as root a user for each run",
    "none": "a child process, with a limit on time and output only",
}
"""Layer -> what it gives; the first is taken unless another is asked for."""

INSIDE = Path(__file__).resolve().parent / "inside"

_START = """\
import sys, types
for name, path in (("backprop_cli", []), ("backprop_cli.sandbox", [sys.argv[1]])):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = path
from backprop_cli.sandbox.inside.zygote import main
main()
"""
"""Find `inside` and nothing else of us: the code of students may not ask our engine."""

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    # One thread: a fork takes no others with it.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""All that a child knows of our environment."""

HINT = (
    "install bubblewrap (apt install bubblewrap, dnf install bubblewrap),"
    " or accept less: --isolation process has limits, but no wall around your files;"
    " --isolation none limits time only"
)


def chosen(layer: str | None) -> str:
    """The layer that was asked for, or the safest; never another one silently.

    Raises:
        BackpropError: if there is no such layer, or none can work on this system.
    """
    name = layer or next(iter(LAYERS))
    if name not in LAYERS:
        hint = did_you_mean(name, list(LAYERS)) or f"there are {', '.join(LAYERS)}"
        raise BackpropError(f"there is no isolation '{inert(name)}'", hint=hint)
    if os.name != "posix":
        what = "the code of students cannot be run on this system"
        raise BackpropError(what, hint="run backprop in WSL, with bubblewrap installed there")
    if name == "bubblewrap":
        if not sys.platform.startswith("linux"):
            raise _unavailable("which exists on Linux only")
        if which("bwrap") is None:
            raise _unavailable("which is not installed")
    return name


def broken(said: str) -> BackpropError:
    """The error for a bubblewrap that is installed and does not work."""
    lines = said.strip().splitlines() or ["it ended without a word"]
    return _unavailable(f"which does not work here: {lines[-1]}")


def _unavailable(why: str) -> BackpropError:
    return BackpropError(f"the code of students runs in bubblewrap, {why}", hint=HINT)


def python(inside: Path, settings: str) -> list[str]:
    """The command for Python itself: no environment, no site, nothing written."""
    return [_executable(), "-I", "-S", "-B", "-X", "utf8", "-c", _START, str(inside), settings]


def bubblewrap(command: list[str], nested: bool, scratch: int) -> list[str]:
    """The command that runs `command` in bubblewrap.

    Args:
        command: what `python` gave for the folder /box.
        nested: leave what is needed to give each child namespaces and a /tmp of its own.
        scratch: bytes of the /tmp otherwise.
    """
    arguments = [which("bwrap") or "bwrap", "--die-with-parent", "--new-session"]
    arguments += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    arguments += ["--unshare-cgroup-try", "--cap-drop", "ALL"]
    if os.getuid() == 0:
        # What is left of root can do one thing, become nobody.
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    arguments += ["--dir", "/tmp"] if nested else ["--perms", "1777", "--size", str(scratch)]
    arguments += [] if nested else ["--tmpfs", "/tmp"]
    binds = [(path, path) for path in _visible()]
    numpy = [(str(_site() / name), f"{site('bubblewrap')}/{name}") for name in NUMPY]
    inside = (str(INSIDE), "/box/inside")
    for path in _parents([target for _, target in (*binds, *numpy, inside)]):
        # Without this, they would be for root alone.
        arguments += ["--perms", "0755", "--dir", path]
    arguments += _bound(binds)
    for path in _hidden():
        arguments += ["--perms", "0755", "--tmpfs", path]
    arguments += [*_bound(numpy), *_bound([inside]), "--dev", "/dev", "--remount-ro", "/dev"]
    arguments += ["--proc", "/proc"] if nested else ["--dir", "/proc"]
    return [*arguments, "--remount-ro", "/", "--chdir", "/", *command]


def _bound(binds: list[tuple[str, str]]) -> list[str]:
    return [word for bind in binds for word in ("--ro-bind-try", *bind)]


def _parents(targets: list[str]) -> list[str]:
    """The folders above, from the top."""
    above = {str(folder) for target in targets for folder in Path(target).parents}
    return sorted(above - {"/", *targets})


NUMPY = ("numpy", "numpy.libs")
"""The folders of NumPy, which look for each other side by side."""


def site(layer: str) -> str:
    """The folder in which a child finds NumPy: where it is, unless /tmp will be covered."""
    hidden = layer == "bubblewrap" and _site().is_relative_to("/tmp")
    return "/box/site" if hidden else str(_site())


def _site() -> Path:
    import numpy

    return Path(numpy.__file__).resolve().parent.parent


def _executable() -> str:
    """Python itself, not a link to it in a virtual environment."""
    return os.path.realpath(sys.executable)


def _visible() -> list[str]:
    """Python, its library, and the system's libraries; no programs, no home, no settings."""
    system = [f"{top}/lib{bits}" for top in ("/usr", "") for bits in ("", "32", "64", "x32")]
    own = [str(Path(sys.base_prefix) / name) for name in ("lib", "lib64")]
    files = ["/etc/ld.so.cache", "/etc/alternatives", _executable()]
    return list(dict.fromkeys([*system, *own, *files]))


def _hidden() -> list[str]:
    """Where other packages are: ours among them, with its engine."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    tops = (Path(sys.base_prefix), Path("/usr"), Path("/usr/local"))
    places = [
        top / "lib" / name / kind
        for top in tops
        for name in (version, "python3")
        for kind in ("site-packages", "dist-packages")
    ]
    places.append(Path(sysconfig.get_path("purelib", vars={"base": sys.base_prefix})))
    shown = [Path(path) for path in _visible()]
    return [
        str(place)
        for place in dict.fromkeys(places)
        if place.is_dir() and any(place.is_relative_to(path) for path in shown)
    ]
