"""The Slack edge. Nothing else knows Slack's wire format."""
