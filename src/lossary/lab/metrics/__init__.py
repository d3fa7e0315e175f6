"""What judges: the metrics, what each asks of a model and what it rewards."""
