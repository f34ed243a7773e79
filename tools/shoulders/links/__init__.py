"""The links that lead out of the catalog and of the hand-written pages: whether something still stands at their end."""
