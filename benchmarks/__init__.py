"""How fast the losses are, beside the frameworks' own, their accuracy and the machine's limit."""
