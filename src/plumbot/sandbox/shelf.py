"""All records of one kind in memory; each change is written down as it is made."""

import json
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from plumbot.sandbox.store import Store

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    R = TypeVar("R", bound=DataclassInstance)
else:
    R = TypeVar("R")


class Shelf(Generic[R]):
    """All records of one kind, in the order they came."""

    def __init__(self, store: Store, of: type[R], key: Callable[[R], Hashable]) -> None:
        self._store = store
        self._kind = of.__name__
        self._of = of
        self._key = key
        self._items: dict[Hashable, R] = {}
        self.load()

    def load(self) -> None:
        records = (self._of(**json.loads(body)) for body in self._store.read(self._kind))
        self._items = {self._key(record): record for record in records}

    def get(self, key: Hashable) -> R | None:
        return self._items.get(key)

    def all(self) -> list[R]:
        return list(self._items.values())

    def where(self, wanted: Callable[[R], bool]) -> list[R]:
        return [item for item in self._items.values() if wanted(item)]

    def put(self, item: R) -> R:
        key = self._key(item)
        self._items[key] = item
        self._store.write(self._kind, repr(key), json.dumps(vars(item), ensure_ascii=False))
        return item

    def drop(self, items: Iterable[R]) -> None:
        for item in items:
            key = self._key(item)
            self._items.pop(key, None)
            self._store.erase(self._kind, repr(key))

    def __len__(self) -> int:
        return len(self._items)
