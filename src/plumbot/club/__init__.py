"""The nouns that all features share: a person, permissions, language, audit, events, and the places to add oneself."""
