"""Write a class into a gradebook, and say after each chunk how many rows are stored.

python book_writer.py BOOK COUNT CHUNK [BYTES that a file may have]
"""

import sys
from pathlib import Path

from backprop_cli.errors import BackpropError
from backprop_cli.gradebook.digests import digest
from backprop_cli.gradebook.store import Gradebook, Row


def rows(count: int) -> list[Row]:
    """A class in which many answer alike."""
    return [
        Row(digest(b"%d" % n), f"s{n}", f"{n}", f'{{"answer":"{n % 97}{"." * 200}"}}')
        for n in range(count)
    ]


def write(path: str, count: int, chunk: int) -> None:
    """Go on where the last one stopped."""
    with Gradebook.open(path) as book:
        exercise = book.exercise("1", "chain", "…", [("q", 1.0)])
        known = book.known(exercise)
        print(len(known), flush=True)
        left = [row for row in rows(count) if row.submission not in known]
        for at in range(0, len(left), chunk):
            book.add(exercise, left[at : at + chunk])
            print(len(known), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 4:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
    try:
        write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except BackpropError as error:
        print(error.report(), file=sys.stderr)
        sys.exit(2)
    print("whole", Path(sys.argv[1]).stat().st_size)
