"""What people note while they look: verdicts on outliers, and selections of works."""
