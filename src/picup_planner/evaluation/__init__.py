"""Every rule stated a second time, without the solver, and the figures of a plan."""
