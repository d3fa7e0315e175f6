"""One file for each framework: how its arrays reach a kernel, and what comes back."""
