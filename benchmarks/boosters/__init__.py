"""What is trained side by side: ours and a booster's own objective, one file for each booster."""
