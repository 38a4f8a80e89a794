"""The dialogue of applying as a value: what is asked, what was answered, what a press or a text makes of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from plumbot.features.applications import rules
from plumbot.features.applications.refusals import ChooseHow, DraftGone, PressAButton, WordsWanted
from plumbot.features.applications.rules import FIELDS
from plumbot.kit.refusals import Refusal

CHOOSE, LINE, SUMMARY, CHANGE = "choose", "line", "summary", "change"


@dataclass(frozen=True)
class Draft:
    """`at` is CHOOSE, LINE, SUMMARY, CHANGE or the name of the field that is asked.

    `single`: only that field is asked, then the summary comes. `application_id`: the application that is corrected,
    and `said` what the admin wrote. `prompt`: the outbox key of the message that asks.
    """

    at: str = CHOOSE
    values: dict[str, str] = field(default_factory=dict)
    single: bool = False
    application_id: int | None = None
    said: str | None = None
    prompt: str | None = None

    @classmethod
    def left_in(cls, data: Mapping[str, Any]) -> "Draft | None":
        """From the dialogue's data; what another version of the program kept there is passed over."""
        kept = {name: value for name, value in (data.get("draft") or {}).items() if name in cls.__dataclass_fields__}
        return cls(**kept) if kept.get("at") in (CHOOSE, LINE, SUMMARY, CHANGE, *FIELDS) else None

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> "Draft":
        """The same, refused when there is none."""
        draft = cls.left_in(data)
        if draft is None:
            raise DraftGone
        return draft

    def dump(self) -> dict[str, Any]:
        return {"draft": asdict(self)}

    @property
    def missing(self) -> list[str]:
        return [name for name in FIELDS if name not in self.values]

    @property
    def filled_in(self) -> bool:
        """Nothing is missing, and the summary is next."""
        return self.at == SUMMARY and not self.missing

    def screen(self) -> tuple[str, dict[str, Any]]:
        """The screen that asks what is to be answered now, with its values."""
        match self.at:
            case "choose":
                return "applications.choose", {"begun": bool(self.values)}
            case "summary":
                return "applications.summary", {"values": self.values, "said": self.said}
            case "line" | "change":
                return f"applications.{self.at}", {}
        return "applications.step", {"field": self.at, "value": self.values.get(self.at)}

    def begun_again(self) -> "Draft":
        """The person asks to apply: what an earlier attempt left is offered, not lost."""
        return Draft(values=self.values)

    def pressed(self, go: str) -> "Draft":
        """`go` is the word on a button of ours: a place of the dialogue, a field, or where to go from here."""
        match go:
            case "back":
                return self._back()
            case "keep":
                return self.answered(self.values.get(self.at, ""))
            case "steps":
                return replace(self, at=FIELDS[0], single=False)
            case "resume":
                return self._to_next_gap()
            case "line" | "change":
                return replace(self, at=go, single=False)
        if go not in FIELDS:
            raise DraftGone
        return replace(self, at=go, single=True)

    def answered(self, typed: str) -> "Draft":
        """The person typed `typed` as the answer to what is asked."""
        if self.at == CHOOSE and not rules.is_a_line(typed):
            raise ChooseHow(example=rules.EXAMPLE)
        if self.at in (CHOOSE, LINE):
            return replace(self, at=SUMMARY, values=rules.parse_line(typed))
        if self.at not in FIELDS:
            raise PressAButton
        told = replace(self, values={**self.values, self.at: rules.clean_field(self.at, typed)})
        following = FIELDS[FIELDS.index(self.at) + 1 :]
        if self.single or not following:
            return told._to_next_gap()
        return replace(told, at=following[0])

    def _to_next_gap(self) -> "Draft":
        missing = self.missing
        return replace(self, at=missing[0] if missing else SUMMARY, single=False)

    def _back(self) -> "Draft":
        if self.at in FIELDS[1:] and not self.single:
            return replace(self, at=FIELDS[FIELDS.index(self.at) - 1])
        filled_in = self.at == CHANGE or self.single or self.application_id is not None
        return replace(self, at=SUMMARY if filled_in and not self.missing else CHOOSE, single=False)


def correction(application_id: int, values: Mapping[str, str | None], said: str | None, named: str | None) -> Draft:
    """A draft filled in with an application's old values, at the field that the admin named, else at the summary."""
    kept = {name: value for name, value in values.items() if value}
    draft = Draft(at=SUMMARY, values=kept, application_id=application_id, said=said)
    return draft.pressed(named) if named else draft._to_next_gap()


def wanted_by(draft: Draft | None) -> Refusal:
    """What to say to a picture or the like: words are wanted, or a press where only buttons count."""
    return PressAButton() if draft is not None and draft.at in (SUMMARY, CHANGE) else WordsWanted()
