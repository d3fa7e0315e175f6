"""From a model's answer to what a metric judges: what is tuned after training, for every arm."""
