"""Karma: members thank each other by replies and reactions, and a ledger keeps every change.

What is said in the club's chat comes in by the batch (`chatter`), becomes votes (`ballot`), and what the votes
change goes into the ledger (`ledger`), the one place that writes karma. Members ask with /stats, /why and /top.
"""
