"""In-progress grades as they stand, and as a plan would leave them; GRADES.md is the contract."""
