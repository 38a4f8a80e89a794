"""What comes back from the site, read strictly, and what is shown of a person."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from plumbot.features.whoami.rules import LARGEST_ID

Name = Annotated[str, StringConstraints(max_length=256)]


class Found(BaseModel):
    """A person as the site names them. Unknown fields are passed over, wrong types are refused."""

    model_config = ConfigDict(strict=True, frozen=True, populate_by_name=True)

    id: Annotated[int, Field(gt=0, lt=LARGEST_ID)]
    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    first_name: Annotated[Name | None, Field(alias="firstName")] = None
    last_name: Annotated[Name | None, Field(alias="lastName")] = None

    def shown(self) -> dict[str, Any]:
        """The values of the screen that shows a person."""
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return {"user_id": self.id, "name": name, "username": self.username}
