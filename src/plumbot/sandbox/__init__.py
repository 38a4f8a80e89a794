"""A small Telegram for one machine: a strict Bot API server, people to play, and a web chat to play them in.

Nothing here knows the bot, and the bot does not know this: they meet over HTTP only.
"""
