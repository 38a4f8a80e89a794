"""All journeys are made on both databases."""

import pytest


@pytest.fixture(autouse=True)
def both_databases(on_both: None) -> None:
    pass
