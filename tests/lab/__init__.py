"""The lab: what it reads, what it proposes, how fairly it compares, and what it says."""
