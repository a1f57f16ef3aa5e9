"""The kinds of questions: all that depends on what is asked, a kind a file."""
