"""A class from the office: a spreadsheet of names with their carers, read as a pasted list is."""
