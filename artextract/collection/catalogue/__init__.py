"""What cataloguers write of works, read: dates, artists, qualifiers of an attribution."""
