"""`python -m plumbot` is the same as `plumbot`."""

from plumbot.apps.cli import main

if __name__ == "__main__":
    main()
