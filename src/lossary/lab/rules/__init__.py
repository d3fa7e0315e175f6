"""Which losses fit a metric, a target and its data, and why: rules as data."""
