"""The one way out to Telegram: JSON in, JSON out."""
