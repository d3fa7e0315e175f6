"""The verifier: bugs it must find, twins it must not accuse, and what it prints."""
