"""Make a class: submissions of students who are right, or make each mistake there is.

    python examples/make_class.py examples/exercises/chain.toml submissions/ --students 200

Every student gets her own inputs, as from `backprop exercise worksheet`. A third are right; the
others make each mistake of the table in turn, slip, leave something out, or hand in what nobody
can read. `--table FILE.csv` or `.jsonl` writes one file instead of a folder.
"""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from backprop_cli.exercises.authoring.worksheet import worksheet
from backprop_cli.exercises.generate.stable_random import Chance
from backprop_cli.exercises.marking.mark import Marker, load_marker

NAMES = [
    *(
        "ada",
        "alan",
        "barbara",
        "blaise",
        "carl",
        "emmy",
    ),
    *(
        "ernst",
        "evelyn",
        "grace",
        "hedy",
        "henri",
        "ida",
    ),
    *(
        "julia",
        "karen",
        "leonhard",
        "maryam",
        "norbert",
        "pierre",
    ),
    *(
        "rosalind",
        "sofia",
        "srinivasa",
        "stefan",
        "terence",
        "vera",
    ),
    *("yann",),
]


def student_name(number: int) -> str:
    """ada, alan, …, ada-2, …"""
    name, times = NAMES[number % len(NAMES)], number // len(NAMES)
    return name if times == 0 else f"{name}-{times + 1}"


def answers_of(marker: Marker, name: str, number: int) -> tuple[dict[str, Any], str]:
    """What a student hands in, and what she did."""
    lineup = marker.variants.lineup(marker.variant(name))
    asked = marker.exercise.asked
    chance = Chance("class", name)
    if number % 3 == 0:
        chosen, did = lineup.key, "right"
    elif number % 3 == 1 and lineup.singles:
        candidate = lineup.singles[(number // 3) % len(lineup.singles)]
        chosen, did = candidate.answers, candidate.explanation[0].mistake.name
    else:
        chosen, did = list(lineup.key), chance.choice(["slip", "blank", "rounded", "words"])
    answers = {
        each.name: answer if isinstance(answer, float) else answer.tolist()
        for each, answer in zip(asked, chosen, strict=True)
        if answer is not None and not each.given
    }
    if did in _ODDITIES and answers:
        spot = chance.choice(sorted(answers))
        answers[spot] = _ODDITIES[did](answers[spot])
    return answers, did


_ODDITIES = {
    "slip": lambda value: value + 1 if isinstance(value, float) else value,
    "blank": lambda value: "",
    "rounded": lambda value: float(f"{value:.1g}") if isinstance(value, float) else value,
    "words": lambda value: "I do not know",
}


def sheet_of(marker: Marker, name: str, answers: dict[str, Any]) -> str:
    """The worksheet, filled in."""
    sheet = worksheet(marker.exercise, marker.variants, name)
    for question, answer in answers.items():
        key = json.dumps(question)
        start = sheet.index(f"\n{key}") + 1
        blank = sheet.index('""', start)
        sheet = f"{sheet[:blank]}{json.dumps(answer)}{sheet[blank + 2 :]}"
    return sheet


def main() -> None:
    """Read the arguments, and write the class."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("exercise", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    marker = load_marker(options.exercise.read_bytes(), str(options.exercise))
    students = [student_name(number) for number in range(options.students)]
    rows = [(name, answers_of(marker, name, n)[0]) for n, name in enumerate(students)]
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        for name, answers in rows:
            text = sheet_of(marker, name, answers)
            (options.folder / f"{name}.toml").write_text(text, encoding="utf-8")
    if options.table and options.table.suffix == ".jsonl":
        lines = [json.dumps({"student": name, "answers": answers}) for name, answers in rows]
        options.table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif options.table:
        with options.table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["student", *(asked.name for asked in marker.exercise.questions)])
            for name, answers in rows:
                cells = [answers.get(asked.name, "") for asked in marker.exercise.questions]
                writer.writerow([name, *cells])
    print(f"{len(rows)} students")


if __name__ == "__main__":
    main()
