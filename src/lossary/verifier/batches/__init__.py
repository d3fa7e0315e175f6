"""What becomes of rows in a batch: apart, together, doubled, weighted, masked, in another order."""
