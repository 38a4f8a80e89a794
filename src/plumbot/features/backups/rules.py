"""What is refused about backups on demand, and what is too large to be sent."""

from plumbot.kit.refusals import N_, Refusal

LARGEST_BYTES = 49_000_000  # Telegram takes files of 50 MB from bots


class UnderWay(Refusal):
    text = N_("A backup is being made already. It comes to whoever ordered it.")
