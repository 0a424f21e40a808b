"""The record of a concern as those see it who may know of it: its pages, buttons and forms."""
