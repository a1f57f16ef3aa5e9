"""The commands for authors of lessons: check, new."""
