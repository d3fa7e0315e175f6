"""What learns in a study, by any loss; the only rooms of the lab that know PyTorch."""
