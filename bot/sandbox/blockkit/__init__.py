"""The kinds of blocks and elements that Slack takes, and the limits of each."""
