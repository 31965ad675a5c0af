"""What values mean, piece by piece: one module for each kind of value, found through ``table``. Imported when needed.

Each kind is a pure function from the value's text to a ``Meaning``: a gist and pieces with offsets into that text.
What kubectl would refuse is said so, as far as it was tried; of what is only odd, nothing is said.
"""
