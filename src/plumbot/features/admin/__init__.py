"""The admins' panel: its first page, and what belongs to no other feature (health, switches, what was done by whom).

The sections belong to their features, which add them to `Places`.
"""
