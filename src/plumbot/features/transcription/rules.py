"""What may be asked for, how often, and in whose name. Every no has its own sentence."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from plumbot.kit.refusals import N_, Refusal

QUEUED, RUNNING, DONE, FAILED, CANCELLED, DEAD = "queued", "running", "done", "failed", "cancelled", "dead"
OPEN, ENDED = (QUEUED, RUNNING), (DONE, FAILED, CANCELLED, DEAD)
ASKED, BY_ITSELF = 0, 1  # priorities: what nobody asked for waits for those who did

MOST_FAILURES = 3
LEASE = timedelta(seconds=30)
BETWEEN_ATTEMPTS = timedelta(seconds=5)
WORKER_IS_THERE = timedelta(minutes=5)
CLIPS_KEPT = timedelta(days=7)
TEXTS_KEPT = timedelta(days=30)

MIB = 1024 * 1024
LARGEST_BYTES = 20 * MIB  # what Telegram lets bots download
LARGEST_BYTES_LOCAL = 2_000 * MIB  # from a Bot API server of one's own
OFFICIAL = "api.telegram.org"

LANGUAGES = ("ru", "en")
WRITE_IT_DOWN = "✍"  # the reaction that asks for the words of a voice message


class NobodyListens(Refusal):
    text = N_("The part of the bot that listens is not running at the moment. Try again later.")


class NothingInstalled(Refusal):
    text = N_("This bot has no speech recognition installed, so it cannot turn speech into text.")


class NothingAttached(Refusal):
    text = N_("There is nothing to listen to: answer a voice message, a video or a recording with /text.")


class NotHere(Refusal):
    text = N_("In this chat speech is not turned into text. Forward the message to me in private.")


class OptedOut(Refusal):
    text = N_("The person who speaks there does not want to be transcribed.")


class TooBig(Refusal):
    text = N_("This file is too big: Telegram gives me files of up to {mib} MB.")


class TooLong(Refusal):
    text = N_("This recording is too long: {minutes} min, and I listen to {most} min at most.")


class TooManyOpen(Refusal):
    text = N_("Recordings of yours that wait already: {n}. Send the next one when one of them is done.")


class JobsUsedUp(Refusal):
    text = N_("Recordings recognised for you today: {n}, which is all for a day. More in {hours} h {minutes} min.")


class MinutesUsedUp(Refusal):
    text = N_(
        "Too long for what is left of today: {left} of {n} min. You get {n} min again in {hours} h {minutes} min."
    )


class AlreadyAsked(Refusal):
    text = N_("I am at this recording already.")


class NotYours(Refusal):
    text = N_("Only those who asked, who speak there, and admins can press this.")


class NotThereAnyMore(Refusal):
    text = N_("This recording is not known to me any more. Send it again.")


def check_size(size: int | None, largest: int) -> None:
    if size is not None and size > largest:
        raise TooBig(mib=largest // MIB)


def check_length(seconds: float | None, longest: int) -> None:
    """What is claimed; what is true is found when it is decoded."""
    if seconds is not None and seconds > longest:
        raise TooLong(minutes=_minutes(seconds), most=_minutes(longest))


def check_open(n: int, most: int) -> None:
    if n >= most:
        raise TooManyOpen(n=n)


def check_day(
    jobs: int, seconds: float, more: float | None, most_jobs: int, most_minutes: int, left: timedelta
) -> None:
    """`left` is how long the day still lasts."""
    hours, minutes = divmod(max(60, int(left.total_seconds())) // 60, 60)
    if jobs >= most_jobs:
        raise JobsUsedUp(n=jobs, hours=hours, minutes=minutes)
    rest = most_minutes * 60 - seconds
    if rest <= 0 or (more or 0) > rest:
        raise MinutesUsedUp(left=max(0, int(rest // 60)), n=most_minutes, hours=hours, minutes=minutes)


def day_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The club's day: its beginning and its end."""
    today = now.astimezone(zone).date()
    begin = datetime.combine(today, time(), zone)
    return begin, datetime.combine(today + timedelta(days=1), time(), zone)


def largest_bytes(api_url: str) -> int:
    """A server of one's own gives larger files; whether it really does is found out when it is asked."""
    return LARGEST_BYTES if OFFICIAL in api_url else LARGEST_BYTES_LOCAL


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
