"""What optimizers and schedules are made of: rules, wrappers, trees of arrays, settings."""
