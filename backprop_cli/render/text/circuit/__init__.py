"""The circuit, drawn with letters."""
