"""The house in order: its rooms, its floors, its face and its promises to whoever installs it."""
