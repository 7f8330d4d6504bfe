"""What one lesson owns: its exercises, its small nets, its experiments."""
