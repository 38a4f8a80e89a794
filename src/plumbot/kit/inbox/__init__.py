"""Updates: stored before they are confirmed, run one at a time for each lane, marked in the effect's commit."""
