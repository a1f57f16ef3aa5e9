"""What the inputs of a formula are: numbers, lists, files and random arrays."""
