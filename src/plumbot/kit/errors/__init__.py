"""Faults that nobody expected: each logged stack trace is counted, kept under a reference, and told to maintainers."""
