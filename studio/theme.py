"""The look: every colour of the studio, light and dark, the palette and stylesheet made of them, and one scale of type.

Colours are `#rrggbb`. Whoever paints asks `colours()` while painting, so that a change of theme, announced by Qt as a
change of palette, needs no other signal. Text has a contrast of 4.5 on every ground it may stand on (WCAG 2.2, 1.4.3).
"""

from dataclasses import asdict, dataclass
from string import Template
from typing import Literal

from PySide6.QtCore import QDir, QLoggingCategory, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from engine.api import paths

Appearance = Literal["system", "light", "dark"]
Size = Literal["small", "body", "title", "display"]


@dataclass(frozen=True)
class Colours:
    """Grounds from the back to the front, what stands on them, and what tokens and messages mean."""

    background: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_soft: str
    """The ground of what is selected."""
    ok: str
    warning: str
    error: str
    masked: str
    fixed: str
    locked: str
    confidence: tuple[str, str, str, str, str]
    """Grounds for text, from unsure to sure: orange to blue, which the colour-blind tell apart."""
    heat: tuple[str, str, str, str, str]
    """Over pictures, thinly, from unsure to sure: the same two colours, stronger."""
    spectrum: tuple[str, ...]
    """From silence, which is the surface, to the loudest; each lighter, or each darker, than the one before."""


LIGHT = Colours(
    background="#f4f5f8",
    surface="#ffffff",
    raised="#e9ecf2",
    border="#ccd2dd",
    text="#1c2029",
    muted="#59616f",
    accent="#6246c9",
    accent_hover="#5438b5",
    accent_text="#ffffff",
    accent_soft="#e6dffb",
    ok="#1b7a4b",
    warning="#8f5a00",
    error="#c02b32",
    masked="#c3cad6",
    fixed="#eceef3",
    locked="#ddd0ff",
    confidence=("#f0954a", "#f7bf86", "#f3e6cf", "#dfe7f0", "#bcd4f5"),
    heat=("#e2570a", "#f2973f", "#f0d9a8", "#93bdec", "#3a7bd5"),
    spectrum=("#ffffff", "#e8dff8", "#c9a7e8", "#b265b4", "#8f2d6b", "#561339", "#23081c"),
)
DARK = Colours(
    background="#14161b",
    surface="#1b1e25",
    raised="#282c36",
    border="#3a404c",
    text="#eceef3",
    muted="#a3abb9",
    accent="#a891f7",
    accent_hover="#bba8fb",
    accent_text="#17112b",
    accent_soft="#392f5c",
    ok="#5fd39a",
    warning="#f0b95a",
    error="#ff8f88",
    masked="#414958",
    fixed="#2d323d",
    locked="#56429a",
    confidence=("#a85208", "#86602b", "#605c52", "#46545f", "#2a4668"),
    heat=("#e2570a", "#f2973f", "#f0d9a8", "#93bdec", "#3a7bd5"),
    spectrum=("#1b1e25", "#382a5e", "#6f3790", "#b24a8c", "#e76f64", "#f8ae62", "#fdf3bd"),
)

TIGHT, GAP, MARGIN, RADIUS, CONTROL = 4, 8, 16, 6, 30
"""Spacing, corner radius and height of a control, in device-independent pixels."""

SCALE: dict[Size, float] = {"small": 0.88, "body": 1.0, "title": 1.25, "display": 1.7}
SHIPPED_FAMILY, ALIASES = "Inter", ("Sans Serif", "Sans", "")
"""Used where the desktop names no font of its own, which Qt tells by one of these."""
FALLBACK_FAMILIES = ("Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari", "Lohit Devanagari")
"""For Devanagari; the last one is shipped."""


def apply(app: QApplication, appearance: Appearance = "system") -> None:
    """Dress the whole program. "system" follows the desktop, also while the program runs."""
    first = app.property("appearance") is None
    app.setProperty("appearance", appearance)
    if first:
        QDir.addSearchPath("icons", str(paths.assets() / "icons"))
        app.setStyle("Fusion")
        _load_fonts()
        app.setFont(font("body"))
        app.styleHints().colorSchemeChanged.connect(lambda: _dress(app))
    asked = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(appearance, Qt.ColorScheme.Unknown)
    app.styleHints().setColorScheme(asked)
    _dress(app)


def colours() -> Colours:
    """The colours the program wears now."""
    return DARK if QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background) else LIGHT


def font(size: Size = "body", bold: bool = False) -> QFont:
    """The system's font in one of four sizes, with families behind it that hold Devanagari."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    family, points = made.family(), made.pointSizeF()
    if family in ALIASES:
        family, points = SHIPPED_FAMILY, max(points, 10.0)
    made.setFamilies([family, *FALLBACK_FAMILIES])
    made.setPointSizeF(round(points * SCALE[size], 1))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def _load_fonts() -> None:
    """The shipped fonts. Qt would remark on each that lacks a script, which is what fallbacks are for."""
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    for path in sorted((paths.assets() / "fonts").glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(path))


def _dress(app: QApplication) -> None:
    """Palette and stylesheet in the colours that are asked for; costs a repaint, so only where they change."""
    asked, scheme = app.property("appearance"), app.styleHints().colorScheme()
    dark = asked == "dark" or (asked == "system" and scheme == Qt.ColorScheme.Dark)
    chosen = DARK if dark else LIGHT
    if app.styleSheet() and colours() is chosen:
        return
    app.setPalette(palette(chosen))
    app.setStyleSheet(stylesheet(chosen))


def palette(chosen: Colours) -> QPalette:
    """The colours in the places where Qt looks for them."""
    made = QPalette()
    for role, colour in _roles(chosen).items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        faded = QColor(chosen.muted)
        faded.setAlphaF(0.55)
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return made


def _roles(chosen: Colours) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    return {
        role.Window: chosen.background,
        role.WindowText: chosen.text,
        role.Base: chosen.surface,
        role.AlternateBase: chosen.background,
        role.Text: chosen.text,
        role.Button: chosen.raised,
        role.ButtonText: chosen.text,
        role.BrightText: chosen.accent_text,
        role.PlaceholderText: chosen.muted,
        role.ToolTipBase: chosen.raised,
        role.ToolTipText: chosen.text,
        role.Highlight: chosen.accent_soft,
        role.HighlightedText: chosen.text,
        role.Accent: chosen.accent,
        role.Link: chosen.accent,
        role.LinkVisited: chosen.accent,
        role.Light: chosen.raised,
        role.Midlight: chosen.border,
        role.Mid: chosen.border,
        role.Dark: chosen.border,
        role.Shadow: chosen.border,
    }


def stylesheet(chosen: Colours) -> str:
    """What the palette cannot say: corners, padding, focus rings."""
    tone = "dark" if chosen is DARK else "light"
    sizes = {"radius": RADIUS, "control": CONTROL - 2, "gap": GAP, "tight": TIGHT}
    text = (paths.assets() / "theme" / "studio.qss").read_text(encoding="utf-8")
    return Template(text).substitute({**asdict(chosen), **sizes, "tone": tone})
