"""What panels show as code comes from :mod:`coursepush.calls`."""

from coursepush.calls import call_text, literal

__all__ = ["call_text", "literal"]
