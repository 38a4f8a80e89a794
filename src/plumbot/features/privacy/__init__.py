"""One's own data: /mydata sends all of it, /forget erases or makes nameless what the bot holds of a person.

Each feature knows its own tables (`Places.personal`); what all share is here: the profile, the record of admins'
actions, messages shown and waiting, dialogues, what the old bot left. A member leaves the club first, since the bot
meets again whoever writes in its chat; an admin is dismissed first, since the club must know who decides.
"""
