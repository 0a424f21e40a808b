"""Links, passcodes and whole invitations as they are pasted."""
