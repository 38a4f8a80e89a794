"""Karma: members thank each other, and a ledger keeps every change. So far its tables."""
