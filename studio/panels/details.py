"""What is behind a notice, for the curious and for reports: the program's own words, the log one click away."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from studio import theme
from studio.panels.places import open_log


def show_details(parent: QWidget, sentence: str, details: str) -> QDialog:
    """Open a dialog with the sentence and what is known beyond it."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Details")
    said = QLabel(sentence, wordWrap=True)
    said.setTextFormat(Qt.TextFormat.PlainText)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
    column.setSpacing(theme.GAP)
    for widget in (said, _report(details), _buttons(dialog, f"{sentence}\n\n{details}")):
        column.addWidget(widget)
    dialog.resize(680, 420)
    dialog.open()
    return dialog


def _report(details: str) -> QPlainTextEdit:
    report = QPlainTextEdit(details, readOnly=True)
    report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    report.setAccessibleName("Details")
    report.setTabChangesFocus(True)
    return report


def _buttons(dialog: QDialog, report: str) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
    log = buttons.addButton("Log file", QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
    log.clicked.connect(lambda: open_log(dialog))
    buttons.rejected.connect(dialog.reject)
    return buttons
