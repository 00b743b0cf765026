"""Food samples told: from their result, those that failed until they are dealt with."""

from collections.abc import Iterable
from functools import partial

from data.seed.demo.hours import at_hour, day_at
from data.seed.demo.market_samples import LONGEST_DAYS, Sample, disposed_in_time, samples
from data.seed.demo.stories import Fact, Row, Story
from data.subjects.market_food import DISPOSE_DAYS, food_sample


class MarketFood(Story):
    """Results of food samples."""

    name = "market_food"
    tables = (food_sample,)
    longest_days = LONGEST_DAYS
    past_days = 480

    def day(self, number: int) -> Iterable[Fact]:
        """The results of a day."""
        for sample in samples(self.planner).day(number):
            due = number + DISPOSE_DAYS
            told = _told(sample, number) | {"dispose_due_on": None if sample.passed else due}
            turns = () if sample.passed else tuple(sorted({sample.disposed, at_hour(due + 1, 0)}))
            yield Fact(food_sample, told, (sample.told, *turns), partial(_known, sample))


def _told(sample: Sample, number: int) -> Row:
    return {
        "number": sample.number,
        "food_class": sample.food_class,
        "trade": sample.site.trade,
        "uscc": sample.site.uscc,
        **sample.site.where,
        "tested_on": number,
        "passed": sample.passed,
        "disposed_on": None,
        "dispose_ok": None,
    }


def _known(sample: Sample, told: Row, now: int) -> Row:
    if sample.passed:
        return told
    if sample.disposed <= now:
        return told | {"disposed_on": day_at(sample.disposed), "dispose_ok": disposed_in_time(sample)}
    return told | {"dispose_ok": False if now >= at_hour(told["dispose_due_on"] + 1, 0) else None}


STORY = MarketFood
