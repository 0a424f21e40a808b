"""What to do and how: answers from the organisation's policy, and the bot's own how-to."""
