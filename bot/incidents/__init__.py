"""Incidents: what happened in a session, what was done about it, and what is still to follow up."""
