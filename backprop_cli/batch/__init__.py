"""Mark a whole class: many submissions, in chunks, by one process or many."""
