"""The page of each invitation: what a family without an account reads there, and what it answers."""
