"""Who trains many small networks: ours in lockstep, a plain loop, and PyTorch's own stacking."""
