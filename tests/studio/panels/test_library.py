"""The library is searched, opened, kept and cleared out, by mouse and by keys, and a deletion is no loss."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from studio.panels.calm_list import Index
from studio.panels.library import EMPTY, MENU, NO_FAVOURITE, NOTHING, LibraryPanel
from studio.panels.paint import boxes
from studio.panels.work_row import WorkRow
from studio.state.library import Library, Work
from tests.studio.panels.conftest import Keep, Press, click_row, content

TEXTS = ("A river does not hurry", "एक दिन रवि नदी पर गया", "Ek din Ravi bazaar gaya")


@pytest.fixture
def works(keep: Keep) -> list[Work]:
    """Three, the newest first as the panel shows them."""
    return [keep(text) for text in reversed(TEXTS)][::-1]


@pytest.fixture
def panel(qtbot: QtBot, library: Library) -> LibraryPanel:
    panel = LibraryPanel(library)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    panel.activateWindow()
    return panel


def shown(panel: LibraryPanel) -> list[str]:
    model = panel.view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def key(qtbot: QtBot, panel: LibraryPanel, which: Qt.Key, control: bool = False) -> None:
    panel.view.setFocus()
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(panel.view, which, modifier)


def search(qtbot: QtBot, panel: LibraryPanel, words: str) -> None:
    panel.search.setText(words)
    qtbot.waitUntil(lambda: not panel._typing.isActive())


def test_the_newest_work_stands_on_top(works: list[Work], panel: LibraryPanel, keep: Keep) -> None:
    assert shown(panel) == list(TEXTS)
    keep("Newer than all")
    assert shown(panel)[0] == "Newer than all"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("river", [TEXTS[0]]),
        ("RIVER  hurry", [TEXTS[0]]),
        ("नदी", [TEXTS[1]]),
        ("ek bazaar", [TEXTS[2]]),
        ("river bazaar", []),
        ("", list(TEXTS)),
    ],
)
def test_a_search_finds_works_with_all_its_words(
    works: list[Work], panel: LibraryPanel, qtbot: QtBot, words: str, found: list[str]
) -> None:
    search(qtbot, panel, words)
    assert shown(panel) == found


def test_a_search_waits_until_the_typing_rests(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.search, "riv")
    assert len(shown(panel)) == 3
    qtbot.waitUntil(lambda: shown(panel) == [TEXTS[0]])


def test_what_is_selected_stays_selected_through_a_search(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.select(works[1].id)
    search(qtbot, panel, "नदी")
    assert panel.current() == works[1]
    search(qtbot, panel, "")
    assert panel.current() == works[1]


def test_a_new_work_that_does_not_match_stays_out_of_the_search(
    works: list[Work], panel: LibraryPanel, keep: Keep, qtbot: QtBot
) -> None:
    search(qtbot, panel, "river")
    keep("nothing of the kind")
    keep("another river")
    assert shown(panel) == ["another river", TEXTS[0]]


def test_favourites_can_be_shown_alone(works: list[Work], panel: LibraryPanel, library: Library, qtbot: QtBot) -> None:
    library.set_favourite(works[2].id, True)
    panel.favourites.click()
    assert shown(panel) == [TEXTS[2]]
    panel.favourites.click()
    assert shown(panel) == list(TEXTS)


def test_f_makes_a_favourite_and_none_again(
    works: list[Work], panel: LibraryPanel, library: Library, qtbot: QtBot
) -> None:
    panel.select(works[1].id)
    key(qtbot, panel, Qt.Key.Key_F)
    assert [work.favourite for work in library.all()] == [False, True, False]
    key(qtbot, panel, Qt.Key.Key_F)
    assert not any(work.favourite for work in library.all())


def test_the_star_is_clicked_without_opening_the_work(
    works: list[Work], panel: LibraryPanel, library: Library, press: Press
) -> None:
    opened: list[Work] = []
    panel.work_opened.connect(opened.append)
    press(panel.view, 1, 0, 1)
    assert [work.favourite for work in library.all()] == [False, True, False]
    assert opened == []


def test_a_click_and_enter_open_a_work(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    opened: list[str] = []
    panel.work_opened.connect(lambda work: opened.append(work.id))
    click_row(qtbot, panel.view, 2)
    panel.select(works[0].id)
    key(qtbot, panel, Qt.Key.Key_Return)
    assert opened == [works[2].id, works[0].id]


def test_a_click_that_selects_more_opens_nothing(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    opened: list[Work] = []
    panel.select(works[0].id)
    panel.work_opened.connect(opened.append)
    at = content(panel.view, 1).bottomLeft() + QPoint(60, -6)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    assert opened == [] and panel.chosen() == works[:2]


@pytest.mark.parametrize(
    ("which", "signal"), [(Qt.Key.Key_U, "settings_requested"), (Qt.Key.Key_E, "export_requested")]
)
def test_a_key_asks_for_the_selected_work(
    works: list[Work], panel: LibraryPanel, qtbot: QtBot, which: Qt.Key, signal: str
) -> None:
    panel.select(works[1].id)
    with qtbot.waitSignal(getattr(panel, signal)) as asked:
        key(qtbot, panel, which)
    assert asked.args == [works[1]]


def test_the_text_is_copied_whole(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.select(works[1].id)
    key(qtbot, panel, Qt.Key.Key_C, control=True)
    assert QGuiApplication.clipboard().text() == TEXTS[1]


def test_a_deleted_work_comes_back_whole(
    works: list[Work], panel: LibraryPanel, library: Library, qtbot: QtBot
) -> None:
    panel.select(works[1].id)
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert shown(panel) == [TEXTS[0], TEXTS[2]]
    assert panel.undo_bar.isVisible()
    panel.undo_bar._button.click()
    assert shown(panel) == list(TEXTS) and not panel.undo_bar.isVisible()
    assert library.get(works[1].id) == works[1] and panel.current() == works[1]


def test_several_are_deleted_and_come_back_together(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.view.selectAll()
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert shown(panel) == [] and "3 works" in panel.undo_bar._label.text()
    qtbot.keyClick(panel.undo_bar._button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown(panel) == list(TEXTS)


def test_deletions_are_undone_in_turn_even_when_the_offer_has_gone(
    works: list[Work], panel: LibraryPanel, qtbot: QtBot
) -> None:
    for work in works[:2]:
        panel.select(work.id)
        key(qtbot, panel, Qt.Key.Key_Delete)
    panel.undo_bar._timer.timeout.emit()
    assert not panel.undo_bar.isVisible()
    key(qtbot, panel, Qt.Key.Key_Z, control=True)
    assert shown(panel) == list(TEXTS[1:])
    key(qtbot, panel, Qt.Key.Key_Z, control=True)
    assert shown(panel) == list(TEXTS)


def test_after_a_deletion_the_keys_mean_the_next_work(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    panel.select(works[0].id)
    for left in (TEXTS[1:], TEXTS[2:], ()):
        key(qtbot, panel, Qt.Key.Key_Delete)
        assert shown(panel) == list(left)


def test_ctrl_z_in_the_search_field_takes_back_typing_alone(
    works: list[Work], panel: LibraryPanel, qtbot: QtBot
) -> None:
    panel.select(works[0].id)
    key(qtbot, panel, Qt.Key.Key_Delete)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "x")
    qtbot.keyClick(panel.search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.search.text() == ""
    qtbot.waitUntil(lambda: not panel._typing.isActive())
    assert shown(panel) == list(TEXTS[1:])


def test_letters_typed_in_the_search_field_are_no_commands(
    works: list[Work], panel: LibraryPanel, library: Library, qtbot: QtBot
) -> None:
    panel.select(works[0].id)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "fue")
    assert panel.search.text() == "fue" and not any(work.favourite for work in library.all())


def test_an_empty_list_says_why(works: list[Work], panel: LibraryPanel, library: Library, qtbot: QtBot) -> None:
    search(qtbot, panel, "no such word")
    assert panel._blank._heading.text() == NOTHING[0] and panel._blank.isVisible()
    search(qtbot, panel, "")
    panel.favourites.click()
    assert panel._blank._heading.text() == NO_FAVOURITE[0]
    panel.favourites.click()
    for work in works:
        library.delete(work.id)
    assert panel._blank._heading.text() == EMPTY[0] and not panel.view.isVisible()


def test_the_menu_offers_all_of_it(works: list[Work], panel: LibraryPanel) -> None:
    panel.select(works[0].id)
    panel.view.customContextMenuRequested.emit(QPoint(20, 40))
    menu = panel.view.findChild(QMenu)
    assert menu is not None
    named = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert len(named) == len([name for name in MENU if name])
    assert named["Delete"] and not named["Undo delete"] and named["Open the works folder"]
    menu.close()


def test_the_list_keeps_the_rules_of_qt_whatever_happens(
    works: list[Work], panel: LibraryPanel, library: Library, keep: Keep, qtbot: QtBot
) -> None:
    tester = QAbstractItemModelTester(panel.view.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    keep("one more")
    library.set_favourite(works[0].id, True)
    library.delete(works[1].id)
    search(qtbot, panel, "ravi")
    library.restore(works[1].id)
    search(qtbot, panel, "")
    assert len(shown(panel)) == 4 and tester.model() is panel.view.model()


def test_thousands_of_works_ask_for_their_height_once(
    works: list[Work], keep: Keep, library: Library, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        keep(f"work {number}")
    asked: list[int] = []

    class Counted(WorkRow):  # a method put into a class and taken out again would still be called by what has been made
        def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
            asked.append(index.row())
            return super().sizeHint(option, index)

    monkeypatch.setattr("studio.panels.library.WorkRow", Counted)
    panel = LibraryPanel(library)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: panel.view.verticalScrollBar().maximum() > 0)
    panel.view.scrollToBottom()
    assert 1 <= len(set(asked)) <= 2


def test_the_star_says_what_it_does(works: list[Work], panel: LibraryPanel, qtbot: QtBot) -> None:
    index = panel.view.model().index(0, 0)
    at = boxes(content(panel.view, 0), 1)[0].center()
    option = QStyleOptionViewItem()
    option.rect = panel.view.visualRect(index)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, panel.view.viewport().mapToGlobal(at))
    assert panel._row.helpEvent(event, panel.view, option, index)
    qtbot.waitUntil(lambda: "favourite" in QToolTip.text())
    QToolTip.hideText()


def test_a_row_says_all_to_those_who_listen(works: list[Work], panel: LibraryPanel, library: Library) -> None:
    library.set_favourite(works[1].id, True)
    said = panel.view.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(f"{TEXTS[1]}, text, ") and said.endswith(", favourite")
