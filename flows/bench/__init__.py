"""What Countersign costs, measured against SQL that a person would write for the same job."""
