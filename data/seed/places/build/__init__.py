"""The schematic cells of a district: cut without gap or overlap, peopled, and given their dedicated points."""

SCALE = 100_000  # geometry is worked out in whole units of 1e-5 degree (about 1 m), so that sums are exact
