"""The form: made from a request, gives back what was loaded, and says under a field what is wrong with it."""

import string
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QPlainTextEdit,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.api.cards import ModelCard
from engine.api.chords import parse_chord
from engine.api.errors import BadInput
from engine.api.params import SEEDS, CheckpointRef, Choice, Draft, Field, Number, Seed, Text, fields
from engine.api.requests import MusicRequest, TextRequest
from studio.editors.caption import Caption
from studio.editors.form import Form
from tests.studio.fake_engine import text_card
from tests.studio.playback.sounds import tone, write_floats

CONTROLS = QAbstractButton | QAbstractSpinBox | QComboBox | QPlainTextEdit | QSlider
ANY = text_card(options={})


def made(qtbot: QtBot, *cards: ModelCard) -> Form:
    form = Form(TextRequest, cards or [ANY])
    qtbot.addWidget(form)
    form.show()
    return form


def editor(form: Form, name: str) -> Any:
    return form._rows[name].editor


def sentence(form: Form, name: str) -> str:
    row = form._rows[name]
    return row.complaint() if row._sentence.isVisible() else ""


def of(field: Field) -> st.SearchStrategy[Any]:
    """Every value of a field that can be used."""
    match field.kind:
        case Number(low=low, high=high):
            return st.integers(int(low), int(high)) if field.type is int else st.floats(low, high)
        case Choice(options=options):
            return st.sampled_from(options)
        case Text():
            letters = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r")
            return st.text(letters, max_size=80)
        case Seed():
            return st.integers(0, SEEDS - 1)
        case CheckpointRef():
            return st.text(string.ascii_lowercase, min_size=1, max_size=8)
        case Draft(low=low):
            return st.lists(st.integers(low, 9000), max_size=20).map(tuple)
    raise AssertionError(f"how is {field.kind} drawn?")


REQUESTS = st.builds(TextRequest, **{field.name: of(field) for field in fields(TextRequest)})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_what_is_loaded_is_asked_for(qtbot: QtBot, request: TextRequest) -> None:
    form = Form(TextRequest, [ANY])
    form.load(request)
    assert form.request() == request
    again = Form(TextRequest, [ANY])
    again.restore(form.values())
    assert again.request() == request
    for each in (form, again):
        each.deleteLater()


def test_every_field_is_shown_or_carried(qtbot: QtBot) -> None:
    form = made(qtbot)
    assert form._rows.keys() | form._carried.keys() == set(TextRequest.__struct_fields__)
    assert form._carried.keys() == {"draft", "locked"}


def test_every_control_has_a_name_and_a_help_sentence(qtbot: QtBot) -> None:
    form = made(qtbot, ANY, text_card(id="other"))
    form.set_draft((1, 2), ())
    form._page.fold.set_open(True)
    controls = [
        control for control in form.findChildren(QWidget) if isinstance(control, CONTROLS) and control.isVisible()
    ]
    assert len(controls) > 20
    for control in controls:
        spoken = QAccessible.queryAccessibleInterface(control)
        assert spoken.text(QAccessible.Text.Name), control
        assert control.toolTip(), control.accessibleName()


def test_advanced_fields_are_folded_away(qtbot: QtBot) -> None:
    form = made(qtbot)
    assert editor(form, "steps").isVisible() and not editor(form, "sway").isVisible()
    form._page.fold.set_open(True)
    assert editor(form, "sway").isVisible()


def test_the_fold_says_how_much_under_it_is_not_as_usual(qtbot: QtBot) -> None:
    form = made(qtbot)
    form.load(TextRequest(sway=0.5, spacing="karras"))
    assert "2 changed" in form._page.fold._heading.text()
    form.reset()
    assert "changed" not in form._page.fold._heading.text()


def test_a_choice_of_one_is_not_shown(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={"language": ("hindi",)}))
    assert not editor(form, "language").isVisible() and not editor(form, "checkpoint").isVisible()
    assert form.request().language == "hindi"


def test_an_unlocked_seed_is_drawn_for_each_request_and_shown(qtbot: QtBot) -> None:
    form = made(qtbot)
    seeds = {form.request().seed for _ in range(4)}
    assert len(seeds) == 4 and editor(form, "seed").value() in seeds


def test_a_checkpoint_brings_its_defaults_to_a_fresh_form(qtbot: QtBot) -> None:
    card = text_card(defaults={"steps": 24, "language": "hindi", "guidance": 2, "temperature": 99, "nonsense": 1})
    request = made(qtbot, card).request()
    assert (request.steps, request.language, request.guidance) == (24, "hindi", 2.0)
    assert request.temperature == TextRequest().temperature


