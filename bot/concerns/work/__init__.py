"""The rules of the lead's work on a concern, from opening it to closing it; they know no Slack."""
