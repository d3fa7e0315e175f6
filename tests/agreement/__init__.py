"""Our losses beside those of other libraries: where conventions meet, and where they part."""
