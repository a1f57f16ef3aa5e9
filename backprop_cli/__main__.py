"""The command `backprop`, also run as `python -m backprop_cli`."""

import gc
import signal
import sys

INTERRUPTED = 130
"""The exit status after Ctrl-C, 128 and the number of the signal, as shells have it."""

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""More than the imports of any command leave, which live as long as the process does."""


def main() -> None:
    """Run the command line; Ctrl-C ends it at once, at any moment, without a traceback.

    So do SIGTERM and SIGHUP, which a system sends that shuts down or a terminal that is closed.
    """
    # Searching what is imported for garbage, 50 times at the start and twice at the end, would
    # take a tenth of the time of a short command and find none.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    heard: list[int] = []

    def interrupt(number: int, _: object) -> None:
        heard.append(number)
        raise KeyboardInterrupt

    try:
        for name in ("SIGTERM", "SIGHUP"):
            # Windows has no SIGHUP; who is started by nohup goes on.
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, interrupt)
        # Imported here, so that an early Ctrl-C is answered as well.
        from backprop_cli.cli.main import run

        status = run(sys.argv[1:])
        gc.freeze()
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED and heard:
        status = 128 + heard[0]
    sys.exit(status)


if __name__ == "__main__":
    main()
