"""Whole databases: moved to another kind, compared row by row, backed up and brought back."""
