"""What the parameters of Stable Audio are called in its published files, as the rules of `weights.Layout.names`.

Two code bases publish the same weights: the authors' in one file, with prefixes, and diffusers' in a folder a part.
"""

Names = tuple[tuple[str, str], ...]

MOST_BLOCKS = 16  # of an autoencoder

TRANSFORMER: Names = (
    (r"timestep_features\.weight", "time_rates"),
    (r"transformer\.(layers\.\d+\.\w+)\.gamma", r"\1.weight"),
    (r"transformer\.(layers\.\d+\.\w+)\.beta", r"\1.bias"),
    (r"transformer\.(layers\.\d+\.ff)\.ff\.0\.proj\.(\w+)", r"\1.up.\2"),
    (r"transformer\.(layers\.\d+\.ff)\.ff\.2\.(\w+)", r"\1.down.\2"),
    (r"transformer\.(.*)", r"\1"),
)
ROTARY = r"transformer\.rotary_pos_emb\.inv_freq"
"""A table that we make ourselves."""

DIFFUSERS_TRANSFORMER: Names = (
    (r"time_proj\.weight", "time_rates"),
    (r"timestep_proj\.(.*)", r"to_timestep_embed.\1"),
    (r"cross_attention_proj\.(.*)", r"to_cond_embed.\1"),
    (r"global_proj\.(.*)", r"to_global_embed.\1"),
    (r"proj_(in|out)\.weight", r"project_\1.weight"),
    (r"transformer_blocks\.(\d+)\.norm1\.(\w+)", r"layers.\1.pre_norm.\2"),
    (r"transformer_blocks\.(\d+)\.norm2\.(\w+)", r"layers.\1.cross_attend_norm.\2"),
    (r"transformer_blocks\.(\d+)\.norm3\.(\w+)", r"layers.\1.ff_norm.\2"),
    (r"transformer_blocks\.(\d+)\.attn1\.to_out\.0\.weight", r"layers.\1.self_attn.to_out.weight"),
    (r"transformer_blocks\.(\d+)\.attn1\.(.*)", r"layers.\1.self_attn.\2"),
    (r"transformer_blocks\.(\d+)\.attn2\.to_out\.0\.weight", r"layers.\1.cross_attn.to_out.weight"),
    (r"transformer_blocks\.(\d+)\.attn2\.(.*)", r"layers.\1.cross_attn.\2"),
    (r"transformer_blocks\.(\d+)\.ff\.net\.0\.proj\.(\w+)", r"layers.\1.ff.up.\2"),
    (r"transformer_blocks\.(\d+)\.ff\.net\.2\.(\w+)", r"layers.\1.ff.down.\2"),
)
DIFFUSERS_MERGED = (
    (
        (r"(layers\.\d+\.self_attn)\.to_q\.weight", r"\1.to_k.weight", r"\1.to_v.weight"),
        r"\1.to_qkv.weight",
        0,
    ),
    ((r"(layers\.\d+\.cross_attn)\.to_k\.weight", r"\1.to_v.weight"), r"\1.to_kv.weight", 0),
)


def numbered(block: int) -> Names:
    """The parts of one block of an autoencoder, which the authors only number."""
    unit = {0: "snake1", 1: "conv1", 2: "snake2", 3: "conv2"}
    down, up = rf"encoder\.layers\.{block + 1}\.layers\.", rf"decoder\.layers\.{block + 1}\.layers\."
    return (
        *(
            (rf"{down}([012])\.layers\.{i}\.(\w+)", rf"encoder.blocks.{block}.units.\1.{name}.\2")
            for i, name in unit.items()
        ),
        *(
            (rf"{up}{2 + j}\.layers\.{i}\.(\w+)", rf"decoder.blocks.{block}.units.{j}.{name}.\1")
            for i, name in unit.items()
            for j in range(3)
        ),
        (rf"{down}3\.(\w+)", rf"encoder.blocks.{block}.snake.\1"),
        (rf"{down}4\.(\w+)", rf"encoder.blocks.{block}.conv.\1"),
        (rf"{up}0\.(\w+)", rf"decoder.blocks.{block}.snake.\1"),
        (rf"{up}1\.(\w+)", rf"decoder.blocks.{block}.conv.\1"),
    )


AUTOENCODER: Names = (
    (r"(encoder|decoder)\.layers\.0\.(\w+)", r"\1.first.\2"),
    (r"(encoder|decoder)\.layers\.\d+\.(alpha|beta)", r"\1.snake.\2"),
    (r"(encoder|decoder)\.layers\.\d+\.(weight|bias)", r"\1.last.\2"),
    *(rule for block in range(MOST_BLOCKS) for rule in numbered(block)),
)

DIFFUSERS_AUTOENCODER: Names = (
    (r"(encoder|decoder)\.conv1\.(\w+)", r"\1.first.\2"),
    (r"(encoder|decoder)\.conv2\.(\w+)", r"\1.last.\2"),
    (r"(encoder|decoder)\.snake1\.(\w+)", r"\1.snake.\2"),
    *((rf"(\w+)\.block\.(\d+)\.res_unit{i + 1}\.(.*)", rf"\1.blocks.\2.units.{i}.\3") for i in range(3)),
    (r"(\w+)\.block\.(\d+)\.snake1\.(\w+)", r"\1.blocks.\2.snake.\3"),
    (r"(\w+)\.block\.(\d+)\.conv(?:_t)?1\.(\w+)", r"\1.blocks.\2.conv.\3"),
)

DIFFUSERS_SNAKES = r".*\.(alpha|beta)"

TIMING: Names = (
    (r"(\w+)\.embedder\.embedding\.0\.weights", r"\1.rates"),
    (r"(\w+)\.embedder\.embedding\.1\.(\w+)", r"\1.out.\2"),
    (r"(\w+)\.int_embedder\.weight", r"\1.table.weight"),
)
NOT_TIMING = r"(?!seconds_).*"
"""A text encoder that was trained along lies among the conditioners."""

DIFFUSERS_TIMING: Names = (
    (r"start_number_conditioner\.time_positional_embedding\.0\.weights", "seconds_start.rates"),
    (r"start_number_conditioner\.time_positional_embedding\.1\.(\w+)", r"seconds_start.out.\1"),
    (r"end_number_conditioner\.time_positional_embedding\.0\.weights", "seconds_total.rates"),
    (r"end_number_conditioner\.time_positional_embedding\.1\.(\w+)", r"seconds_total.out.\1"),
)

T5: Names = ((r"shared\.weight", "encoder.embed_tokens.weight"),)
NOT_T5 = r"encoder\.embed_tokens\.weight|decoder\..*|lm_head\..*"
"""The words' table, which is there twice, and what writes."""
NOT_CLAP_TEXT = r"(?!text_model\.).*|text_model\.(pooler\..*|embeddings\.(position_ids|token_type_ids))"
