"""What the parameters of networks of pictures are called in published files, as rules of `layouts.Layout.names`."""

Names = tuple[tuple[str, str], ...]

LEVELS = 4  # of Stable Diffusion's autoencoder: diffusers numbers those of the way up from the other end

SHORTCUT = (r"(.*)\.nin_shortcut\.(.*)", r"\1.conv_shortcut.\2")

NOT_SD_VAE = r"(loss|model_ema)\..*"
"""What its training kept beside it."""

DIFFUSERS_SD_VAE: Names = (
    (r"(encoder|decoder)\.conv_norm_out\.(.*)", r"\1.norm_out.\2"),
    (r"(encoder|decoder)\.mid_block\.resnets\.0\.(.*)", r"\1.mid.block_1.\2"),
    (r"(encoder|decoder)\.mid_block\.resnets\.1\.(.*)", r"\1.mid.block_2.\2"),
    (r"(encoder|decoder)\.mid_block\.attentions\.0\.group_norm\.(.*)", r"\1.mid.attn_1.norm.\2"),
    *(
        (rf"(encoder|decoder)\.mid_block\.attentions\.0\.(?:{names})\.(\w+)", rf"\1.mid.attn_1.{ours}.\2")
        for names, ours in (
            (r"to_q|query", "q"),
            (r"to_k|key", "k"),
            (r"to_v|value", "v"),
            (r"to_out\.0|proj_attn", "proj_out"),
        )
    ),
    (r"encoder\.down_blocks\.(\d)\.resnets\.(\d)\.(.*)", r"encoder.down.\1.block.\2.\3"),
    (r"encoder\.down_blocks\.(\d)\.downsamplers\.0\.(.*)", r"encoder.down.\1.downsample.\2"),
    *(
        (rf"decoder\.up_blocks\.{i}\.{theirs}\.(.*)", rf"decoder.up.{LEVELS - 1 - i}.{ours}.\1")
        for i in range(LEVELS)
        for theirs, ours in (("resnets", "block"), (r"upsamplers\.0", "upsample"))
    ),
)
DIFFUSERS_SD_VAE_KERNELS = r".*\.mid\.attn_1\.(q|k|v|proj_out)\.weight"