def test_words_that_only_the_card_knows_are_not_offered(qtbot: QtBot) -> None:
    form = made(
        qtbot, text_card(options={"language": ("latin", "hindi"), "style": (), "steps": ("1",), "gone": ("x",)})
    )
    assert form.request().language == "hindi"
    assert editor(form, "style").findChild(QComboBox).count() == 6


def test_another_checkpoint_narrows_the_choices(qtbot: QtBot) -> None:
    form = made(qtbot, ANY, text_card(id="hindi-only", options={"language": ("hindi", "hinglish")}))
    box = editor(form, "checkpoint").findChild(QComboBox)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert form.request().checkpoint == "hindi-only"
    assert form.request().language == "hindi"


RAIN = TextRequest(prompt="एक दिन", language="hindi", style="verse", steps=99, seed=3)


def test_an_example_brings_its_words_and_its_language(qtbot: QtBot) -> None:
    form = Form(TextRequest, [ANY], [RAIN])
    qtbot.addWidget(form)
    menu = editor(form, "prompt").findChild(QToolButton).menu()
    assert [entry.text() for entry in menu.actions()] == ["एक दिन"]
    menu.actions()[0].trigger()
    request = form.request()
    assert (request.prompt, request.language, request.style) == ("एक दिन", "hindi", "verse")
    assert request.steps == TextRequest().steps and request.seed != RAIN.seed


def test_a_rerun_takes_the_draft_and_the_knobs_but_not_the_words(qtbot: QtBot) -> None:
    form = made(qtbot)
    editor(form, "prompt").set_value("half-typed")
    editor(form, "temperature").set_value(1.5)
    request = form.rerun(TextRequest(prompt="shown", checkpoint="its own"), (4, -1), (0,), opened=False)
    assert (request.prompt, request.checkpoint, request.draft, request.locked) == ("shown", "its own", (4, -1), (0,))
    assert request.temperature == 1.5 and request.seed == editor(form, "seed").value() != 0


def test_a_rerun_of_an_opened_work_keeps_its_settings(qtbot: QtBot) -> None:
    form = made(qtbot)
    form.load(TextRequest(temperature=1.5, seed=1))
    shown = TextRequest(prompt="shown", temperature=0.3, seed=9)
    assert form.rerun(shown, (4, -1), (), opened=True) == msgspec.structs.replace(shown, draft=(4, -1))


def test_reset_brings_back_everything_but_the_words(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={}, defaults={"steps": 24}))
    form.load(TextRequest(prompt="mine", steps=99, sway=1.0, draft=(1,), seed=5))
    with qtbot.waitSignal(form.changed):
        form.reset()
    request = form.request()
    assert (request.prompt, request.steps, request.sway, request.draft) == ("mine", 24, 0.0, ())
    assert request.seed != form.request().seed


def test_what_is_wrong_is_said_under_its_field(qtbot: QtBot) -> None:
    form = made(qtbot)
    editor(form, "prompt").set_value("x" * 10_001)
    with pytest.raises(BadInput, match="^Prompt may hold 10,000 characters"):
        form.request()
    assert sentence(form, "prompt") == "Prompt may hold 10,000 characters, not 10,001; shorten it."
    assert sentence(form, "steps") == ""
    editor(form, "prompt").findChild(QPlainTextEdit).textCursor().deletePreviousChar()
    assert sentence(form, "prompt") == ""


def test_a_complaint_about_an_advanced_field_opens_the_fold(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={"spacing": ("uniform", "karras")}))
    form.load(TextRequest(spacing="pruned"))
    with pytest.raises(BadInput, match="with this checkpoint"):
        form.request()
    assert sentence(form, "spacing").startswith("Spacing must be one of uniform, karras")


def test_no_seed_is_drawn_for_a_request_that_cannot_be_used(qtbot: QtBot) -> None:
    form = made(qtbot)
    editor(form, "prompt").set_value("\ud800")
    with pytest.raises(BadInput):
        form.request()
    assert editor(form, "seed").value() == 0


def test_turning_a_live_field_says_so_and_loading_one_does_not(qtbot: QtBot) -> None:
    form = made(qtbot)
    turned: list[tuple[str, float]] = []
    form.adjusted.connect(lambda name, value: turned.append((name, value)))
    form.load(TextRequest(guidance=4, gamma=0.5))
    editor(form, "guidance").findChild(QSlider).setValue(15)
    editor(form, "steps").findChild(QSlider).setValue(5)
    editor(form, "gamma").findChild(QSlider).setValue(2)
    assert turned == [("guidance", 2.5), ("gamma", 0.1)]


def test_a_draft_is_said_and_ends_when_the_words_change(qtbot: QtBot) -> None:
    form = made(qtbot)
    form.load(TextRequest(prompt="one", draft=(5, -1), locked=(0,)))
    assert form._page.draft.isVisible() and form.request().draft == (5, -1)
    editor(form, "steps").findChild(QSlider).setValue(5)
    assert form.request().draft == (5, -1)
    editor(form, "prompt").findChild(QPlainTextEdit).insertPlainText("two")
    assert not form._page.draft.isVisible() and form.request().draft == form.request().locked == ()


