"""The mathematics and the networks: arrays in, arrays out."""
