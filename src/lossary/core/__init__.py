"""What every loss is made of: its kinds, and all that a loss should not have to say itself."""
