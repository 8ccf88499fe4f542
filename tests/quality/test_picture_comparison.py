"""What other ways come to stands in the card of the one that ships."""

from pathlib import Path
from typing import Any

from engine.api.cards import CARD, CardFile, ModelCard, read_card
from engine.training.card import write_card
from tests.quality.picture_comparison import main


def card(folder: Path, architecture: str, resampled: bool, color: float, **network: Any) -> Path:
    folder.mkdir()
    (folder / "network.safetensors").write_bytes(b"")
    held_out = {"pictures": 80, "color": {"works": color, "real": 0.9}, "frechet": {"works": 200.0, "real": 120.0}}
    figures = {"training": {"steps": 500, "resampled": resampled}, "held_out": held_out, "other": 1}
    write_card(
        ModelCard(
            id=folder.name,
            title=folder.name,
            modality="image",
            architecture=architecture,
            network={"width": 8} | network,
            codec="prompt_words",
            path="showo",
            files={"network": CardFile(name="network.safetensors")},
            licence="CC0-1.0",
            parameters=12,
            figures=figures,
            folder=str(folder),
        )
    )
    return folder


def test_each_run_is_a_row_by_what_it_is(tmp_path: Path) -> None:
    shipped = card(tmp_path / "shipped", "showo", True, 0.7)
    runs = [
        card(tmp_path / "a", "showo", False, 0.4),
        card(tmp_path / "b", "image_dit", True, 0.3, learned_null=False),
        card(tmp_path / "c", "transfusion", True, 0.2),
    ]
    assert main(["--into", str(shipped), *map(str, runs)]) == 0
    found = read_card(shipped / CARD).figures
    assert found["comparison"] == {
        name: {"parameters": 12, "steps": 500, "pictures_judged": 80, "color": color, "frechet": 200.0}
        for name, color in (
            ("Show-o, even times", 0.4),
            ("DiT, times by their losses, zeros for no prompt", 0.3),
            ("Transfusion, times by their losses", 0.2),
        )
    }
    assert found["other"] == 1 and found["held_out"]["color"]["works"] == 0.7
