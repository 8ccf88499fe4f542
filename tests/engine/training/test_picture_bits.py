"""Tables of codes that share what their bits say."""

import torch
from torch import nn

from engine.networks.magvit import signs
from engine.training.picture_bits import share, walsh, write_out


def test_the_functions_are_orthogonal_and_of_one_length() -> None:
    functions = walsh(5)
    assert functions.shape == (32, 5 + 10)
    assert torch.allclose(functions.T @ functions, torch.eye(15) * 32 / 15, atol=1e-4)
    assert torch.allclose(functions.norm(dim=1), torch.ones(32))


def test_codes_that_differ_by_a_bit_are_nearer_than_those_that_differ_by_all() -> None:
    torch.manual_seed(0)
    table = nn.Embedding(32, 64)
    nn.init.zeros_(table.weight)
    share(table, 0, 5, 1.0)
    rows = table.weight
    assert (rows[0b00000] - rows[0b00001]).norm() < (rows[0b00000] - rows[0b10101]).norm()


def test_what_one_code_learns_its_neighbours_learn_too() -> None:
    table = nn.Embedding(3 + 32 + 1, 4)
    before = table.weight.detach().clone()
    share(table, 3, 5, 0.0)
    assert torch.equal(table.weight, before)
    table(torch.tensor([3])).sum().backward()
    said = table.parametrizations["weight"][0]  # type: ignore[index]
    with torch.no_grad():
        said.shared -= said.shared.grad
    moved = (table.weight - before)[:, 0]
    alike = signs(torch.arange(32)[:, None, None], 5)[..., 0, 0] @ torch.full((5,), -1.0)
    assert moved[3] < moved[4] < 0 and moved[:3].abs().max() == moved[-1].abs() == 0
    assert torch.corrcoef(torch.stack([moved[3:-1], -alike]))[0, 1] > 0.5


def test_written_out_the_table_is_plain_and_the_same() -> None:
    network = nn.Sequential(nn.Embedding(40, 4), nn.Linear(4, 40))
    names = set(network.state_dict())
    for each in network:
        share(each, 5, 5, 0.5)
    shared = network(torch.arange(40))
    write_out(network)
    assert set(network.state_dict()) == names
    assert torch.allclose(network(torch.arange(40)), shared)
