"""Mark the gates that a student wrote in Python."""
