"""The staff: who is asking, their roles and ways, their trainings, and keeping all that in step with Slack."""
