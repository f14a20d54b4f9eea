"""What is refused before anybody is known."""


def test_another_hosts_name_is_refused_not_a_failure(client):
    answer = client.get("/sign-in/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
