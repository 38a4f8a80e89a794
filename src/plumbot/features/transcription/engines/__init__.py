"""Engines, one a file, each imported only when it is used: it may not be installed."""
