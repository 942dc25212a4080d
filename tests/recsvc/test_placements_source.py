"""A placement written out is the placement that is served."""

from __future__ import annotations

from typing import Any

import pytest

from models.placements import default_placements, load_placements


@pytest.mark.parametrize("name", default_placements())
def test_a_placement_is_written_as_a_file_would_have_it(server: Any, name: str) -> None:
    answer = server.get("/v1/placements/source", query_string={"placement": name})
    assert answer.content_type == "application/toml"
    assert load_placements(answer.text) == {name: default_placements()[name]}


def test_an_unknown_placement_is_not_there(server: Any) -> None:
    assert server.get("/v1/placements/source?placement=cellar").status_code == 404


def test_nobody_reads_the_settings_without_a_server_key(public: Any) -> None:
    assert public.get("/v1/placements/source?placement=home").status_code == 403
