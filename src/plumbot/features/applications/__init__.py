"""Applying to the club: a person tells seven things about themselves, admins decide, everybody sees the same outcome.

`draft.py` is the dialogue, `service.py` the applicant's side, `decisions.py` the admins', `cards.py` and `waves.py`
what the admins have before them, `follow_up.py` what keeps an application from being forgotten.
"""
