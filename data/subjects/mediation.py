"""People's mediation as numbers: disputes concluded, agreed and performed, by sub-district and kind. Counts of a day, never a dispute.

Delivered and told like petitions: whole days at six on the morning after, counted on the day the outcome can be told, guarded.
"""

from data.guarded import AREA, Axes, GuardedMeasure, share
from data.tallies import tally, tally_cube

mediation_day = tally(
    "mediation_day",
    "month",
    ("subdistrict", "kind"),
    *("taken_up", "concluded", "agreed"),
    *("due", "timely"),  # 30 days after it was taken up
    *("perform_due", "performed"),  # on the day agreed
    *("confirm", "confirm_timely"),  # applications for judicial confirmation; within 30 days of the agreement
)
mediation_cube = tally_cube(mediation_day, {"mediation_kind": "kind"})

CUBES = (mediation_cube,)

STREETS: tuple[Axes, ...] = ((AREA,),)


concluded = GuardedMeasure(mediation_cube, "concluded", tables=(*STREETS, ("mediation_kind",)))
agreed = share("agreed", concluded)
timely = share("timely", GuardedMeasure(mediation_cube, "due", tables=STREETS))
performed = share("performed", GuardedMeasure(mediation_cube, "perform_due", tables=STREETS, period="quarter"))
confirmed = share("confirm_timely", GuardedMeasure(mediation_cube, "confirm", period="quarter"))
