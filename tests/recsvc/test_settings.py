"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsvc.errors import SettingsError
from recsvc.settings import Secret, Settings, beside, described, unknown_variables, variable


def test_only_the_registry_is_required() -> None:
    with pytest.raises(SettingsError, match="RECSVC_REGISTRY is required: Directory where"):
        Settings.from_env({})
    assert Settings.from_env({"RECSVC_REGISTRY": "/shop"}) == Settings(registry=Path("/shop"))


def test_every_setting_is_read_from_its_variable() -> None:
    texts = {
        "registry": "/shop",
        "state_url": "postgresql://user:password@host/name",
        "placements": "/placements.toml",
        "public_url": "https://shop.example/",
        "locale": "pl-PL",
        "service_url": "https://recs.example/",
        "email": "/email.toml",
        "email_templates": "/templates",
        "image_hosts": "img.example,cdn.example",
        "sends_kept_days": "90",
        "host": "::",
        "port": "80",
        "workers": "3",
        "threads": "5",
        "graceful_timeout_s": "7",
        "log_level": "warning",
        "reload_interval_s": "0.5",
        "keys_interval_s": "1",
        "warm_bytes": "0",
        "max_body_bytes": "2048",
        "max_events": "5",
        "metrics_open": "true",
        "cors_origins": "https://shop.example/, HTTPS://Www.Shop.Example:443,http://localhost:3000,",
        "cache_max_age_s": "0",
        "private_fields": "cost, margin",
        "holdout_share": "0.1",
        "holdout_salt": "autumn",
        "runtime_dir": "/run/recsvc",
    }
    assert set(texts) == set(described())
    settings = Settings.from_env({variable(name): text for name, text in texts.items()})
    assert settings.state().reveal() == texts["state_url"]
    assert settings.public_url == "https://shop.example"
    assert settings.image_hosts == {"img.example", "cdn.example"}
    assert (settings.port, settings.reload_interval_s, settings.metrics_open) == (80, 0.5, True)
    assert settings.cors_origins == {"https://shop.example", "https://www.shop.example", "http://localhost:3000"}
    assert settings.private_fields == {"cost", "margin"}
    assert settings.runtime_dir == Path("/run/recsvc")


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_env({"RECSVC_REGISTRY": "/shop", "RECSVC_PORT": ""}).port == 8000


def test_every_fault_is_named_at_once() -> None:
    wrong = {
        "RECSVC_PORT": "tcp://10.0.0.1:80",
        "RECSVC_WORKERS": "0",
        "RECSVC_LOG_LEVEL": "loud",
        "RECSVC_METRICS_OPEN": "yes",
        "RECSVC_PUBLIC_URL": "shop.example",
        "RECSVC_RELOAD_INTERVAL_S": "often",
        "RECSVC_CORS_ORIGINS": "https://shop.example,*",
        "RECSVC_LOCALE": "xx-YY",
        "RECSVC_HOLDOUT_SHARE": "10%",
    }
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(wrong)
    assert sorted(refused.value.faults) == [
        "RECSVC_CORS_ORIGINS must be origins by comma, such as https://shop.example,https://www.shop.example",
        "RECSVC_HOLDOUT_SHARE must be a share from 0 to 0.5",
        "RECSVC_LOCALE must be a locale such as pl-PL",
        "RECSVC_LOG_LEVEL must be one of debug, info, warning, error",
        "RECSVC_METRICS_OPEN must be true or false",
        "RECSVC_PORT must be a whole number from 1 to 65535",
        "RECSVC_PUBLIC_URL must be an http or https address without query, such as https://shop.example",
        "RECSVC_REGISTRY is required: Directory where the trainer publishes bundles.",
        "RECSVC_RELOAD_INTERVAL_S must be a number of seconds from 0.05 to 3600",
        "RECSVC_WORKERS must be a whole number from 1 to 256",
    ]


def test_mistyped_variables_are_told_with_what_was_meant() -> None:
    lines = unknown_variables({"RECSVC_PROT": "1", "RECSVC_SERVICE_HOST": "10.0.0.1", "PATH": "/", "RECSVC_PORT": "1"})
    assert lines[0] == "RECSVC_PROT is not a setting; did you mean 'RECSVC_PORT'?"
    assert len(lines) == 2


def test_a_secret_is_not_shown_by_accident() -> None:
    settings = Settings(registry=Path("/shop"), state_url=Secret("postgresql://user:password@host/name"))
    assert "password" not in f"{settings} {settings.state_url} {settings.state_url!r}"


def test_live_state_lies_beside_the_registry_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings(registry=tmp_path / "shop")
    assert settings.state().reveal() == beside(tmp_path / "shop") == f"sqlite:///{tmp_path.resolve()}/shop.state.sqlite"
