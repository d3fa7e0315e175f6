"""C for the CPU: emitted from graphs, compiled by the system's compiler, kept and loaded."""
