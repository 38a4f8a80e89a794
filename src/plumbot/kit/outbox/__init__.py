"""What people should see and what Telegram must do: written in the effect's commit, carried out by one sender."""
