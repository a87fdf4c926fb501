"""People's rights: who is erased, what is shown of somebody, and how long anything is kept."""
