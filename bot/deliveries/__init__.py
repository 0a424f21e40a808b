"""The deliveries still owed: claim, do, record."""
