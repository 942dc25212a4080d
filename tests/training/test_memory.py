from __future__ import annotations

from training.memory import Memory


def test_what_a_key_stands_for_is_learned_once() -> None:
    memory, learned = Memory(), []
    for key in ("a", "b", "a"):
        assert memory.recall(key, lambda key=key: learned.append(key) or key.upper()) == key.upper()
    assert learned == ["a", "b"]


def test_what_is_taken_is_remembered_no_longer() -> None:
    memory = Memory()
    assert memory.take("a", lambda: 1) == 1
    assert memory.recall("a", lambda: 2) == 2
    assert memory.take("a", lambda: 3) == 2
    assert memory.recall("a", lambda: 4) == 4
