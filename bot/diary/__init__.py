"""The meetings that there are: whose they are, which one somebody names, and who is expected."""
