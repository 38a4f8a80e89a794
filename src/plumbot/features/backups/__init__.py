"""A backup on demand: the main admin orders one in the panel, and it comes as a file.

Making it takes longer than an update may, so the order is kept and carried out beside the lanes (`apps`).
"""
