"""What is asked: tables read, targets and columns understood, rows divided."""
