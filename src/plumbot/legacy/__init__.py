"""The old bot's file, whatever its shape: looked at, brought over, checked. Used by apps only."""
