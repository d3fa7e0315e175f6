"""The arms of a study: the losses that compete, how they are named, and whether they fit."""
