"""Losses at home where people train: one room for each host, opened when it is first imported.

`from lossary.adapters.torch import module` needs PyTorch, `from lossary.adapters.lightgbm import
Regressor` needs LightGBM, and so on; importing this room needs none of them. `docs/hosts.md` shows
which loss works in which host.
"""
