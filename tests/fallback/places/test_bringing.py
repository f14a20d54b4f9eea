"""Bringing a place up to date, file by file."""

import errno
import json
import os
import subprocess
import sys

import pytest

from fallback.hand import bringing, files, mark
from fallback.hand.troubles import Trouble, in_words


def on_disk(place):
    return {
        str(path.relative_to(place))
        for path in place.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", mark.MARK)
    }


def test_what_a_place_gets(papers, place, bring, files_at):
    brought = papers.keep(print_=1042)
    bring()
    pdfs = {path for path in brought if path.endswith(".pdf")}
    assert on_disk(place) == set(files_at(place)) == pdfs
    assert "2026-11-23/Surgery main/Day diary 0802 print 1042.pdf" in pdfs
    for path, entry in files_at(place).items():
        assert (place / path).read_bytes().startswith(b"protected")
        assert entry["protected"] is True
    said = json.loads((place / "manifest.json").read_bytes())
    assert (said["practice"], said["journal"]) == ("G82001", 1142)
    assert said["made_at"].startswith("2026-11-23T08:02")
    entry = said["files"]["2026-11-23/Surgery main/Day diary 0802 print 1042.pdf"]
    assert (entry["day"], entry["document"], entry["print"]) == ("2026-11-23", "Day diary", 1042)


def test_open_pdfs_html_and_csv_where_a_manager_says_so(papers, place, bring, files_at):
    brought = papers.keep()
    bring(protected=False, endings=[".pdf", ".html", ".csv"])
    assert on_disk(place) == set(files_at(place)) == set(brought)
    assert all((place / path).read_bytes().startswith(b"open") for path in brought)


def test_a_newer_print_takes_the_place_of_the_older_one(papers, place, bring, files_at):
    papers.keep(print_=1)
    papers.keep(ahead=1, print_=2)
    bring()
    newer = papers.keep(print_=3)
    bring()
    here = files_at(place)
    assert on_disk(place) == set(here)
    assert {entry["print"] for entry in here.values()} == {2, 3}
    assert {path for path in newer if path.endswith(".pdf")} <= set(here)


def test_today_comes_first_and_the_list_is_read_between_two_prints(papers, place, job_for):
    for ahead in (3, -1, 0):
        papers.keep(ahead=ahead, print_=10 + ahead)
    order = []

    def say(name):
        order.append(name)
        if len(order) == 2:  # today's is here; meanwhile a newer one of today is made
            papers.keep(print_=20)

    bringing.Bringing(job_for(), say).run()
    prints = [int(name.split("print ")[1].split(".")[0]) for name in order]
    assert prints == [10, 10, 20, 20, 13, 13, 9, 9]


def test_setting_protection_later_never_leaves_a_name_with_other_content(
    papers, place, bring, files_at, monkeypatch
):
    papers.keep()
    bring(protected=False)
    write = bringing.manifest.write
    seen = []

    def looked(folder, *rest):
        write(folder, *rest)
        seen.append(len(files_at(place)))

    monkeypatch.setattr(bringing.manifest, "write", looked)
    bring(protected=True)
    assert seen == [0, 2]
    assert all(entry["protected"] for entry in files_at(place).values())


def test_old_days_go_and_what_people_put_there_stays(papers, place, bring, files_at):
    papers.keep(ahead=-1, print_=1)
    papers.keep(print_=2)
    papers.keep(print_=3, site="branch")
    bring()
    note = place / "2026-11-22" / "Surgery main" / "our own note.pdf"
    note.write_text("keep me")
    left = place / "2026-11-23" / "Surgery main" / "Day diary 0759 print 1.pdf"
    left.write_text("after a kill between renaming and the manifest")
    bring(oldest="2026-11-23", sites=["main"])
    assert on_disk(place) == set(files_at(place)) | {str(note.relative_to(place))}
    assert {entry["site"] for entry in files_at(place).values()} == {"main"}
    assert not (place / "2026-11-23" / "Surgery branch").exists()


def test_a_server_that_lost_its_papers_empties_nothing(papers, place, bring, files_at):
    papers.keep(print_=1)
    bring()
    papers.lose()
    bring()
    assert len(files_at(place)) == 2


def test_a_place_that_was_away_catches_up(papers, place, bring, files_at, tmp_path):
    papers.keep(print_=1)
    bring()
    place.rename(tmp_path / "pulled out")
    papers.keep(print_=2)
    with pytest.raises(FileNotFoundError):
        bring()
    (tmp_path / "pulled out").rename(place)
    bring()
    assert {entry["print"] for entry in files_at(place).values()} == {2}


