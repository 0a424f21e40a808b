"""The organisation: its file, setting it up, and checking that everything is in order."""
