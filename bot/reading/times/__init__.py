"""When: moments, lengths, repeats and all else that a typed meeting says, and the days by which something is due."""
