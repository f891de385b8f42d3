"""What sessions share in memory."""

import gc
import threading
import time

import pytest

from components.kept import Kept


class Thing:
    def __init__(self, size: int) -> None:
        self.size = size


def kept(most: int) -> Kept:
    return Kept(lambda thing: thing.size, most)


def test_what_somebody_holds_is_made_once_whatever_its_size():
    things = kept(most=10)
    held = things.get("a", lambda: Thing(1_000))
    assert things.get("a", lambda: Thing(1_000)) is held


def test_of_what_nobody_holds_the_last_used_that_fit_are_there():
    things = kept(most=10)
    for name, size in (("a", 6), ("b", 4), ("a", 6), ("c", 4)):
        things.get(name, lambda size=size: Thing(size))
    gc.collect()
    assert [name for name in "abc" if things.find(name)] == ["a", "c"]


def test_what_is_larger_than_all_that_fits_goes_with_who_held_it():
    things = kept(most=10)
    held = things.get("a", lambda: Thing(11))
    assert things.find("a") is held
    del held
    gc.collect()
    assert things.find("a") is None


def test_who_asks_while_it_is_made_waits_and_gets_the_same():
    things, made = kept(most=10), []

    def make() -> Thing:
        made.append(1)
        time.sleep(0.2)
        return Thing(1)

    found: list[Thing] = []
    askers = [threading.Thread(target=lambda: found.append(things.get("a", make))) for _ in range(5)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert len(made) == 1
    assert len({id(each) for each in found}) == 1


def test_one_key_does_not_wait_for_another():
    things, going = kept(most=10), threading.Event()
    slow = threading.Thread(target=lambda: things.get("slow", lambda: (going.wait(20), Thing(1))[1]))
    slow.start()
    assert things.get("quick", lambda: Thing(2)).size == 2
    going.set()
    slow.join()
    assert things.find("slow").size == 1


def test_what_could_not_be_made_is_tried_again():
    things = kept(most=10)
    with pytest.raises(OSError, match="away"):
        things.get("a", lambda: (_ for _ in ()).throw(OSError("away")))
    assert things.get("a", lambda: Thing(3)).size == 3
