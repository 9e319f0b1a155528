"""LinkedIn ads: ad analytics by campaign and UTC day."""
