"""Reports: what a page shows is what the record holds, and nothing a table says can harm it."""
