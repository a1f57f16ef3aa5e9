"""The circuit as a program: each style of code is one way to write it down."""
