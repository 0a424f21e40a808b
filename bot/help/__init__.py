"""Help, how things stand, who is who, being away, and the Home tab."""
