"""The figures of a week, for the manager."""
