"""The roles of the accuracy table, one file each."""
