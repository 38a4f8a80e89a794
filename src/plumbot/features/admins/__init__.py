"""Who decides in this club: the main admin appoints others, settings name some, each may be away for a while.

Admins named by PLUM_CLUB__ADMIN_IDS are rows like the others (`source` is `env`), brought up to date at each start.
"""
