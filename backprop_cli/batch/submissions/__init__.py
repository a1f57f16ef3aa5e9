"""Read what a class handed in: folders, archives, tables."""
