"""Meetings: scheduling, changing, starting, ending, and making them at the provider."""
