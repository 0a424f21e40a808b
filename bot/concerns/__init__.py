"""Concerns: raised in a form, sealed at once, made known without content, read only by whom they must reach."""
