"""Read lessons from their files, and prove that they hold."""
