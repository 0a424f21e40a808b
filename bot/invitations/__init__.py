"""The text that participants and carers receive."""
