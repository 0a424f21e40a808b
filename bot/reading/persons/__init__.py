"""Who: people as they are typed and pasted, one by one and in lists."""
