"""What a load is going to write, worked out without holding up the book."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models

from appointments.imports.slots import Theirs
from appointments.models import SessionHolder


@dataclass
class Plan:
    """Rows to add, change and remove. `slots` are decided one by one, again if they change."""

    new: dict[type[models.Model], list] = field(default_factory=dict)
    changed: dict[type[models.Model], list[tuple[Any, dict]]] = field(default_factory=dict)
    removed: list[SessionHolder] = field(default_factory=list)
    slots: dict[UUID, Theirs] = field(default_factory=dict)
    moved: set[UUID] = field(default_factory=set)  # sessions that went to another site
    touched: set[tuple[UUID | None, date | None]] = field(default_factory=set)

    def add(self, row: Any) -> None:
        """Plan a new row."""
        self.new.setdefault(type(row), []).append(row)

    def change(self, row: Any, values: dict[str, Any]) -> None:
        """Plan a change of a row that the book has."""
        self.changed.setdefault(type(row), []).append((row, values))

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.new or self.changed or self.removed or self.slots)
