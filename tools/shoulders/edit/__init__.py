"""The only writers of data/: adding works, bringing them up to date, importing lists.

`lookup` and `readers` say what is known of a work; here it becomes an entry, and every other byte of a file stays.
"""
