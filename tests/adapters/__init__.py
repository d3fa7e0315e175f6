"""A loss is at home in each host: it trains there as the host's own does, and keeps its habits."""
