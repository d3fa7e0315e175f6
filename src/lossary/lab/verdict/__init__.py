"""Which arms can be told apart, and what that means in words."""