def test_an_empty_folder_in_the_place_of_the_stick_is_not_written_to(papers, place, bring):
    papers.keep()
    bring()
    for path in place.rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(Trouble, match="not the folder that was set up"):
        bring()
    assert on_disk(place) == set()


def test_files_that_went_or_were_damaged_are_brought_again(papers, place, bring, files_at):
    paths = [path for path in papers.keep(size=100) if path.endswith(".pdf")]
    bring()
    (place / paths[0]).unlink()
    (place / paths[1]).write_bytes(b"!" * 100)
    bring()
    assert (place / paths[0]).exists()
    assert (place / paths[1]).read_bytes() == b"!" * 100  # as long as it was: not looked into yet
    bring(verify=True)
    assert len(files_at(place)) == 2


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b'{"files": [1]}', b"\xff\xfe"])
def test_a_damaged_manifest_is_made_anew(papers, place, bring, files_at, garbage):
    papers.keep()
    bring()
    (place / "manifest.json").write_bytes(garbage)
    bring()
    assert len(files_at(place)) == 2


def test_what_a_kill_left_half_written_is_swept(papers, place, bring):
    papers.keep()
    bring()
    half = place / "2026-11-23" / "Surgery main" / f".abc{files.PARTIAL}"
    half.write_text("half")
    (place / f".def{files.PARTIAL}").write_text("half")
    bring()
    assert not list(place.rglob(f".*{files.PARTIAL}"))


def test_it_may_be_read_by_whoever_may_read_the_folder(papers, place, bring):
    place.chmod(0o750)
    path = papers.keep()[0]
    bring()
    assert (place / path).stat().st_mode & 0o777 == 0o640
    assert (place / path).parent.stat().st_mode & 0o777 == 0o750
    assert (place / "manifest.json").stat().st_mode & 0o777 == 0o640


def test_a_full_disk_leaves_what_was_there(papers, place, bring, files_at, job_for):
    papers.keep(print_=1)
    bring()
    before = files_at(place)
    papers.keep(print_=2, size=200_000)
    script = (
        "import json,sys,resource,signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY));"
        "sys.argv=['hand']; from fallback.hand import __main__ as hand; hand.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(job_for()) + "\n",
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "is full" in json.loads(done.stdout.splitlines()[-1])["trouble"]
    assert files_at(place) == before
    assert on_disk(place) == set(before)
    bring()  # there is room again
    assert {entry["print"] for entry in files_at(place).values()} == {2}


def test_a_folder_that_can_only_be_read(papers, place, bring, job_for, monkeypatch):
    papers.keep()

    def refused(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(files.tempfile, "mkstemp", refused)
    with pytest.raises(OSError, match="Read-only") as error:
        bring()
    assert in_words(error.value) == "can only be read, not written"


@pytest.mark.parametrize(
    "number, words",
    [
        (errno.ENOSPC, "is full"),
        (errno.EROFS, "can only be read, not written"),
        (errno.ENOENT, "is not there: is the PC on, the stick in?"),
        (errno.ESRCH, "could not be written (No such process)"),
    ],
)
def test_troubles_in_words(number, words):
    assert in_words(OSError(number, os.strerror(number))) == words


def test_backups_are_mirrored_newest_first(papers, place, bring, tmp_path):
    backups = tmp_path / "backups"
    backups.mkdir()
    for hour in ("08", "09"):
        (backups / f"2026-11-23T{hour}0000Z entry 5.age").write_text(hour)
    (backups / "before-upgrade.sqlite3").write_text("not sealed: stays on the server")
    bring(backups=str(backups))
    (backups / "2026-11-23T080000Z entry 5.age").unlink()
    (place / "backups" / "theirs.txt").write_text("a note")
    bring(backups=str(backups))
    assert {path.name for path in (place / "backups").iterdir()} == {
        "2026-11-23T090000Z entry 5.age",
        "theirs.txt",
    }


def test_leaving_takes_all_that_is_ours(papers, place, bring):
    papers.keep()
    bring()
    (place / "a note.txt").write_text("ours is what we wrote")
    bringing.leave(place, "the-place")
    assert [path.name for path in place.iterdir()] == ["a note.txt"]
    with pytest.raises(Trouble):
        bringing.leave(place, "the-place")


def test_one_folder_is_one_place(place):
    mark.prepare(place, "the-place")
    with pytest.raises(Trouble, match="used for other safe copies"):
        mark.prepare(place, "another")
