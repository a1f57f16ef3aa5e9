"""The screens and the page of a gradebook."""
