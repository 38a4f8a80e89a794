"""Doors: one file is one process or one group of commands. They wire and start; they decide nothing."""
