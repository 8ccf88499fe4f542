"""How other code bases name and cut the parameters of networks of ours: the layouts that a card may have."""

from dataclasses import dataclass

from engine.runtime import picture_names as pictures
from engine.runtime import stable_audio_names as stable_audio


@dataclass(frozen=True)
class Layout:
    """How another code base names and cuts the parameters of a network of ours; applied in the order of the fields.

    What follows a regular expression may use its groups: `\\1`.
    """

    prefix: str = ""
    """Names without it belong to something else in the file and are left there."""
    foreign: str = ""
    """A regular expression: names that belong to something else although they have the prefix."""
    weight_norm: bool = False
    """Weights are stored as a direction and a length (Salimans & Kingma 2016)."""
    names: tuple[tuple[str, str], ...] = ()
    """(regular expression, replacement); the first that fits the whole name counts."""
    flat: str = ""
    """A regular expression, of our names: of these, dimensions of size 1 are left out."""
    kernels: str = ""
    """A regular expression, of our names: of these, matrices are convolutions of one place."""
    split: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    """(fused name, names, dimension): one tensor of equal parts. The first is a regular expression."""
    merge: tuple[tuple[tuple[str, ...], str, int], ...] = ()
    """(names, fused name, dimension): several tensors joined. The first of them is a regular expression."""


OURS = Layout()
LAYOUTS = {
    "": OURS,
    "ema": Layout(prefix="ema_model."),
    "f5": Layout(prefix="ema_model.transformer."),
    "f5-plain": Layout(prefix="transformer."),
    "diffusion-policy": Layout(prefix="model."),
    "vocos": Layout(foreign=r"feature_extractor\..*"),
    "mustango": Layout(
        foreign=r"(.*\.)?PE\.pe|FME\.translation_bias|text_encoder\.encoder\.embed_tokens\.weight",  # there twice
        names=(
            (r"text_encoder\.shared\.weight", "text_encoder.embed_tokens.weight"),
            (r"text_encoder\.encoder\.(.*)", r"text_encoder.\1"),
        ),
    ),
    "mustango-beats": Layout(foreign=r"deberta\.embeddings\.position_ids"),
    "mustango-chords": Layout(names=((r"(.*)", r"t5.\1"),)),
    "audioldm-vae": Layout(foreign=r"vocoder\..*", names=(pictures.SHORTCUT,)),
    "audioldm-vocoder": Layout(prefix="vocoder.", weight_norm=True),
    "bigvgan": Layout(weight_norm=True),
    "stable-audio": Layout(
        prefix="model.model.", foreign=stable_audio.ROTARY, names=stable_audio.TRANSFORMER, flat="time_rates"
    ),
    "stable-audio-diffusers": Layout(names=stable_audio.DIFFUSERS_TRANSFORMER, merge=stable_audio.DIFFUSERS_MERGED),
    "stable-audio-unet": Layout(prefix="model.model."),
    "oobleck": Layout(prefix="pretransform.model.", weight_norm=True, names=stable_audio.AUTOENCODER),
    "oobleck-diffusers": Layout(
        weight_norm=True, names=stable_audio.DIFFUSERS_AUTOENCODER, flat=stable_audio.DIFFUSERS_SNAKES
    ),
    "timing": Layout(prefix="conditioner.conditioners.", foreign=stable_audio.NOT_TIMING, names=stable_audio.TIMING),
    "timing-diffusers": Layout(names=stable_audio.DIFFUSERS_TIMING),
    "t5": Layout(foreign=stable_audio.NOT_T5, names=stable_audio.T5),
    "clap-text": Layout(foreign=stable_audio.NOT_CLAP_TEXT),
    "showo": Layout(
        foreign=r".*\.rotary_emb\.inv_freq",
        names=((r"showo\.model\.(.*)", r"\1"), (r"showo\.(lm_head\..*)", r"\1")),
    ),
    "magvit": Layout(
        foreign=r"quantize\..*",
        names=(
            pictures.SHORTCUT,
            (r"(?:encoder|decoder)\.((?:post_)?quant_conv\..*)", r"\1"),
        ),
    ),
    "sd-vae": Layout(foreign=pictures.NOT_SD_VAE, names=(pictures.SHORTCUT,)),
    "sd-vae-within": Layout(prefix="first_stage_model.", names=(pictures.SHORTCUT,)),
    "sd-vae-diffusers": Layout(names=pictures.DIFFUSERS_SD_VAE, kernels=pictures.DIFFUSERS_SD_VAE_KERNELS),
}
"""A card's layout → what it means. "ema": the averaged weights among a training loop's own. "f5", "vocos", "bigvgan",
"diffusion-policy", "showo", "magvit": the authors' files; "f5-plain": of F5-TTS and E2-TTS without averaging.
"stable-audio", "oobleck", "timing": the parts of Stable Audio in its authors' one file, and in diffusers' folders.
"sd-vae": Stable Diffusion's autoencoder by itself; "sd-vae-within": in a whole checkpoint of it; "sd-vae-diffusers":
in a folder of diffusers."""
