"""Names as they stand on a list of patients in England, drawn from Faker's lists.

Drawing from the lists directly is some hundred times faster than asking Faker for each name.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from random import Random
from typing import Any

Sex = str  # M or F, as in the clinical system

WELSH = ("Jones", "Williams", "Davies", "Evans", "Thomas", "Roberts", "Llewellyn", "Griffiths",
         "Pritchard", "Gwynn", "ap Rhys", "Cadwaladr")  # fmt: skip
WELSH_WOMEN = ("Angharad", "Bethan", "Carys", "Eirlys", "Ffion", "Gwenllian", "Mair", "Nerys",
               "Rhiannon", "Siân", "Tegwen")  # fmt: skip
WELSH_MEN = ("Aled", "Dafydd", "Emrys", "Gareth", "Gethin", "Huw", "Ieuan", "Llŷr", "Owain",
             "Rhodri", "Siôn")  # fmt: skip
SCOTTISH = ("MacDonald", "McDonald", "Mackenzie", "MacKenzie", "McLeod", "Campbell", "Fraser",
            "Farquharson", "Colquhoun", "Menzies", "Dalziel", "Urquhart", "Sinclair")  # fmt: skip
CHINESE = ("Ng", "Li", "Lee", "Wong", "Chan", "Cheung", "Ho", "Au-Yeung", "Zhang", "Xu")
CHINESE_WOMEN = ("Mei Ling", "Wai Yee", "Xiu", "Yan", "Hui Min", "Ka Man")
CHINESE_MEN = ("Wei", "Chi Keung", "Ka Ho", "Jian", "Wing Hong", "Yi")
SIKH = ("Singh", "Kaur", "Gill", "Sandhu", "Dhillon", "Grewal")
TAMIL = ("Sivakumaran", "Balasubramaniam", "Thirunavukkarasu", "Yogarajah", "Rajaratnam")
# Names that try a narrow column.
LONG = (
    "Featherstonehaugh-Cholmondeley",
    "Montagu-Douglas-Scott",
    "Papadimitrakopoulou",
    "de la Rochefoucauld-Beaumont",
    "Wriothesley-Fotheringham-Smythe",
    "van den Heuvel-Oosterbroek",
)
LONG_GIVEN = ("Maximiliana-Konstantina", "Christopher-Alexander", "Anastasia Wilhelmina")


@dataclass(frozen=True)
class Origin:
    """Where a family's names come from. `locale` is Faker's; what is given here goes before it."""

    share: float  # of a hundred families
    locale: str
    family: tuple[str, ...] = ()
    men: tuple[str, ...] = ()
    women: tuple[str, ...] = ()

    @cached_property
    def _lists(self) -> Any:
        return import_module(f"faker.providers.person.{self.locale}").Provider

    @cached_property
    def families(self) -> tuple[list[str], list[float]]:
        """Family names, and how often each is met."""
        lists = self._lists
        names = self.family or getattr(lists, "unisex_last_names", None) or lists.last_names
        return _weighed(names)

    def given(self, sex: Sex) -> Collection[str]:
        """Forenames for a sex."""
        if sex == "M":
            return self.men or tuple(self._lists.first_names_male)
        return self.women or tuple(self._lists.first_names_female)


ORIGINS = (
    Origin(58, "en_GB"),
    Origin(16, "en_US"),  # its thousand family names are the long tail of English ones
    Origin(4, "en_IE"),
    Origin(3, "en_GB", WELSH, WELSH_MEN, WELSH_WOMEN),
    Origin(3, "en_GB", SCOTTISH),
    Origin(3, "pl_PL"),
    Origin(1.5, "ro_RO"),
    Origin(4, "en_IN"),
    Origin(1, "en_IN", SIKH),
    Origin(0.7, "en_IN", TAMIL),
    Origin(1, "yo_NG"),
    Origin(0.8, "ig_NG"),
    Origin(0.4, "ha_NG"),
    Origin(0.8, "tw_GH"),
    Origin(0.8, "tr_TR"),
    Origin(0.8, "pt_PT"),
    Origin(0.5, "vi_VN"),
    Origin(0.7, "en_GB", CHINESE, CHINESE_MEN, CHINESE_WOMEN),
)
SHARES = [origin.share for origin in ORIGINS]

DOUBLE_BARRELLED = 0.02  # of families
LONG_NAMED = 0.001
MIDDLE_NAMED = 0.6  # of people


def family(rng: Random) -> tuple[Origin, str]:
    """Draw where a family's names come from, and its name."""
    (origin,) = rng.choices(ORIGINS, SHARES)
    name = family_name(rng, origin)
    chance = rng.random()
    if chance < LONG_NAMED:
        name = rng.choice(LONG)
    elif chance < DOUBLE_BARRELLED:
        name = f"{name}-{family_name(rng, ORIGINS[0])}"
    return origin, name


def family_name(rng: Random, origin: Origin) -> str:
    """Draw a family name."""
    names, running = origin.families
    return rng.choices(names, cum_weights=running)[0]


def given_name(rng: Random, origin: Origin, sex: Sex) -> str:
    """Draw a forename."""
    if rng.random() < LONG_NAMED:
        return rng.choice(LONG_GIVEN)
    return rng.choice(tuple(origin.given(sex)))


def _weighed(names: Any) -> tuple[list[str], list[float]]:
    """Give names with running sums of their weights (some of Faker's lists have none)."""
    weights = names.values() if hasattr(names, "values") else [1] * len(names)
    total, running = 0.0, []
    for weight in weights:
        total += float(weight)
        running.append(total)
    return list(names), running
