"""Run what a student wrote, where it can do no harm."""
