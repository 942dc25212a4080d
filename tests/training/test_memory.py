from __future__ import annotations

from training.memory import Memory


def test_what_a_key_stands_for_is_learned_once() -> None:
    memory, learned = Memory(), []
    for key in ("a", "b", "a"):
        assert memory.recall(key, lambda key=key: learned.append(key) or key.upper()) == key.upper()
    assert learned == ["a", "b"]
