"""Keeping the record whole: binding and sealing it anew, its chain's heads, copies of it."""
