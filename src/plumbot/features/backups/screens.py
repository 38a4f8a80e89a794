"""What the main admin sees of backups."""

from dataclasses import dataclass

from markupsafe import Markup

from plumbot.club import panel
from plumbot.club.permissions import Permission
from plumbot.club.places import AdminSection, Places
from plumbot.kit.callbacks import Callback
from plumbot.kit.refusals import N_
from plumbot.kit.screens import Button, Document, Message, rows, screen
from plumbot.kit.texts import Texts

SOURCE = "backups.file"  # who makes the file's content when it is sent


@dataclass(frozen=True)
class Backup(Callback, prefix="adm-bak"):
    """`open` the page, `sure` (also without a key?), `make` one."""

    act: str


def add_to_panel(places: Places) -> None:
    places.sections.append(AdminSection(90, N_("Backup"), Backup("open").pack(), Permission.OWNER))


@screen("backups.offer")
def offer(t: Texts, *, encrypted: bool, under_way: bool) -> Message:
    what = t("<b>Backup</b>\n\nThe whole database as one file: kept on the machine, and sent to you here.")
    if under_way:
        return Message(Markup("\n\n").join([what, t("One is being made right now.")]), rows(_again(t), panel.back(t)))
    if encrypted:
        text = t("It is encrypted with the key of PLUM_BACKUP__KEY.")
        make = Button(t.plain("Make a backup"), Backup("make").pack())
    else:
        text = t(
            "It would <b>not be encrypted</b>, since PLUM_BACKUP__KEY is not set: "
            "whoever gets hold of the file can read everything about everybody."
        )
        make = Button(t.plain("Make one all the same"), Backup("sure").pack())
    return Message(Markup("\n\n").join([what, text]), rows(make, panel.back(t)))


@screen("backups.sure")
def sure(t: Texts) -> Message:
    """The second question, where there is no key."""
    text = t("Send the club's whole database, readable for anybody, through Telegram? It stays in this chat.")
    return Message(
        text,
        rows(Button(t.plain("Yes, send it unencrypted"), Backup("make").pack()), panel.back(t, Backup("open").pack())),
    )


@screen("backups.making")
def making(t: Texts) -> Message:
    text = t("The backup is being made. This message changes when it is there.")
    return Message(text, rows(_again(t), panel.back(t)))


@screen("backups.made")
def made(t: Texts, *, file: str, kilobytes: int, sent: bool, encrypted: bool) -> Message:
    name = Markup("<code>{}</code>").format(file)
    parts = [t("The backup is there: {name}, {kilobytes} KiB.", name=name, kilobytes=kilobytes)]
    parts.append(t("It is encrypted.") if encrypted else t("It is not encrypted: keep it safe."))
    parts.append(
        t("The file comes below.")
        if sent
        else t("It is too large for Telegram; it lies on the machine, in PLUM_BACKUP__DIR.")
    )
    return Message(Markup("\n").join(parts), rows(panel.back(t)))


@screen("backups.failed")
def failed(t: Texts, *, reason: str) -> Message:
    return Message(t("The backup failed: {reason}", reason=reason), rows(_again(t), panel.back(t)))


@screen("backups.file")
def file_itself(t: Texts, *, file: str) -> Message:
    caption = t("Restored by: <code>plumbot backup restore {file}</code>", file=file)
    return Message(caption, document=Document(file, SOURCE, {"file": file}))


def _again(t: Texts) -> Button:
    return Button(t.plain("Look again"), Backup("open").pack())
