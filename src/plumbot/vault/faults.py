"""What cannot be done with a whole database, or with the old bot's file."""


class Refused(Exception):
    """The text is one sentence or two for the operator: what is wrong and what to do."""
