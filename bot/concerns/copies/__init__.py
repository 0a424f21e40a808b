"""Copies of a record: the chronology as a PDF, redacted where asked, fetched once with six digits."""
