"""The table of mistakes, and what is done otherwise in each."""
