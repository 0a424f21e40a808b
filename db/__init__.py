"""The database: models, unit of work, encryption, audit chain, and the table of what is owed."""
