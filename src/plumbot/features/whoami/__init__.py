"""Who somebody is: one's own id and names, and those of others.

First what the bot's own profiles and Telegram know; then, where operators switched it on, a site that finds people by
their @name. The site is asked outside any transaction and lane, so that nobody waits for it but who asked.
"""
