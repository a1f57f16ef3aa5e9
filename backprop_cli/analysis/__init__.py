"""The trace: everything that one run did, frozen, for views and questions."""
