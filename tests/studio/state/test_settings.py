"""Settings: told when they change, there after a restart, never in the way."""

import pytest

from engine.api import paths
from studio.state.database import Database
from studio.state.settings import Preferences, Settings


def test_the_defaults_hold_until_something_is_chosen(settings: Settings) -> None:
    assert settings.get() == Preferences()
    assert settings.get().works_folder == str(paths.works())


def test_a_choice_is_told_and_comes_back(settings: Settings, database: Database) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.update(appearance="dark", memory_gb=2.5, previews=True)
    assert told == ["appearance", "memory_gb"]  # previews were on already
    assert settings.get() == Settings(database).get() == Preferences(appearance="dark", memory_gb=2.5)


def test_a_setting_that_is_not_declared_is_an_error(settings: Settings) -> None:
    with pytest.raises(TypeError):
        settings.update(colour="red")


def test_what_is_stored_of_another_type_is_left_out(settings: Settings, database: Database) -> None:
    database.keep({"settings.previews": "perhaps", "settings.memory_gb": 4, "settings.appearance": "light"})
    assert Settings(database).get() == Preferences(appearance="light", memory_gb=4.0)