def test_a_draft_can_be_dismissed(qtbot: QtBot) -> None:
    form = made(qtbot)
    form.set_draft((5, -1), (0,))
    assert (form.request().draft, form.request().locked) == ((5, -1), (0,))
    with qtbot.waitSignal(form.changed):
        form._page.draft.findChildren(QAbstractButton)[0].click()
    assert form.request().draft == form.request().locked == ()


def test_a_half_typed_form_comes_back(qtbot: QtBot) -> None:
    form = made(qtbot)
    editor(form, "prompt").set_value("x" * 10_001 + "\ud800")
    editor(form, "seed").set_value(7)
    form._page.fold.set_open(True)
    again = made(qtbot)
    again.restore(form.values())
    assert again.values() == form.values()
    assert not editor(again, "seed").locked()


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"fields": 3},
        {"fields": {"steps": "many", "guidance": 1e9, "prompt": None, "gone": 1}, "locked": 1, "advanced": "x"},
    ],
)
def test_what_another_version_kept_cannot_harm(qtbot: QtBot, kept: dict[str, Any]) -> None:
    form = made(qtbot)
    before = form.values()
    form.restore(kept)
    assert form.values() == before


def test_a_form_without_checkpoints_still_stands(qtbot: QtBot) -> None:
    form = Form(TextRequest, [])
    qtbot.addWidget(form)
    assert form.request().checkpoint == "pocket-text"


def test_a_checkpoint_that_is_not_installed_is_kept_and_shown(qtbot: QtBot) -> None:
    form = made(qtbot)
    form.load(TextRequest(checkpoint="gone"))
    assert form.request().checkpoint == "gone" and editor(form, "checkpoint").isVisible()


def test_captions_stand_in_one_column(qtbot: QtBot) -> None:
    form = made(qtbot)
    widths = {caption.minimumWidth() for caption in form.findChildren(Caption)}
    assert len(widths) == 1 and widths.pop() >= max(label.sizeHint().width() for label in form.findChildren(Caption))
    assert all(label.wordWrap() for label in form.findChildren(QLabel) if label.property("role") == "error")


ONLY = {"language": {"hindi": {"style": ("any", "story")}, "english": {"style": ("any", "story", "verse")}}}


def test_a_choice_narrows_another_as_the_card_says(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={}, only=ONLY))
    editor(form, "style").set_value("verse")
    editor(form, "language").set_value("hindi")
    editor(form, "language").changed.emit()
    assert form.request().style in ("any", "story")


def test_a_request_brings_its_own_choices_whatever_stood_there(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={}, only=ONLY))
    form.load(TextRequest(language="hindi", style="story"))
    verse = TextRequest(language="english", style="verse", seed=4)
    form.load(verse)
    assert form.request() == verse


def test_what_a_card_does_not_know_beside_the_rest_is_said_under_its_field(qtbot: QtBot) -> None:
    form = made(qtbot, text_card(options={}, only=ONLY))
    form.load(TextRequest(language="hindi", style="verse"))
    with pytest.raises(BadInput):
        form.request()
    assert sentence(form, "style") == "Style must be one of any, story with this checkpoint, not “verse”."


def music_card(**changes: object) -> ModelCard:
    return text_card(**{"id": "pocket-music", "modality": "music", "options": {}, **changes})


def music(qtbot: QtBot, *cards: ModelCard) -> Form:
    form = Form(MusicRequest, cards or [music_card()])
    qtbot.addWidget(form)
    form.show()
    return form


def test_music_that_is_loaded_is_asked_for(qtbot: QtBot) -> None:
    form = music(qtbot)
    request = MusicRequest(
        prompt="calm", key="Eb major", metre="3", chords="Eb Bb@6:2", sections="intro:2", bars=8, seed=4, anew=(0, 400)
    )
    form.load(request)
    assert form.request() == request
    again = music(qtbot)
    again.restore(form.values())
    assert msgspec.structs.replace(again.request(), seed=4) == request


def test_lanes_lie_on_the_tempo_the_metre_and_the_length_of_the_form(qtbot: QtBot) -> None:
    form = music(qtbot)
    form.load(MusicRequest(tempo=120, metre="4", seconds=8, chords="Am F"))
    ribbon = editor(form, "chords")._ribbon
    assert ribbon._scale.ruler.beats == 16 and ribbon.lane().stop == 8
    editor(form, "metre").set_value("3")
    editor(form, "metre").changed.emit()
    editor(form, "bars").findChild(QSlider).setValue(5)
    assert (ribbon._scale.ruler.bar, ribbon._scale.ruler.beats, ribbon.lane().stop) == (3, 15, 6)
    assert editor(form, "sections")._ribbon._scale.ruler.beats == 15


