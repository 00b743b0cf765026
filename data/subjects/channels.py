"""What a desk asks about single channels: where they stand on the map, and which hang on the same switch."""

from sqlalchemy import Index, case

from data.crowds import Points
from data.schema import REGION
from data.subjects.public_video import channel

_channel = channel.c
Index("channel_switch", _channel[REGION], _channel.switch)

channel_points = Points(
    channel,
    level=case((_channel.connected, _channel.level), else_="none"),
    there=_channel.retired_on.is_(None),
)
