"""The known losses, one family a file: conventions, usual mistakes, and where they come from."""
