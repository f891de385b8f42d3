"""What each factor changed, in numbers that can be worked out by hand, and that they always add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.effects import Pair, effects, splits, whole

counts = st.integers(0, 2**70)
periods = st.builds(Pair, counts, counts)


def test_only_requests_rose():
    assert effects(Pair(10, 30), Pair(10, 30), Pair(50, 150)) == (100, 0, 0)


def test_only_what_a_request_holds_rose():
    assert effects(Pair(10, 10), Pair(10, 10), Pair(50, 80)) == (0, 0, 30)


def test_of_two_factors_each_is_taken_at_the_mean_of_the_other():
    # Requests 2 → 4 at 5 tokens on average: 10. Tokens per request 4 → 6 at 3 requests on average: 6.
    assert effects(Pair(2, 4), Pair(2, 4), Pair(8, 24)) == (10, 0, 6)


def test_a_group_whose_share_of_all_requests_grew_gained_by_the_mix():
    # All requests stay 100, its share goes from a tenth to a fifth, at 7 tokens each.
    assert effects(Pair(100, 100), Pair(10, 20), Pair(70, 140)) == (0, 70, 0)


def test_requests_that_stay_while_all_others_double_are_volume_and_mix_of_equal_size():
    # 100 more requests × a share of 7.5 % on average × 4 tokens each.
    assert effects(Pair(100, 200), Pair(10, 10), Pair(40, 40)) == (30, -30, 0)


def test_what_the_cache_no_longer_serves():
    # 10 requests of 100 input tokens; 70 % of it from the cache, then 5 %.
    assert effects(Pair(10, 10), Pair(10, 10), Pair(1000, 1000), Pair(300, 950)) == (0, 0, 0, 650)


def test_three_factors_that_all_double():
    # 1 × 1 × 1 → 2 × 2 × 2: each brings (2·1 + 1·2 + 1·2 + 2·4) / 6 = 7/3, and the odd one goes to the first.
    assert effects(Pair(1, 2), Pair(1, 2), Pair(1, 4), Pair(1, 8)) == (3, 0, 2, 2)


@pytest.mark.parametrize(
    ("every", "requests", "size", "found"),
    [
        (Pair(10, 20), Pair(0, 10), Pair(0, 80), (20, 60, 0)),  # half of all requests: 10 × ¼ × 8 and ½ × 15 × 8
        (Pair(20, 10), Pair(10, 0), Pair(80, 0), (-20, -60, 0)),
        (Pair(0, 10), Pair(0, 10), Pair(0, 50), (50, 0, 0)),
        (Pair(10, 0), Pair(10, 0), Pair(50, 0), (-50, 0, 0)),
        (Pair(5, 5), Pair(0, 0), Pair(0, 0), (0, 0, 0)),
        (Pair(5, 9), Pair(2, 3), Pair(0, 0), (0, 0, 0)),
    ],
)
def test_a_group_that_is_new_or_gone_changed_by_its_requests_alone(every, requests, size, found):
    assert effects(every, requests, size) == found


def test_tokens_without_requests_cannot_be_split():
    assert not splits(Pair(0, 1), Pair(5, 5))
    with pytest.raises(ValueError, match="cannot be split"):
        effects(Pair(1, 1), Pair(0, 1), Pair(5, 5))


@given(periods, st.builds(Pair, st.integers(1, 2**70), st.integers(1, 2**70)), periods, periods)
def test_effects_add_up_to_the_change_at_any_size(others, requests, size, cached):
    every = Pair(*(sum(pair) for pair in zip(others, requests, strict=True)))
    kept = Pair(*(max(whole - part, 0) for whole, part in zip(size, cached, strict=True)))
    assert sum(effects(every, requests, size)) == size.change
    assert sum(effects(every, requests, size, kept)) == kept.change


@given(periods, periods, periods)
def test_the_other_way_round_every_effect_turns_its_sign(others, requests, size):
    if not splits(requests, size):
        return
    every = Pair(*(sum(pair) for pair in zip(others, requests, strict=True)))
    there, back = (effects(*(Pair(*pair[::step]) for pair in (every, requests, size))) for step in (1, -1))
    assert all(abs(one + two) <= 1 for one, two in zip(there, back, strict=True))  # but for the rounding


@given(st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=6), st.integers(1, 2**40))
def test_rounded_shares_keep_their_sum_and_none_is_off_by_one_or_more(shares, of):
    shares = [*shares, -sum(shares) % of]
    rounded = whole(shares, of)
    assert sum(rounded) * of == sum(shares)
    assert all(abs(each * of - share) < of for each, share in zip(rounded, shares, strict=True))
