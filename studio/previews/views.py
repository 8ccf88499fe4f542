"""The view of each medium. What a new medium adds a line to."""

from studio.previews.picture_view import PictureView
from studio.previews.sound_view import SoundView
from studio.previews.text_view import TextView

View = TextView | SoundView | PictureView
"""Any view."""

VIEWS: dict[str, type[View]] = {"text": TextView, "sound": SoundView, "picture": PictureView}
"""The tag of a preview → its view."""
