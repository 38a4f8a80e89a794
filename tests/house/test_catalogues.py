"""No text is missing in either language: what the code says is in both catalogues, whole and with its placeholders."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "catalogs.py"
RUSSIAN_FORMS = 3


@pytest.fixture(scope="module")
def catalogs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogs", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_text_is_missing_in_either_language(catalogs: ModuleType) -> None:
    template = catalogs.texts_of_code()
    assert len(template) > 400
    assert [fault for language in catalogs.LANGUAGES for fault in catalogs.faults(language, template)] == []


def test_a_text_without_its_translation_is_found(catalogs: ModuleType) -> None:
    template = catalogs.texts_of_code()
    template.add("A sentence that nobody has translated")
    for language in catalogs.LANGUAGES:
        (fault,) = catalogs.faults(language, template)
        assert "nobody has translated" in fault


def test_russian_has_three_forms_of_whatever_is_counted(catalogs: ModuleType) -> None:
    counted = [message for message in catalogs.catalogue("ru") if message.pluralizable]
    assert counted
    for message in counted:
        assert len(catalogs.forms(message.string)) == RUSSIAN_FORMS, message.id
