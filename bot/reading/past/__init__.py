"""The days, weeks and longer spans that a report looks back at."""