def test_chords_that_overlap_in_the_metre_are_refused_under_their_field(qtbot: QtBot) -> None:
    form = music(qtbot)
    form.load(MusicRequest(metre="3", chords="G@3 Dm F@10"))
    form.request()
    editor(form, "metre").set_value("4")
    editor(form, "metre").changed.emit()
    with pytest.raises(BadInput, match="overlap at beat 10"):
        form.request()
    assert "overlap at beat 10" in sentence(form, "chords") and sentence(form, "sections") == ""


def test_what_is_wrong_in_a_lane_is_said_while_it_is_typed_and_forgotten_when_it_is_right(qtbot: QtBot) -> None:
    form = music(qtbot)
    lane = editor(form, "chords")
    lane._as_text.click()
    writing = lane.findChild(QPlainTextEdit)
    writing.insertPlainText("Am Hm")
    assert sentence(form, "chords").startswith("“Hm” is no chord")
    editor(form, "steps").findChild(QSlider).setValue(5)
    assert sentence(form, "chords").startswith("“Hm” is no chord")
    writing.textCursor().deletePreviousChar()
    writing.textCursor().deletePreviousChar()
    assert sentence(form, "chords") == "" and form.request().chords == "Am "


def test_bars_stay_chosen_whatever_is_written_until_there_is_another_recording(qtbot: QtBot, tmp_path: Path) -> None:
    form = music(qtbot)
    path = write_floats(tmp_path / "a.wav", tone(220))
    form.load(MusicRequest(recording=str(path), anew=(0, 400)))
    assert form._page.draft._sentence.text() == "Of the recording only 0.0 to 0.4 s is made anew."
    editor(form, "chords")._take_next(parse_chord("C"))
    editor(form, "prompt").findChild(QPlainTextEdit).insertPlainText("calm")
    form.take({"key": "A minor"})
    assert form.request().anew == (0, 400) and form.request().chords == "C"
    form.take_sound(write_floats(tmp_path / "b.wav", tone(220)))
    assert form.request().anew == () and not form._page.draft.isVisibleTo(form)


LACKING = music_card(id="lacking", title="Lacking", lacks=("chords", "sections", "key", "upsampler_steps", "anew"))


def test_fields_that_a_checkpoint_makes_no_use_of_are_left_out(qtbot: QtBot) -> None:
    form = music(qtbot, LACKING, music_card())
    form._page.fold.set_open(True)
    form.load(MusicRequest(checkpoint="lacking", chords="Am Hm", key="A minor", upsampler_steps=99, anew=(0, 9)))
    for name in ("chords", "sections", "key", "upsampler_steps"):
        assert not editor(form, name).isVisible() and sentence(form, name) == "", name
    assert editor(form, "tempo").isVisible() and editor(form, "cascader_steps").isVisible()
    asked = form.request()
    assert (asked.chords, asked.key, asked.upsampler_steps, asked.anew) == ("", "any", 16, ())
    assert "changed" not in form._page.fold._heading.text()


def test_what_stood_in_fields_that_are_left_out_comes_back_with_another_checkpoint(qtbot: QtBot) -> None:
    form = music(qtbot, LACKING, music_card())
    form.load(MusicRequest(checkpoint="lacking", chords="Am F", key="A minor"))
    again = music(qtbot, LACKING, music_card())
    again.restore(form.values())
    qtbot.keyClick(editor(again, "checkpoint").findChild(QComboBox), Qt.Key.Key_Down)
    asked = again.request()
    assert (asked.checkpoint, asked.chords, asked.key) == ("pocket-music", "Am F", "A minor")
    assert editor(again, "chords").isVisible() and editor(again, "key").isVisible()


def test_a_rerun_asks_for_nothing_that_the_checkpoint_makes_no_use_of(qtbot: QtBot) -> None:
    form = music(qtbot, LACKING)
    form.load(MusicRequest(checkpoint="lacking", key="A minor"))
    assert form.rerun(MusicRequest(checkpoint="lacking"), opened=False).key == "any"


def test_tab_goes_through_a_lane_in_few_steps(qtbot: QtBot) -> None:
    form = music(qtbot)
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    now = editor(form, "chords")._presets
    now.setFocus()
    visited: list[str] = []
    while now is not editor(form, "sections")._ribbon and len(visited) < 12:
        visited.append(now.accessibleName())
        qtbot.keyClick(now, Qt.Key.Key_Tab)
        now = form.focusWidget()
    assert visited == [
        *("Presets of chords", "Chords as text", "Chords", "Circle of fifths", "C, I"),
        *("Add a section", "Sections as text"),
    ]
