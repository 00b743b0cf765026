"""Taking a snapshot: every panel kind's data, read through measures in one consistent view of the database."""
