"""Briefings: the numbers of snapshots as a document to read, file and edit. `document` is its content, the writers give it a form."""
