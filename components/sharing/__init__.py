"""Sharing by link: the dialog that makes one, what is behind it in words, and the page that takes it back."""

from components.sharing.contents import withheld
from components.sharing.dialog import button
from components.sharing.managing import manage

__all__ = ["button", "manage", "withheld"]
