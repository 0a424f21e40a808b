"""Participants and their registrations on meetings."""
