"""What the policy asks for of one meeting, looked at now: open or met, what it holds up, and what staff say of it."""
