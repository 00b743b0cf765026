// The wall's clock: runs by itself, in the place's time zone, and touches nothing else on the page.
(function () {
  let made = null, zone = null;
  function text(now, wanted) {
    if (wanted !== zone) {
      made = new Intl.DateTimeFormat("en-GB", { timeZone: wanted, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
      zone = wanted;
    }
    return made.format(now);
  }
  function tick() {
    const now = new Date(), clock = document.getElementById("wall-clock");
    if (clock) clock.textContent = text(now, clock.dataset.zone || "Asia/Shanghai");
    setTimeout(tick, 1000 - (now.getMilliseconds() % 1000));
  }
  tick();
})();
