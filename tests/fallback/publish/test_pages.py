"""The manager's pages about the practice's website."""

import base64
import uuid
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from fallback import outages
from fallback.publish import keys
from fallback.publish.courier.signing import canonical
from tests.world import PASSWORD, build

ASKED = {
    "name": "Our website", "kind": "folder", "web_address": "https://www.example.nhs.uk/surgery/",
    "lasts_minutes": "10",
}  # fmt: skip


def come_in(client, world, who):
    fields = {"username": who.username, "password": PASSWORD, "desk": str(world.desk1.pk)}
    assert client.post("/sign-in/", fields).status_code == 303


@pytest.fixture
def manager(client, world):
    come_in(client, world, world.manager)
    return client


def line(target):
    return f"/settings/websites/{target.pk}/line/"


def test_add_and_list(manager, world, public):
    answer = manager.post("/settings/websites/new/", ASKED | {"folder": str(public)})
    assert answer.status_code == 303
    page = manager.get("/settings/websites/").content.decode()
    assert "Our website" in page
    assert str(public) in page
    assert "Not tried yet" in page
    assert "Websites" in manager.get("/settings/").content.decode()


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"folder": "relative"}, "is not a whole path"),
        ({"web_address": "nonsense"}, "That is no web address."),
        ({"lasts_minutes": "1"}, "5"),
        ({"lasts_minutes": "x"}, "whole number"),
        ({"name": ""}, "name of the website."),
        ({"kind": "pigeon"}, ""),
        ({"kind": "sftp", "host": "a b"}, "Enter the host&#39;s name alone"),
        ({"folder": "/" + "x" * 600}, ""),
        ({"web_address": "https://x/" + "y" * 400}, ""),
    ],
)
def test_refused_with_everything_still_there(manager, world, public, wrong, words):
    asked = ASKED | {"folder": str(public), "password": "secret horse"} | wrong
    answer = manager.post("/settings/websites/new/", asked)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert asked["web_address"] in page
    assert "secret horse" not in page
    assert not world.practice.target_set.exists()


def test_the_line_and_what_to_ask(manager, world, target):
    page = manager.get(line(target)).content.decode()
    assert keys.line_key(world.practice) in page
    assert "Access-Control-Expose-Headers: Date" in page
    assert "Use https" not in page
    assert "ssh-ed25519" not in page  # of no use for a folder
    assert "The new line is on the website" not in page


def test_over_http_it_says_what_that_costs(manager, world, target):
    world.practice.target_set.update(web_address="http://www.example.nhs.uk/")
    assert "Use https" in manager.get(line(target)).content.decode()


def test_a_host_gets_our_key(manager, world, target):
    world.practice.target_set.update(kind="sftp", host="sftp.example.com", username="us")
    assert "ssh-ed25519 AAAA" in manager.get(line(target)).content.decode()


def test_a_new_line_is_put_in_place(manager, world, target):
    world.practice.target_set.update(line_key="B" * 43)
    assert "The new line is on the website" in manager.get(line(target)).content.decode()
    assert manager.post(line(target) + "in-place/").status_code == 303
    target.refresh_from_db()
    assert target.line_key == keys.line_key(world.practice)


def test_wrong_method_missing_closed_and_another_practices(manager, world, target):
    assert manager.post(line(target)).status_code == 405
    assert manager.get(line(target) + "in-place/").status_code == 405
    assert manager.get(f"/settings/websites/{uuid.uuid4()}/line/").status_code == 404
    other = build("G82002", home=False)
    world.practice.target_set.update(practice=other.practice)
    assert manager.get(line(target)).status_code == 404
    assert manager.post(line(target) + "in-place/").status_code == 404
    world.practice.target_set.update(practice=world.practice)
    target.practice.target_set.update(practice=world.practice, closed_on=world.day)
    assert manager.get(line(target)).status_code == 404


@pytest.mark.parametrize("who", ["priya", "lead", "doctor"])
def test_no_permission(client, world, target, who):
    come_in(client, world, getattr(world, who))
    assert client.get(line(target)).status_code == 403
    assert client.post(line(target) + "in-place/").status_code == 403
    assert client.get("/settings/websites/").status_code == 403


def example(client, key):
    answer = client.get(f"/status/example/{key}.json")
    assert answer.status_code == 200
    return answer.json()


def test_examples_are_signed_with_a_key_that_no_line_has(client, world):
    now = timezone.now()
    said = {key: example(client, key) for key in ("as-it-is", "declared", "silent")}
    for one in said.values():
        signature = base64.b64decode(one["signature"])
        keys.example_key(world.practice).public_key().verify(signature, canonical(one["payload"]))
        real = base64.b64decode(keys.line_key(world.practice) + "=")
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(real).verify(signature, canonical(one["payload"]))
    assert said["as-it-is"]["payload"]["state"] == "well"
    declared = said["declared"]["payload"]
    assert declared["sentences"][0] == "Our internet connection is not working"
    assert said["silent"]["payload"]["expires"] < (now - timedelta(minutes=5)).isoformat()
    outages.declare(world.by_lead, ["telephones"], now, template="telephones")
    assert example(client, "as-it-is")["payload"]["template"] == "telephones"


def test_examples_wrong_method_and_missing(client, world):
    assert client.post("/status/example/declared.json").status_code == 405
    assert client.get("/status/example/other.json").status_code == 404


def test_examples_without_a_practice(client, db, data):
    assert client.get("/status/example/declared.json").status_code == 404
