"""What must hold: one generator of (rule, constraint) per file; the tuple is all there is to register."""

from picup_planner.solver.constraints.availability import availability
from picup_planner.solver.constraints.closures import closures
from picup_planner.solver.constraints.crew import crew
from picup_planner.solver.constraints.frequency import frequency
from picup_planner.solver.constraints.one_place import one_place
from picup_planner.solver.constraints.openings import openings
from picup_planner.solver.constraints.pairing import pairing
from picup_planner.solver.constraints.pins import pins
from picup_planner.solver.constraints.quota import quota
from picup_planner.solver.constraints.required_sites import required_sites
from picup_planner.solver.constraints.rest import rest
from picup_planner.solver.constraints.rotation import rotation
from picup_planner.solver.constraints.same_crew import same_crew
from picup_planner.solver.constraints.spacing import spacing
from picup_planner.solver.constraints.tours import tours
from picup_planner.solver.constraints.workload import workload

CONSTRAINTS = (
    frequency,
    openings,
    spacing,
    rotation,
    crew,
    availability,
    one_place,
    same_crew,
    tours,
    workload,
    rest,
    pairing,
    quota,
    closures,
    required_sites,
    pins,
)
"""Every constraint, in the order they are told."""
