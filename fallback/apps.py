"""Carrying on: the app."""

from django.apps import AppConfig


class FallbackConfig(AppConfig):
    """Adds this room's pages and status lines to the appointment book's."""

    name = "fallback"
    verbose_name = "Carrying on"

    def ready(self) -> None:
        """Say where this room's pages are, what it offers, and how the paper is."""
        from appointments import menu, offers, settings_pages, status
        from fallback import letting_go, outstanding
        from fallback.keeper import status as paper
        from fallback.outages import status as outages
        from fallback.probes import proposals
        from fallback.publish import status as websites
        from fallback.worklist import menu as worklist_menu

        menu.add_link(menu.MenuLink("paper", "Paper", "may_book"))
        menu.add_link(menu.MenuLink("rekeying", "Re-keying", "may_book"))
        left = menu.MenuLink("outstanding", "Left to do", "may_book", outstanding.in_menu)
        menu.add_link(left)
        menu.add_link(menu.MenuLink("outages", "Outages"))
        menu.add_link(menu.MenuLink("worklist", "Worklist", "may_book", worklist_menu.words))
        offers.beside_kept(letting_go.offers_for)
        offers.to_desks(letting_go.offers_to_desk)
        status.add_source(outages.lines)
        status.add_source(proposals.lines)
        status.add_source(paper.lines)
        status.add_source(websites.lines)
        page = settings_pages.SettingsPage
        for address, title, sentence in (
            (
                "settings-plan",
                "Carrying on",
                "What is held for outages, when papers print, whom to ring.",
            ),
            ("settings-safe-copies", "Safe copies", "Folders that always have the newest papers."),
            ("settings-printers", "Printers", "Where papers come out, and what prints by itself."),
            ("settings-checks", "Checks", "What is tried all day, so that outages are noticed."),
            ("settings-websites", "Websites", "What the practice's website says of how we are."),
            ("sealed-kit", "Sealed kit", "The password of papers and backups, for the envelope."),
            ("public-status", "Status page", "What patients see, without signing in."),
            ("public-screen", "Waiting-room screen", "The same, large, for a screen on the wall."),
        ):
            settings_pages.add_page(page(address, title, sentence))
