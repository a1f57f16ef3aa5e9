"""The commands for teachers: exercise, grade, gradebook."""
