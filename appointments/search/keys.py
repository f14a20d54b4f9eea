"""Words and whom they lead to: exactly, by their beginning, by a part of them, or nearly."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from appointments.search.alike import Alike
from appointments.search.person import Person

REMEMBERED = 2000  # answers kept at most: each desk types the same word letter by letter


class Keys:
    """Distinct words in order, each with the people it leads to in the order they are shown in."""

    def __init__(self, words_of: Callable[[Person], tuple[str, ...]]):
        self.words_of = words_of  # the first is the main one: the whole surname
        self.people: dict[str, list[Person]] = {}
        self._words: list[str] = []  # in order, for beginnings
        self._text = ""  # all words with line ends, for parts; written when needed
        self._alike = Alike()
        self._near: dict[str, list[str]] = {}  # its answers, until the words change

    def fill(self, everyone: Iterable[Person]) -> None:
        """Take in many people at once, as when the index is built."""
        for one in everyone:
            for word in self.words_of(one):
                self.people.setdefault(word, []).append(one)
        for word, people in self.people.items():
            people.sort(key=self._order(word))
            self._alike.add(word)
        self._words = sorted(self.people)
        self._forget()

    def put(self, one: Person) -> None:
        """Let a person's words lead to them."""
        for word in self.words_of(one):
            if word not in self.people:
                insort(self._words, word)
                self._alike.add(word)
                self._forget()
            insort(self.people.setdefault(word, []), one, key=self._order(word))

    def drop(self, one: Person) -> None:
        """Let a person's words lead to them no longer."""
        for word in self.words_of(one):
            people = self.people[word]
            people.remove(one)
            if not people:
                del self.people[word]
                del self._words[bisect_left(self._words, word)]
                self._alike.discard(word)
                self._forget()

    def get(self, word: str) -> Sequence[Person]:
        """Give the people whom exactly this word leads to."""
        return self.people.get(word, ())

    def people_of(self, words: Iterable[str]) -> Iterator[Person]:
        """Give the people of several of the words."""
        return chain.from_iterable(self.people[word] for word in words)

    def starting(self, start: str) -> list[str]:
        """Give the words that begin so, itself included, in order."""
        return self._words[bisect_left(self._words, start) : bisect_left(self._words, start + "￿")]

    def ending(self, end: str) -> Iterator[str]:
        """Give the words that end so."""
        return self._lines(f"{end}\n")

    def holding(self, part: str) -> Iterator[str]:
        """Give the words in which this stands somewhere."""
        return self._lines(part)

    def near(self, word: str) -> list[str]:
        """Give the words that may have been meant, the likeliest first, the word itself left out.

        Among equals that is the word which more people bear.
        """
        if word not in self._near:
            if len(self._near) >= REMEMBERED:
                self._near = {}
            far = self._alike.near(word)
            self._near[word] = sorted(
                far, key=lambda other: (far[other], -len(self.people[other]), other)
            )
        return self._near[word]

    def _order(self, word: str) -> Callable[[Person], Any]:
        """Sort current people first, and those whose main word it is before the others."""
        return lambda one: (one.is_gone, self.words_of(one)[0] != word, one.order)

    def _lines(self, part: str) -> Iterator[str]:
        if not self._text:
            self._text = "\n" + "".join(f"{word}\n" for word in self._words)
        text, at = self._text, 0
        while (at := text.find(part, at)) >= 0:
            start, end = text.rfind("\n", 0, at) + 1, text.index("\n", at + len(part) - 1)
            yield text[start:end]
            at = end

    def _forget(self) -> None:
        self._text = ""
        self._near = {}
