"""What a pull request changes of the catalog, told to those who read it: compared, kept as JSON, written as Markdown.

Decides nothing: whether the data have problems is the work of `check`.
"""
