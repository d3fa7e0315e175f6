"""What learns in a study: models that take any loss; the only rooms of the lab that know PyTorch."""
