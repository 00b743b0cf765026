"""What each key number of grid management is, worked out with pandas: shares as (numerator, denominator), counts, times."""

import numpy as np

from tests.subjects.frames import Frames, lost_to_returns, seconds, share


def days(f: Frames, back: int, kind: str | None = None):
    frame = f.days[f.days.day == f.today - back]
    return frame if kind is None else frame[frame.kind == kind]


def on_duty(f, kind=None):
    frame = days(f, 0, kind)
    return share(frame.on_duty_n > 0, frame.day > 0)


def patrolled(f, kind=None):
    frame = days(f, 1, kind)
    return share(frame.patrols_n >= frame.required_n, frame.day > 0)


def of_reports(name, back=30):
    def counted(f):
        frame = f.reported(back)
        return share(frame[name].astype(bool), frame.day > 0)

    return counted


def of_valid(test):
    def counted(f):
        frame = f.reported(30)
        return share(test(frame), frame.ok)

    return counted


def of_closed(name):
    def counted(f):
        frame = f.closed()
        return share(frame[name] > 0, frame.day > 0)

    return counted


def on_time(f, net=True):
    frame = f.cases[f.cases.due_day.between(f.today - 29, f.today)]
    return share(frame.met, frame.judged & ~(frame.put_off & net))


def posts(kind=None):
    def counted(f):
        frame = f.posts if kind is None else f.posts[f.posts.kind == kind]
        return float(frame.filled_n.sum()), float(frame.established_n.sum())

    return counted


def of_public(test, whole, settles=0):
    def counted(f):
        frame = f.reported(30, settles)
        frame = frame[frame.ok & (frame.channel == "public")]
        return share(test(frame), whole(frame))

    return counted


def answered(frame):
    first = frame.accepted_at.fillna(frame.closed_at)
    return (first - frame.reported_at).dt.total_seconds() <= 86400


def items(f):
    frame = f.reported(30)
    return float(len(set(frame[frame.ok]["item"].dropna().astype(int)) & set(f.items.number))), float(len(f.items))


def whistled(f):
    frame = f.blown()
    told = frame.arrived_at.notna() | (frame.due_at < f.now)
    return share(frame.arrived_at <= frame.due_at, told)


SHARES = {
    "on_time_closure": on_time,
    "duty_coverage": on_duty,
    "duty_community": lambda f: on_duty(f, "community"),
    "duty_dedicated": lambda f: on_duty(f, "dedicated"),
    "patrol_coverage": patrolled,
    "patrol_community": lambda f: patrolled(f, "community"),
    "patrol_dedicated": lambda f: patrolled(f, "dedicated"),
    "item_coverage": items,
    "valid_reports": lambda f: share(f.reported(30).ok, f.reported(30).state != "reported"),
    "settled_in_grid": of_valid(lambda frame: frame.level == "grid"),
    "passed_to_street": of_valid(lambda frame: frame.level == "subdistrict"),
    "passed_to_district": of_valid(lambda frame: frame.level == "district"),
    "returned": lambda f: share(f.reported(30).n_return > 0, f.reported(30).s_dispatched & f.reported(30).loop),
    "rework": of_closed("n_rework"),
    "reopened": of_closed("n_reopen"),
    "extended": of_closed("extended_n"),
    "integrity": lambda f: share(
        f.reported(30).own_quick | f.reported(30).photo_reused.astype(bool) | f.reported(30).near_repeat.astype(bool),
        f.reported(30).day > 0,
    ),
    "quick_close": of_reports("own_quick"),
    "photo_reused": of_reports("photo_reused"),
    "near_repeat": of_reports("near_repeat"),
    "month_end": of_reports("at_month_end"),
    "public_share": of_valid(lambda frame: frame.channel == "public"),
    "public_answered": of_public(answered, lambda frame: frame.ended.isna(), settles=2),
    "public_reopened": of_public(lambda frame: frame.n_reopen > 0, lambda frame: frame.s_closed),
    "whistle_response": whistled,
    "whistle_rate": lambda f: (float(len(f.blown())), float((f.reported(30).ok & f.reported(30).loop).sum())),
    "posts_filled": posts(),
    "posts_supervisor": posts("supervisor"),
    "posts_community": posts("community"),
    "posts_dedicated": posts("dedicated"),
}
SCALED = {
    "patrol_yield": (60.0, lambda f: (float(recent(f.days, f).confirmed_n.sum()), float(recent(f.days, f).patrol_min.sum()))),
    "whistle_rating": (1.0, lambda f: (float(f.blown().rating.sum()), float(f.blown().rating.notna().sum()))),
}
COUNTS = {
    "open_cases": lambda f: f.cases.is_open.sum(),
    "overdue_cases": lambda f: f.cases.late.sum(),
    "intake": lambda f: len(f.reported(1)),
    "uncovered_grids": lambda f: (days(f, 0).on_duty_n == 0).sum(),
    "whistles_unsigned": lambda f: (f.whistles.signed_at.isna() & (f.now - f.whistles.issued_at > np.timedelta64(1800, "s"))).sum(),
}
TIMES = {
    "overdue_age": (0.9, lambda f: np.sort((f.now - f.cases[f.cases.late].due_at).dt.total_seconds().to_numpy())),
    "report_p90": (0.9, lambda f: seconds(f.reported(7)[f.reported(7).ok], "discovered_at", "reported_at")),
    "accept_p90": (0.9, lambda f: seconds(f.reported(7)[f.reported(7).ok], "reported_at", "accepted_at")),
    "arrive_p90": (0.9, lambda f: seconds(f.reported(7)[f.reported(7).ok], "accepted_at", "arrived_at")),
    "handling_p90": (0.9, lambda f: seconds(f.reported(7)[f.reported(7).ok], "arrived_at", "handled_at")),
    "return_loss": (0.5, lost_to_returns),
    "sign_time": (0.9, lambda f: seconds(f.blown(), "issued_at", "signed_at")),
    "arrival_time": (0.9, lambda f: seconds(f.blown(), "issued_at", "arrived_at")),
    "done_time": (0.9, lambda f: seconds(f.blown(), "arrived_at", "closed_at")),
}
OTHERS = {"workload_spread", "public_satisfied"}
UNTOLD = {  # what a grid has no figure for: whistles, items and posts are kept for sub-districts and wider
    "item_coverage", "whistle_response", "whistle_rate", "whistle_rating", "whistles_unsigned", "sign_time", "arrival_time", "done_time",
    "posts_filled", "posts_supervisor", "posts_community", "posts_dedicated", "workload_spread", "public_satisfied",
}  # fmt: skip


def recent(frame, f, back=30):
    return frame[frame.day.between(f.today - back + 1, f.today)]
