"""Which repositories a plan has, and how many are worked on at once."""

from __future__ import annotations

import threading
import time

from muhtar.backup.outcomes import far
from muhtar.backup.stores import stores
from muhtar.backup.together import at_servers
from muhtar.doors.restic import Progress
from tests.support.backup_town import BASE, FakeTown, policy, target

FAR = {"server": "bak2", "passwords": "p", "user_passwords": "u"}


def town(**far_keys: str) -> FakeTown:
    repositories = {**BASE["repositories"], "far": {**FAR, **far_keys}}
    made = policy(repositories=repositories, groups={"web": {**BASE["groups"]["web"], "second": "far"}})
    return FakeTown(made, target("web1", "web"), target("web2", "web"), target("db9", "none"))


def named(found) -> list[tuple[str, str]]:
    return [(store.kept.name, store.name) for store in found]


def test_each_host_has_its_own_first_and_second() -> None:
    plan = town()
    assert named(stores(plan)) == [("main", "web1"), ("main", "web2"), ("far", "web1"), ("far", "web2")]
    assert named(stores(plan, "first")) == [("main", "web1"), ("main", "web2")]
    (source,) = stores(plan, "second")[0].sources()
    assert named([source]) == [("main", "web1")]


def test_first_and_second_are_locked_apart_and_the_first_as_a_backup_locks_it() -> None:
    assert [store.lock for store in stores(town())[::2]] == ["backup-lab-web1", "backup-lab-far-web1"]


def test_a_second_copy_that_hosts_share_is_one_repository_of_several_sources() -> None:
    (store,) = stores(town(shared="all"), "second")
    assert (store.name, [job.name for job in store.jobs]) == ("all", ["web1", "web2"])
    assert named(store.sources()) == [("main", "web1"), ("main", "web2")]


def test_so_many_at_once_at_each_server_and_all_servers_side_by_side() -> None:
    going: dict[str, int] = {"a": 0, "b": 0}
    most = dict(going)
    both = threading.Event()
    guard = threading.Lock()

    def work(thing: tuple[str, int], stop: threading.Event) -> list[tuple[str, int]]:
        del stop
        with guard:
            going[thing[0]] += 1
            most[thing[0]] = max(most[thing[0]], going[thing[0]])
            if all(going.values()):
                both.set()
        both.wait(10)
        time.sleep(0.01)
        with guard:
            going[thing[0]] -= 1
        return [thing]

    things = [("a", number) for number in range(6)] + [("b", number) for number in range(3)]
    assert at_servers(work, things, lambda thing: thing[0], 2) == things  # type: ignore[arg-type,comparison-overlap]
    assert most == {"a": 2, "b": 2}
    assert both.is_set()


def test_how_far_restic_is() -> None:
    assert far(Progress(0.25, 6, 1533)) == "25%, 6 files, 1.5 kB"
    assert far(Progress(0.25, 6, 1_200_000, 26, 3_400_000, 12)) == "25%, 6 of 26 files, 1.2 MB of 3.4 MB, 12 s left"
    assert far(Progress(0.25, 6, 1533, 26, 85660, 1500)).endswith(", 25 min left")
