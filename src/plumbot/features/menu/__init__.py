"""The menu: the first screen a person sees and the way back to it; rules, help, club info and the language.

What is on it comes from `club/places.py`: each feature adds its own entries, the menu those of this folder.
`last_resort` in `handlers.py` answers in private what nobody else understood.
"""
