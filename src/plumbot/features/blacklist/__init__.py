"""People who may not join: put there by an admin or by the gate, kept out of the chat, let off by an admin."""
