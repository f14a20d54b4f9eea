"""A practice's patients in memory, by everything they are looked up by.

`Index` knows nothing of the database: it is given people and answers with people. Its caller sees
to it that only one thread at a time uses it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from functools import reduce
from heapq import nsmallest
from itertools import chain, islice, zip_longest
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from rapidfuzz.distance import JaroWinkler

from appointments.search.asked import FEWEST_DIGITS, Asked, Name
from appointments.search.keys import Keys
from appointments.search.person import Person
from appointments.search.words import national, postcode_key

# Of the places in a list, each way to read the text has this many for certain: a hundred Smiths
# may not hide the one Smyth who was meant.
SURE_PLACES = 4
SHORTEST_WITH_SLIP = 9  # digits: in a shorter number one wrong digit could be anybody's
INWARD = 3  # characters of a postcode's second half
# With a birth date or number that fits, surnames may differ this much (Jaro-Winkler, 1: the same):
# a maiden name's spelling, a double-barrelled name cut short.
LOOSELY = 0.75
FEW = 200  # people among whom such loose likeness is looked for, or who have a part of a number
MOST = 5000  # people who have a part of a number, before a name narrows them down

EXACT, BEGINS, NEAR, NOT = range(4)  # how well somebody fits

Fits = dict[Person, int]  # people and how well they fit: EXACT, BEGINS or NEAR
NOTHING: frozenset[str] = frozenset()
Ranked = tuple[int, bool, int, Person]  # how well the forename fits, gone, place of the surname
RANK = itemgetter(0, 1, 2)  # sorting is stable: within a surname people stay in their order


class Within(NamedTuple):
    """The people among whom a name is looked for (None: everyone), and how many are wanted."""

    facts: Fits | None
    limit: int
    is_sure: bool = True  # the facts are as typed, and not what a slip makes of them


class Index:
    """People by name, birth date, numbers and postcode."""

    def __init__(self, everyone: Iterable[Person] = ()):
        everyone = list(everyone)
        self.people: dict[UUID, Person] = {one.id: one for one in everyone}
        self.families = Keys(lambda one: one.families)
        self.forenames = Keys(lambda one: one.forenames)
        self.nhs_numbers = Keys(lambda one: _some(one.nhs_number))
        self.numbers = Keys(lambda one: _some(postcode_key(one.number)))
        # Confidential patients are not found by telephone or postcode: whoever searched for an
        # address would learn who lives there.
        self.telephones = Keys(lambda one: () if one.is_confidential else one.telephones)
        self.postcodes = Keys(
            lambda one: _some("" if one.is_confidential else postcode_key(one.postcode))
        )
        self.births: dict[date, set[Person]] = defaultdict(set)
        self.same_name: dict[tuple, set[Person]] = defaultdict(set)
        self.same_birth: dict[tuple, set[Person]] = defaultdict(set)
        for keys in self._keys():
            keys.fill(everyone)
        for one in everyone:
            self._note(one)

    def put(self, one: Person) -> None:
        """Take in a person, in place of what was known before."""
        self.drop(one.id)
        self.people[one.id] = one
        for keys in self._keys():
            keys.put(one)
        self._note(one)

    def drop(self, patient_id: UUID) -> None:
        """Forget a person."""
        one = self.people.pop(patient_id, None)
        if one is None:
            return
        for keys in self._keys():
            keys.drop(one)
        for groups, key in self._groups(one):
            groups[key].discard(one)
            if not groups[key]:
                del groups[key]

    def look(self, asked: Asked, limit: int) -> list[Person]:
        """Give at most `limit` people who fit: exactly, then by a beginning, then nearly."""
        facts = self._by_facts(asked)
        found = self._fitting(asked, Within(facts, limit))
        if not found and facts is not None:
            found = self._fitting(asked, Within(self._by_slips(asked), limit, is_sure=False))
        return found

    def _fitting(self, asked: Asked, within: Within) -> list[Person]:
        ways = self._by_names(asked.names, within) if asked.names else [_by_fit(within)]
        return _shared_out(ways, within.limit)

    def exactly(self, asked: Asked) -> Person | None:
        """Give the one current person who can be meant, without any warning; otherwise None.

        An NHS number will do, or the full name with the birth date; what else was typed must fit.
        """
        meant = set(self.nhs_numbers.get(asked.digits))
        if not meant and asked.names:
            meant = set(self._born(asked.days))
        if asked.days and asked.day_is_sure:
            meant &= set(self._born(asked.days))
        if asked.names:
            meant = {one for one in meant if any(_is_called(one, name) for name in asked.names)}
        if len(meant) != 1:
            return None
        (one,) = meant
        return None if one.is_gone or self.warnings(one) else one

    def alike(self, new: Person, limit: int) -> list[Person]:
        """Give those who may be this person already: by number, birth date, name or telephone."""
        same = set(self.nhs_numbers.get(new.nhs_number)) if new.nhs_number else set()
        surnames = {*new.families, *chain.from_iterable(map(self.families.near, new.families))}
        for one in self._born([new.born_on] if new.born_on else []):
            if new.same_name[1] == one.same_name[1] or not surnames.isdisjoint(one.families):
                same.add(one)
        maybe_born = set(self._born(slips_of(new.born_on))) if new.born_on else set()
        for one in self.same_name.get(new.same_name, ()):
            if not (one.born_on and new.born_on) or one in maybe_born:
                same.add(one)
        for number in new.telephones:
            same |= {one for one in self.telephones.get(number) if one.forenames == new.forenames}
        same = {one for one in same if one.id != new.id}
        return sorted(same, key=lambda one: (one.is_gone, one.order))[:limit]

    def warnings(self, one: Person) -> tuple[str, ...]:
        """Say whom this person can be taken for, in words."""
        namesakes = self.same_name[one.same_name] - {one}
        doubles = {other for other in namesakes if one.born_on and other.born_on == one.born_on}
        twins = self.same_birth[one.same_birth] - doubles - {one} if one.born_on else set()
        said = []
        if doubles:
            said.append(f"Same name and birth date as {_others(len(doubles), 'patient')}")
        if rest := len(namesakes) - len(doubles):
            said.append(f"Same name as {rest} {'other' if rest == 1 else 'others'}")
        if twins:
            said.append("Twin or same birthday and surname: check first name")
        return tuple(said)

    # --- By birth date, numbers and postcode ---------------------------------------------------

    def _by_facts(self, asked: Asked) -> Fits | None:
        """Give those who fit all the facts, and how well; None when no facts were given."""
        born = dict.fromkeys(self._born(asked.days), EXACT)
        facts = []
        if asked.days and (asked.day_is_sure or not asked.digits):
            facts.append(born)
        if asked.digits:
            facts.append(self._by_digits(asked) | ({} if asked.day_is_sure else born))
        if asked.postcode:
            facts.append(self._by_postcode(asked))
        return reduce(_both, facts) if facts else None

    def _by_slips(self, asked: Asked) -> Fits:
        """Give those whom the facts nearly fit: a wrong digit in a date or in a long number."""
        near = []
        if asked.names:
            near.append(self._born(chain.from_iterable(map(slips_of, asked.days))))
        if len(asked.digits) >= SHORTEST_WITH_SLIP:
            digits, dialled = asked.digits, national(asked.digits)
            near.append(self.nhs_numbers.people_of(self.nhs_numbers.near(digits)))
            near.append(self.telephones.people_of(self.telephones.near(dialled)))
        fits: Fits = {}
        _fit(fits, NEAR, *near)
        return fits

    def _born(self, days: Iterable[date]) -> Iterator[Person]:
        return chain.from_iterable(self.births.get(day, ()) for day in days)

    def _by_digits(self, asked: Asked) -> Fits:
        digits, dialled = asked.digits, national(asked.digits)
        parts = ((self.nhs_numbers, digits), (self.telephones, dialled))
        most = MOST if asked.names else FEW
        fits: Fits = {}
        if len(digits) >= FEWEST_DIGITS:
            _fit(
                fits,
                NEAR,
                *(keys.people_of(islice(keys.holding(part), most)) for keys, part in parts),
            )
            for keys, part in (*parts, (self.numbers, digits)):
                ends = chain(keys.ending(part), keys.starting(part))
                _fit(fits, BEGINS, keys.people_of(islice(ends, most)))
        if len(digits) == FEWEST_DIGITS and asked.names:
            years = (born for day, born in self.births.items() if day.year == int(digits))
            _fit(fits, EXACT, *years)
        _fit(fits, EXACT, *(keys.get(part) for keys, part in parts))
        _fit(fits, EXACT, self.numbers.get(digits), self.numbers.get(asked.number))
        return fits

    def _by_postcode(self, asked: Asked) -> Fits:
        codes = self.postcodes.starting(asked.postcode)
        # 'ct1' is the whole outward part of CT1 2AB, and only the beginning of CT11 2AB's.
        whole = [code for code in codes if asked.postcode in (code, code[:-INWARD])]
        fits: Fits = {}
        _fit(fits, BEGINS, self.postcodes.people_of(codes))
        _fit(fits, EXACT, self.postcodes.people_of(whole), self.numbers.get(asked.number))
        return fits

    # --- By name -------------------------------------------------------------------------------

    def _by_names(self, names: Iterable[Name], within: Within) -> list[list[Ranked]]:
        """Give the people of each reading of a name: the exact ones, by a beginning, the near."""
        exact = {name: self._called(name, [name.word], within) for name in names}
        begins = [self._called(name, self._longer(name), within) for name in names]
        # Where a reading leads to somebody, slips are looked for in that reading only.
        likely = [name for name, people in exact.items() if people] or exact
        near = [self._nearly_called(name, within) for name in likely if len(name.word) > 1]
        loosely = _loosely_called(names, within)
        return [*exact.values(), *begins, *near, loosely]

    def _called(self, name: Name, words: Iterable[str], within: Within) -> list[Ranked]:
        """Give the people of some surnames whose forenames begin as typed."""
        groups = (self._group(name, *place, within) for place in enumerate(words))
        return _fairly(groups, within.limit)

    def _nearly_called(self, name: Name, within: Within) -> list[Ranked]:
        """Give those of this surname with a slip in the forename, then those of near surnames."""
        meant = {typed: set(self.forenames.near(typed)) for typed in name.given if len(typed) > 1}
        words = enumerate(self._keys_for(name).near(name.word))
        groups = (self._group(name, *place, within) for place in words)
        return _fairly(
            chain([self._group(name, -1, name.word, within, meant)], groups), within.limit
        )

    def _group(
        self,
        name: Name,
        place: int,
        word: str,
        within: Within,
        meant: Mapping[str, set[str]] | None = None,
    ) -> list[Ranked]:
        """Rank those of one surname whose forenames fit; with `meant`, those with a slip in it."""
        fits = (EXACT, BEGINS) if meant is None else (NEAR,)
        facts = within.facts
        people = (one for one in self._keys_for(name).get(word) if facts is None or one in facts)
        ranked = ((_fit_of_forenames(one.forenames, name.given, meant), one) for one in people)
        fitting = ((fit, one.is_gone, place, one) for fit, one in ranked if fit in fits)
        # With initials only, nobody fits better than another: the first will do.
        enough = within.limit if all(len(typed) == 1 for typed in name.given) else None
        return sorted(islice(fitting, enough), key=RANK)[: within.limit]

    def _longer(self, name: Name) -> list[str]:
        """Give the words that this is the beginning of: the likeliest first."""
        keys, length = self._keys_for(name), len(name.word)
        # One letter more is as likely a slip as a beginning; then whom more people are called.
        return sorted(
            (word for word in keys.starting(name.word) if word != name.word),
            key=lambda word: (len(word) - length > 1, -len(keys.people[word])),
        )

    def _keys_for(self, name: Name) -> Keys:
        return self.families if name.is_surname else self.forenames

    # --- Keeping -------------------------------------------------------------------------------

    def _keys(self) -> tuple[Keys, ...]:
        return (
            self.families,
            self.forenames,
            self.nhs_numbers,
            self.numbers,
            self.telephones,
            self.postcodes,
        )

    def _note(self, one: Person) -> None:
        for groups, key in self._groups(one):
            groups[key].add(one)

    def _groups(self, one: Person) -> Iterator[tuple[dict, Hashable]]:
        yield self.same_name, one.same_name
        if one.born_on:
            yield self.births, one.born_on
            yield self.same_birth, one.same_birth


def _some(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def _fit(fits: Fits, fit: int, *found: Iterable[Person]) -> None:
    """Note how well people fit; what is noted later counts."""
    fits.update(dict.fromkeys(chain.from_iterable(found), fit))


def _both(first: Fits, second: Fits) -> Fits:
    """Keep those who fit both, as well as they fit the worse."""
    return {one: max(fit, second[one]) for one, fit in first.items() if one in second}


def _by_fit(within: Within) -> list[Ranked]:
    people = within.facts or {}
    best = nsmallest(within.limit, people, key=lambda one: (people[one], one.is_gone, one.order))
    return [(people[one], one.is_gone, 0, one) for one in best]


def _fit_of_forenames(
    forenames: tuple[str, ...], typed: tuple[str, ...], meant: Mapping[str, set[str]] | None
) -> int:
    """Say how well a person's forenames fit the words typed."""
    if not typed or "".join(typed) == forenames[0]:
        return EXACT
    worst = EXACT
    for word in typed:
        if word in forenames:
            continue
        if any(name.startswith(word) for name in forenames):
            worst = max(worst, BEGINS)
        elif meant and not meant.get(word, NOTHING).isdisjoint(forenames):
            worst = NEAR
        else:
            return NOT
    return worst


