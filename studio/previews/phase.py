"""What a view is shown in."""

from typing import Literal

Phase = Literal["moving", "held", "done"]
"""Steps pass by; the user holds one of them; the work is done."""
