"""Everything that proves the house right."""
