"""How a loss that is not ours is found, called and differentiated, framework by framework."""