def _loosely_called(names: Iterable[Name], within: Within) -> list[Ranked]:
    """Give those whom the facts fit and whose surname is somewhat like one that was typed."""
    if within.facts is None or not within.is_sure or len(within.facts) > FEW:
        return []
    typed = [name.word for name in names if name.is_surname and len(name.word) > 1]
    like = (one for one in within.facts if any(_is_like(one, word) for word in typed))
    return [(NEAR, one.is_gone, 0, one) for one in sorted(like, key=lambda one: one.order)]


def _is_like(one: Person, word: str) -> bool:
    return any(JaroWinkler.similarity(key, word) >= LOOSELY for key in one.families)


def _is_called(one: Person, name: Name) -> bool:
    """Say whether this is a person's full name: surname and first forename, others as they are."""
    return bool(
        one.families
        and name.word == one.families[0]
        and name.given
        and one.forenames[0].startswith(name.given[0])
        and _fit_of_forenames(one.forenames, name.given, None) == EXACT
    )


def slips_of(day: date) -> Iterator[date]:
    """Give the days that one slip makes of a date: a wrong figure, or two things swapped."""
    text = f"{day:%d%m%Y}"
    swaps = [text[2:4] + text[:2] + text[4:]]
    swaps += [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in (0, 2, 4, 5, 6)]
    figures = (text[:at] + figure + text[at + 1 :] for at in range(8) for figure in "0123456789")
    for typed in {*swaps, *figures}:
        try:
            yield date(int(typed[4:]), int(typed[2:4]), int(typed[:2]))
        except ValueError:
            continue


def _fairly(groups: Iterable[list[Ranked]], limit: int) -> list[Ranked]:
    """Choose from the groups in turn, so that none hides another."""
    several = list(islice(filter(None, groups), limit))
    in_turn = (ranked for turn in zip_longest(*several) for ranked in turn if ranked)
    return list(islice(in_turn, limit))


def _shared_out(ways: Iterable[list[Ranked]], limit: int) -> list[Person]:
    """Fill the places of the list: some sure ones for each way, the rest as they come."""
    taken: set[Person] = set()
    distinct: list[list[Ranked]] = []
    for people in ways:
        distinct.append([ranked for ranked in people if ranked[-1] not in taken])
        taken.update(ranked[-1] for ranked in people)
    places = []
    left = limit
    for people in distinct:
        places.append(min(len(people), SURE_PLACES, left))
        left -= places[-1]
    for number, people in enumerate(distinct):
        more = min(len(people) - places[number], left)
        places[number] += more
        left -= more
    chosen = (sorted(way[:count], key=RANK) for way, count in zip(distinct, places, strict=True))
    return [one for people in chosen for *_, one in people]


def _others(count: int, noun: str) -> str:
    return f"another {noun}" if count == 1 else f"{count} other {noun}s"
