"""The facilitator assistant: a Slack bot for safe online sessions."""

__version__ = "0.1.0"
