"""A loss as a programme: what it does to its arrays, what it keeps, and what it hangs on."""
