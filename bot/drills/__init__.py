"""Drills: a test alert through every way to everybody whom a concern can reach, and who was reached by what."""
