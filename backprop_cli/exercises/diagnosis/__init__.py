"""Name the mistake behind a wrong answer, by running the engine with each."""
