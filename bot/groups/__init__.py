"""Groups: clubs, classes and courses that meet again and again."""
