"""What `plumbot bench` measures. Every figure stands beside another way's figure of the same run: machines differ."""
