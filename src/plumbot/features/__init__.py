"""One folder for each thing that the bot does; features meet only through the nouns and events of the club."""
