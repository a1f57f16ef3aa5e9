"""The commands for learners and authors of lessons: learn, practice, lessons."""
