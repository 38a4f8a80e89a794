"""What doctor finds about backups: how old the newest is, and whether the bot takes any by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from plumbot.apps.doctor_workers import ago
from plumbot.apps.findings import Finding, ok, warn
from plumbot.kit.settings import Settings
from plumbot.vault import backups

ABOUT = "backups"
OLDEST = timedelta(hours=36)  # a night's was missed; deploy/prometheus/alerts.yml has the same
TODO = "Take one now: `plumbot backup create`."


def look_at_backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Where the bot takes none somebody else may, on another disk: then nothing is wrong for it."""
    folder, daily = settings.backup.dir, settings.backs_up_daily
    try:
        found = backups.listed(folder)
    except OSError as fault:
        yield warn(ABOUT, f"{folder} cannot be read: {fault.strerror}.", "Let the bot's user read and write there.")
        return
    if not daily:
        yield ok(ABOUT, "PLUM_BACKUP__DAILY is off: something else has to call `plumbot backup create`.")
    if found:
        made = backups.made_at(found[0])
        says = f"The newest backup was taken {ago(made, now)}: {found[0]}."
        late = daily and now - made > OLDEST
        yield warn(ABOUT, says, f"{TODO} The bot's log says why it took none.") if late else ok(ABOUT, says)
    elif daily:
        yield warn(ABOUT, f"There is none in {folder} yet; the bot takes one each night at four.", TODO)
