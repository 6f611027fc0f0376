from collections.abc import Sequence
from typing import Any, final

__version__: str

@final
class Diagnostic:
    """An error or a warning."""

    @property
    def code(self) -> str:
        """The rule or code: ``service/external-name``."""
    @property
    def severity(self) -> str:
        """``"error"`` or ``"warning"``."""
    @property
    def message(self) -> str:
        """The message in one line."""
    @property
    def object(self) -> str | None:
        """The object: ``Service `web` ``."""
    @property
    def field(self) -> str | None:
        """The field of the object, or the key of the values."""
    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None:
        """The line, from 1."""
    @property
    def column(self) -> int | None:
        """The column, from 1."""
    @property
    def help(self) -> list[str]:
        """What to do, one text each."""

@final
class Chart:
    """A Helm chart that was read by `load`."""

    @property
    def name(self) -> str:
        """The name in ``Chart.yaml``."""
    @property
    def version(self) -> str:
        """The version in ``Chart.yaml``."""

def load(path: Any) -> Chart: ...
def chart(chart: Any, arguments: dict[str, Any]) -> list[dict[str, Any]]: ...
def chart_text(chart: Any, arguments: dict[str, Any]) -> str: ...
def component(name: str, **arguments: Any) -> list[dict[str, Any]]: ...
def template(path: Any, **arguments: Any) -> list[dict[str, Any]]: ...
def check(objects: Sequence[Any], **arguments: Any) -> list[Diagnostic]: ...
def dumps(objects: Sequence[Any]) -> str: ...
def run(arguments: Sequence[str]) -> int: ...
