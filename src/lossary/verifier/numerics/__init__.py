"""Where numbers become delicate, and what a loss makes of them in each precision."""
