"""Who was there: the register as it is typed."""
