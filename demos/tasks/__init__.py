"""The data of the demos: generated from a seed or read from a package, never downloaded."""
