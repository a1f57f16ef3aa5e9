"""The parts of the screen of `explain`."""
