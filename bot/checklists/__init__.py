"""The risk checklist of a meeting: posted, ticked, signed off."""
