"""The record of a concern: for each kind of entry its rules, and its pages, buttons and forms."""
