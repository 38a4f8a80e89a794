"""Digest: in the evening members hear in private what their karma did that day; once a week the club's chat may hear
who moved and who is new.

The timer's firing only notes the day (a switch); people get theirs in small units of their own, so that the database
is free in between. The note moves on in the same transaction as the messages: nobody gets two, whatever dies when.
"""
