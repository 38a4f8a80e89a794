"""Profile: what a member is in the club, as a picture and as text; its entry stands first in the members' menu.

What it tells of karma it asks through `ports.py`; without karma the profile is a name and a date.
"""
