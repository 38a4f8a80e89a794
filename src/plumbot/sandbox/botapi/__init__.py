"""The Bot API as the bot meets it: one file a subject, each ending with the methods it offers."""
