"""What a value means: where a prediction is right, where it is wrong, and what lies between."""
