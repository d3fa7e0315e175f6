"""The examples run, and their numbers are those of the story they tell."""
