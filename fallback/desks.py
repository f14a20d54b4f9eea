"""Which desks sell which sites' slots."""

from uuid import UUID

from appointments.models import Desk, Practice, Site


def desks_of(practice: Practice, site: Site) -> list[Desk]:
    """Give the desks that sell a site's slots: its own, or the main site's if it has none."""
    desks = practice.desk_set.filter(closed_on=None)
    return list(desks.filter(site=site)) or list(desks.filter(site=practice.main_site_id))


def sites_of(practice: Practice, site: Site) -> list[UUID]:
    """Give the sites whose slots a site's desks sell: its own; the main site's, those without."""
    sites = [site.pk]
    if site.pk == practice.main_site_id:
        with_desks = practice.desk_set.filter(closed_on=None).order_by().values("site")
        others = practice.site_set.exclude(pk__in=with_desks).exclude(pk=site.pk)
        sites += others.values_list("pk", flat=True)
    return sites
