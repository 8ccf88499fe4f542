"""The machine underneath: processes, jobs, loaded checkpoints, memory, device. The package itself imports no torch."""
