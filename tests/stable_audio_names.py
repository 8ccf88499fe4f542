"""Weights that diffusers holds, under the names that Stable Audio's authors give them in their one file.

Written from the published file's names, the other way round than the engine reads them.
"""

import re

import torch
from torch import Tensor

State = dict[str, Tensor]

PARTS = ("snake1", "conv1", "snake2", "conv2")


def authors_transformer(state: State) -> State:
    """With fused queries, keys and values, and the table of rotations."""
    depth = 1 + max(int(match[1]) for name in state if (match := re.match(r"transformer_blocks\.(\d+)", name)))
    found = {
        "timestep_features.weight": state["time_proj.weight"][:, None],
        "preprocess_conv.weight": state["preprocess_conv.weight"],
        "postprocess_conv.weight": state["postprocess_conv.weight"],
        "transformer.project_in.weight": state["proj_in.weight"],
        "transformer.project_out.weight": state["proj_out.weight"],
        "transformer.rotary_pos_emb.inv_freq": torch.ones(4),
    }
    theirs = {
        "to_timestep_embed": "timestep_proj",
        "to_cond_embed": "cross_attention_proj",
        "to_global_embed": "global_proj",
    }
    for authors, other in theirs.items():
        found |= {name.replace(other, authors): tensor for name, tensor in state.items() if name.startswith(other)}
    for block in range(depth):
        found |= authors_block(state, f"transformer_blocks.{block}.", f"transformer.layers.{block}.")
    return {f"model.model.{name}": tensor for name, tensor in found.items()}


def authors_block(state: State, other: str, authors: str) -> State:
    found = {}
    for ours, theirs in (("pre_norm", "norm1"), ("cross_attend_norm", "norm2"), ("ff_norm", "norm3")):
        found[f"{authors}{ours}.gamma"] = state[f"{other}{theirs}.weight"]
        found[f"{authors}{ours}.beta"] = state[f"{other}{theirs}.bias"]
    q, k, v = (state[f"{other}attn1.to_{letter}.weight"] for letter in "qkv")
    found[f"{authors}self_attn.to_qkv.weight"] = torch.cat([q, k, v])
    found[f"{authors}self_attn.to_out.weight"] = state[f"{other}attn1.to_out.0.weight"]
    q, k, v = (state[f"{other}attn2.to_{letter}.weight"] for letter in "qkv")
    found[f"{authors}cross_attn.to_q.weight"] = q
    found[f"{authors}cross_attn.to_kv.weight"] = torch.cat([k, v])
    found[f"{authors}cross_attn.to_out.weight"] = state[f"{other}attn2.to_out.0.weight"]
    for kind in ("weight", "bias"):
        found[f"{authors}ff.ff.0.proj.{kind}"] = state[f"{other}ff.net.0.proj.{kind}"]
        found[f"{authors}ff.ff.2.{kind}"] = state[f"{other}ff.net.2.{kind}"]
    return found


def authors_autoencoder(state: State) -> State:
    """All parts numbered in the order in which sound goes through them."""
    depth = 1 + max(int(match[1]) for name in state if (match := re.match(r"encoder\.block\.(\d+)", name)))
    ends = {"conv1": 0, "snake1": depth + 1, "conv2": depth + 2}
    found = {}
    for name, tensor in state.items():
        side, rest = name.split(".", 1)
        if match := re.fullmatch(r"block\.(\d+)\.(.*)", rest):
            place = f"{int(match[1]) + 1}.layers.{in_block(side, match[2])}"
        else:
            part, kind = rest.split(".", 1)
            place = f"{ends[part]}.{kind}"
        plain = tensor.flatten() if name.endswith(("alpha", "beta")) else tensor
        found[f"pretransform.model.{side}.layers.{place}"] = plain
    return found


def in_block(side: str, name: str) -> str:
    first = 0 if side == "encoder" else 2
    if match := re.fullmatch(r"res_unit(\d)\.(\w+)\.(.*)", name):
        return f"{first + int(match[1]) - 1}.layers.{PARTS.index(match[2])}.{match[3]}"
    part, kind = name.split(".", 1)
    places = {"snake1": 3, "conv1": 4} if side == "encoder" else {"snake1": 0, "conv_t1": 1}
    return f"{places[part]}.{kind}"


def authors_timing(state: State) -> State:
    names = {"start_number_conditioner": "seconds_start", "end_number_conditioner": "seconds_total"}
    found = {}
    for name, tensor in state.items():
        other, rest = name.split(".", 1)
        rest = rest.replace("time_positional_embedding", "embedder.embedding")
        found[f"conditioner.conditioners.{names[other]}.{rest}"] = tensor
    return found
