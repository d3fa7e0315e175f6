"""The checks, one a file; each names its law, its reason, its rule and its evidence."""
