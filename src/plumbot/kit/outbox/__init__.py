"""What people should see and what must be asked of Telegram: written in the effect's commit, carried out by one sender."""
