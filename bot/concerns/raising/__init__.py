"""Raising a concern: the danger gate, the form, the receipt, and what its raiser adds afterwards."""
