"""What the policy reminds a host of, moment by moment, and what staff tick about a meeting."""
