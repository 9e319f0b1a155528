"""Great Expectations suites as Python, one file per landed table, and the gate that runs them."""
