"""Samplers: from noise to data, one method a file, all under the contract of engine.samplers.contract."""
