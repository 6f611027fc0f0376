"""The exceptions and warnings of the package."""

from __future__ import annotations

from ._native import Diagnostic


class RenderError(ValueError):
    """Something cannot be rendered. The text has all diagnostics, as the command prints them."""

    diagnostics: list[Diagnostic]
    """The errors, and warnings that belong to them."""

    def __init__(self, text: str, diagnostics: list[Diagnostic]) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type[RenderError], tuple[str, list[Diagnostic]]]:
        # What other processes get: diagnostics are no plain data.
        return (type(self), (str(self), []))


RenderError.__module__ = "mkmanifests"


class ManifestWarning(UserWarning):
    """A warning about values or objects, such as a value that no template reads."""


ManifestWarning.__module__ = "mkmanifests"
