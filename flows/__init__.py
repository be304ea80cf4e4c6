"""What runs when: Prefect flows, the runner and its ledger, the command line."""
