"""Read what a student answered, and compare it with the key."""
