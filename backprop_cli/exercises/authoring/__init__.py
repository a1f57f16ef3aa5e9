"""Read exercise files, print worksheets, and check that mistakes can be told apart."""
