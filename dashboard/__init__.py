"""The running application: joins what we know, what we watch and how it looks."""
