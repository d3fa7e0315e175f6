"""The command line: what it prints is true, and what goes wrong is said without a trace."""
