"""The one table of facts: what can be known, what stands, and how a fact is recorded, corrected and taken back."""
