"""Making a concern known and keeping it known: the telling, the ladder, the threads. All without content."""
