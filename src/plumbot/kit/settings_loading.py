"""How settings are read: the environment, `.env`, secret files; and one sentence for what is wrong."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "PLUM_"
FILE_SUFFIX = "_FILE"
KINDS = {
    "bool": "on or off",
    "int": "a whole number",
    "float": "a number",
    "time": "a time",
    "path": "a path",
}
BOUNDS = {
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number not below {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number not above {le}",
}

T = TypeVar("T")
B = TypeVar("B", bound="Block")


class SettingsProblem(Exception):
    """A setting is missing or wrong. Its text is a sentence for the operator, a line for each; the command exits
    with 2."""

    @property
    def variable(self) -> str:
        """The one that the sentence begins with; a file that holds it counts as it."""
        return str(self).partition(" ")[0].removesuffix(FILE_SUFFIX)


class Block(BaseSettings):
    """Settings of one feature. Made directly it takes arguments and defaults only, never the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # the other sources are not named: none is used
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_others: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @classmethod
    def variable(cls, field_name: str) -> str:
        """TelegramSettings.token is PLUM_TELEGRAM__TOKEN."""
        return f"{PREFIX}{cls.__name__.removesuffix('Settings').upper()}__{field_name.upper()}"

    @classmethod
    def is_secret(cls, field_name: str) -> bool:
        annotation = cls.model_fields[field_name].annotation
        return SecretStr in (annotation, *get_args(annotation))

    def require(self, value: T | None, field_name: str, meaning: str) -> T:
        """The value of a setting that may be absent, for somebody who cannot do without it."""
        if value is None:
            raise SettingsProblem(f"{self.variable(field_name)} is not set: it must be {meaning}.")
        return value


class Variables:
    """The variables of one block, a secret from the file that `_FILE` names. Empty means not set."""

    def __init__(self, block: type[Block], variables: Mapping[str, str]) -> None:
        self.block = block
        self.variables = variables

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Values by field, and a sentence for each field whose value cannot be had."""
        values: dict[str, Any] = {}
        unread: dict[str, str] = {}
        for name in self.block.model_fields:
            try:
                value = self._value(name)
            except SettingsProblem as problem:
                unread[name] = str(problem)
            else:
                values |= {name: value} if value is not None else {}
        return values, unread

    def _value(self, field_name: str) -> str | None:
        variable = self.block.variable(field_name)
        value = self.variables.get(variable) or None
        file = self.variables.get(variable + FILE_SUFFIX) if self.block.is_secret(field_name) else None
        if file and value:
            raise SettingsProblem(f"{variable} and {variable}{FILE_SUFFIX} are both set: keep one of them.")
        return secret_from(variable + FILE_SUFFIX, file) if file else value


def secret_from(variable: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsProblem(f"{variable} names {file!r}, which cannot be read: {reason}.") from error


def read_block(block: type[B], variables: Mapping[str, str]) -> B:
    """Raises with a line for each setting that is wrong."""
    values, wrong = Variables(block, variables).read()
    try:
        found = block(**values)
    except ValidationError as error:
        wrong |= {str(one["loc"][0]): explained(block, one) for one in reversed(error.errors())}
    if wrong:  # outside `except`: pydantic's own words may quote a secret
        raise SettingsProblem("\n".join(wrong[name] for name in block.model_fields if name in wrong))
    return found


def explained(block: type[Block], error: ErrorDetails) -> str:
    field_name = str(error["loc"][0])
    wrong = "" if block.is_secret(field_name) else f", not {str(error['input'])!r}"
    return f"{block.variable(field_name)} must be {expectation(block.model_fields[field_name], error)}{wrong}."


def expectation(field: FieldInfo, error: ErrorDetails) -> str:
    """What the value should have been, worded to follow "must be"."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"one of {', '.join(choices(field.annotation))}"
    if len(error["loc"]) > 1:
        wanted = "whole numbers with commas between them"
    elif kind in BOUNDS:
        wanted = BOUNDS[kind].format(**context)
    else:
        wanted = KINDS.get(kind.partition("_")[0], "another value")
    return f"{wanted} such as {field.examples[0]}" if field.examples else wanted


def choices(annotation: object) -> list[str]:
    """The words of a Literal, also of one that may be absent."""
    found = []
    for argument in get_args(annotation):
        found += [argument] if isinstance(argument, str) else choices(argument)
    return found


def merged(environ: Mapping[str, str], env_file: Path) -> dict[str, str]:
    """PLUM_ variables of both. The environment wins, also where `.env` gives the same secret otherwise."""
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    try:
        lines = dotenv_values(env_file, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"The settings file {env_file} cannot be read: {error}.") from error
    names = {name.removesuffix(FILE_SUFFIX) for name in ours}
    beneath = {
        name: value or ""
        for name, value in lines.items()
        if name.startswith(PREFIX) and name.removesuffix(FILE_SUFFIX) not in names
    }
    return beneath | ours


def known_variables(blocks: Iterable[type[Block]]) -> set[str]:
    known = set()
    for block in blocks:
        for field_name in block.model_fields:
            known.add(block.variable(field_name))
            if block.is_secret(field_name):
                known.add(block.variable(field_name) + FILE_SUFFIX)
    return known
