"""`plumbot features`: what is switched on, and why the rest is not."""

import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Annotated

import typer

from plumbot.kit.settings import Settings, load_settings
from plumbot.kit.settings_blocks import FeaturesSettings

PART_OF = {"whoami_lookup": "whoami", "profile_card": "profile"}


@dataclass(frozen=True)
class Feature:
    """One switch. `why` explains an `on` that is False."""

    name: str
    on: bool
    why: str = ""


def states(settings: Settings) -> list[Feature]:
    """Every feature that has a switch."""
    return [state(settings.features, name) for name in FeaturesSettings.model_fields]


def state(switches: FeaturesSettings, name: str) -> Feature:
    whole = PART_OF.get(name, name)
    if find_spec(f"plumbot.features.{whole}") is None or find_spec(f"plumbot.features.{whole}.service") is None:
        return Feature(name, on=False, why="not part of this version")
    if (switch := switches.off_by(name)) is not None:
        return Feature(name, on=False, why=f"{FeaturesSettings.variable(switch)} is off")
    return Feature(name, on=True)


def features(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False) -> None:
    """Say which features are on, and why others are off.

    Example: PLUM_FEATURES__KARMA=off plumbot features
    """
    found = states(load_settings())
    if as_json:
        typer.echo(json.dumps([asdict(feature) for feature in found]))
        return
    for feature in found:
        word = typer.style("on ", fg="green") if feature.on else typer.style("off", fg="yellow")
        typer.echo(f"{word}  {feature.name:<14} {feature.why}".rstrip())
