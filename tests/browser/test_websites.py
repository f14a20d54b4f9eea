"""The manager's pages about the practice's website, and the preview with the real script."""

import pytest
from playwright.sync_api import expect

from fallback.publish import commands
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return build()


@pytest.fixture
def page(world, sign_in):
    return sign_in("maud", world.desk1, password=PASSWORD, expected={422})


def test_from_nothing_to_the_line(page, world, tmp_path, axe):
    page.goto("/settings/websites/new/")
    page.get_by_label("Name of the website").fill("Our website")
    page.get_by_label("Where browsers find the folder").fill("www.example.nhs.uk/surgery")
    page.get_by_label("Folder", exact=True).fill(str(tmp_path / "www"))
    page.get_by_label("A folder that this server can write to").check()
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("That is no web address.").first).to_be_visible()
    expect(page.get_by_label("Folder", exact=True)).to_have_value(str(tmp_path / "www"))
    axe(page)
    page.get_by_label("Where browsers find the folder").fill("https://www.example.nhs.uk/surgery/")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Our website").click()
    page.get_by_role("link", name="The line for the web person").click()
    key = world.practice.target_set.get().line_key
    assert f'data-key="{key}"' in page.get_by_label("The line to paste").input_value()


def test_the_preview_shows_what_visitors_see(page, world, tmp_path, axe):
    target = website(world, tmp_path)
    page.goto(f"/settings/websites/{target.pk}/line/")
    declared = page.get_by_role("region", name="While an outage")
    expect(declared.get_by_text("Our internet connection is not working")).to_be_visible()
    silent = page.get_by_role("region", name="When we have not been heard of")
    expect(silent.get_by_text("We may be having problems with our systems")).to_be_visible()
    now = page.get_by_role("region", name="As it is now")
    assert now.get_by_role("heading", level=2).count() == 0
    axe(page)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_text("Copied")).to_be_visible()


def test_nobody_can_lean_on_the_examples(page, world, tmp_path):
    """They are signed with a key that stands in no line."""
    target = website(world, tmp_path)
    page.goto(f"/settings/websites/{target.pk}/line/")
    line = page.get_by_label("The line to paste").input_value()
    example = page.locator(".preview script").first.get_attribute("data-key")
    assert example not in line


def website(world, tmp_path):
    return commands.add_target(
        world.by_manager, name="Our website", kind="folder", folder=str(tmp_path / "www"),
        web_address="https://www.example.nhs.uk/surgery/",
    )  # fmt: skip
