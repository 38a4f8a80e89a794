"""The roster: the slugs of the club's members.

An imported entry waits for its person; whoever arrives with that slug claims it. Search goes by beginnings of words.
"""
