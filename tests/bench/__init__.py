"""Measurements of the bot on this machine: every module here with a function `figures` is one of them."""
