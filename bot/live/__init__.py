"""What a provider tells of a meeting while it is held, and the alarms that follow from it."""
