"""Which loss works in which host: every pair is tried by training; docs/hosts.md tells."""
