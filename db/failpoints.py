"""Named moments in the life of a write, so that a test can end the process exactly there."""


def reach(name: str) -> None:
    """A named moment has come. Does nothing; the fault tests replace it."""
