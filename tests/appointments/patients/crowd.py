"""A crowd of invented people whose names are as mixed as a British practice's, for measuring.

`names(40_000)` gives about 9,000 distinct surnames: the common ones (as often as they are common),
Irish and Scottish ones, place names, double-barrelled ones, and those of other countries.
"""

import random
import string
from collections.abc import Iterator
from datetime import date, timedelta

from faker import Faker

STEMS = (
    "Ash Ald Bar Beck Birk Black Brad Bram Brock Burn Cald Carl Clay Cold Cross Dal Den Dun East "
    "Elm Ever Farn Fen Ford Gar Grim Hal Ham Har Hart Hazel Hol Horn Hurst Kel Kirk Lang Led Lin "
    "Long Lud Mar Mel Mid Mill Nether New Nor Oak Old Ox Pem Pres Rad Rams Rich Rip Rock Ros Rud "
    "Sal Sand Sel Shar Shel Skel Snow Stan Stoke Sut Swin Thorn Thur Tre Up Wad Wal War Wel West "
    "Whit Wil Win Wood Wool Wor Yar"
).split()
ENDS = (
    "bourne bridge brook bury by castle combe cott croft dale den don fell field ford gate grave "
    "ham hurst ington lake land ley low man mere more nell ness ney over pole ridge rick sall "
    "shaw shire sley stead stone ter thorpe ton tree wall ward water way well wick win wood worth"
).split()
CLANS = (
    "Allister Bride Cabe Call Cann Carthy Cormack Culloch Dermott Donald Dougall Elroy Fadden "
    "Farlane Gee Gill Grath Gregor Guire Intosh Intyre Kay Kenna Kenzie Kinnon Lean Leod Mahon "
    "Manus Millan Nally Namara Neill Pherson Quade Queen Shane Sweeney Tavish"
).split()
SEPTS = (
    "Brien Byrne Callaghan Connell Connor Dea Doherty Donnell Donoghue Dowd Driscoll Dwyer Flynn "
    "Grady Hagan Halloran Hanlon Hara Keefe Kane Leary Mahony Malley Meara Neill Regan Reilly "
    "Rourke Shea Sullivan Toole"
).split()
ABROAD = ("en_US", "en_IN", "pl_PL", "pt_PT", "ro_RO", "fr_FR", "tr_TR", "es_ES")


def names(count: int, seed: int = 1948) -> Iterator[tuple[str, str]]:
    """Give (surname, forename) pairs, the same ones for the same seed."""
    chance = random.Random(seed)
    britain = Faker("en_GB")
    britain.seed_instance(seed)
    abroad = [Faker(locale) for locale in ABROAD]
    for faker in abroad:
        faker.seed_instance(seed)
    for _ in range(count):
        kind = chance.random()
        given = britain.first_name()
        if kind < 0.55:
            yield britain.last_name(), given
        elif kind < 0.73:
            yield chance.choice(STEMS) + chance.choice(ENDS), given
        elif kind < 0.79:
            yield chance.choice(("Mc", "Mac", "Mc ")) + chance.choice(CLANS), given
        elif kind < 0.83:
            yield chance.choice(("O'", "O’", "O ")) + chance.choice(SEPTS), given
        elif kind < 0.86:
            yield f"{britain.last_name()}-{britain.last_name()}", given
        else:
            faker = chance.choice(abroad)
            yield faker.last_name(), faker.first_name()


def birth_dates(count: int, seed: int = 1948) -> Iterator[date]:
    """Give birth dates from 1925 to 2026."""
    chance = random.Random(seed)
    for _ in range(count):
        yield date(1925, 1, 1) + timedelta(days=chance.randrange(101 * 365))


def slip(word: str, chance: random.Random) -> str:
    """Type a word with one slip: a letter left out, added, wrong, or swapped with the next."""
    letters = [at for at, letter in enumerate(word) if letter.isalpha()]
    at = chance.choice(letters)
    kind = chance.choice(("leave out", "add", "wrong", "swap"))
    other = chance.choice(string.ascii_lowercase.replace(word[at].lower(), ""))
    if kind == "leave out":
        return word[:at] + word[at + 1 :]
    if kind == "add":
        return word[:at] + other + word[at:]
    if kind == "swap" and at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + other + word[at + 1 :]
