"""Who takes a step of an optimizer: ours, and the same rule of each framework."""
