from pathlib import Path

import pytest

from configs.profile import Profile, load_profile, missing_backends, profile_names
from data_contracts.errors import ConfigError
from flows.pipeline import STAGES


def written(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_that_bunraku_brings_loads(name: str) -> None:
    load_profile(name)


def test_the_embedded_profile_is_the_defaults_and_runs_anywhere() -> None:
    assert load_profile("embedded") == Profile()
    assert missing_backends(load_profile("embedded")) == {}


def test_the_hub_profile_says_what_it_lacks_by_setting() -> None:
    missing = missing_backends(load_profile("hub"))
    assert "pin the hub commit" in missing["estimate_depth.depth"]


def test_each_stage_has_its_settings_under_its_name() -> None:
    for stage in STAGES:
        assert isinstance(getattr(Profile(), stage.name), stage.config_type), stage.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("optimize_splats: {fit: {steps: -3}}", r"optimize_splats.fit.steps = -3: .*greater"),
        ("segmnt: {}", "segmnt: there is no such setting"),
        ("segment: {still: {kind: magic}}", "segment.still: there is no kind 'magic', but 'classical'"),
        ("animate: {backend: {cells: 20}}", r"animate.backend: it needs a kind; docs/backends.md"),
        ("filter: {mean_over: nine}", "filter.mean_over = 'nine'"),
        ("filter: [", "not YAML"),
        ("- 1", "wrong values"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_profile(written(tmp_path, text))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="embedded, hub, papers/dreamactor_m2"):
        load_profile("embeded")


def test_what_does_not_change_the_output_is_not_in_the_key(tmp_path: Path) -> None:
    one = load_profile(written(tmp_path, "optimize_splats: {backend: {kind: cpu, threads: 1}}"))
    two = load_profile(written(tmp_path, "optimize_splats: {backend: {kind: cpu, threads: 2}}"))
    assert one.optimize_splats.key_content() == two.optimize_splats.key_content()
    other = load_profile(written(tmp_path, "optimize_splats: {fit: {steps: 7}}"))
    assert one.optimize_splats.key_content() != other.optimize_splats.key_content()


def test_the_papers_filter_is_the_mean_alone() -> None:
    settings = load_profile("papers/dreamactor_m2").filter
    assert (settings.mean_over, settings.floor, settings.floors) == (4.0, 1.0, {})
