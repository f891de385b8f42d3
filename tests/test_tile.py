"""What the tiles element sends to the browser: texts as Python wrote them, and heights."""

from components import tile
from components.tiles import Tile


def test_a_tile_is_sent_as_texts_and_its_course_as_heights_above_zero():
    course = (1000.0, None, 250.0, 0.0)
    assert tile.wire(Tile("Input", "1.25K", "+4.4%", "up", course, "Exactly 1,250.")) == {
        "label": "Input",
        "value": "1.25K",
        "change": "+4.4%",
        "arrow": "up",
        "help": "Exactly 1,250.",
        "course": [100.0, None, 25.0, 0.0],
    }


def test_one_interval_is_no_course_and_a_course_of_nothing_lies_on_the_ground():
    assert tile.wire(Tile("Input", "3", None, "off", (3.0,), ""))["course"] == []
    assert tile.wire(Tile("Input", "0", None, "off", (0.0, 0.0), ""))["course"] == [0.0, 0.0]
    assert tile.wire(Tile("Input", "–", None, "off", (None, None), ""))["course"] == [None, None]
