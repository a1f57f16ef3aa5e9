"""The command `backprop`, also run as `python -m backprop_cli`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it at once, at any moment, without a traceback."""
    try:
        # Imported here, so that an early Ctrl-C is answered as well.
        from backprop_cli.cli.main import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
