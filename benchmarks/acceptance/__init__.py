"""The lab judged from outside: by answers that are known, by real tables, by studies of nothing."""
