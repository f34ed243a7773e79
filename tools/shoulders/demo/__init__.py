"""Run demos: each in a process of its own, with limits, on this machine or on a cluster."""
