"""What boosters and linear models share: a loss as an objective, and what estimators answer."""
