"""Keep the marks of a class, and hand them on."""
