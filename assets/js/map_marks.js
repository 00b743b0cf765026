// Open cases as shapes: ◆ overdue, ■ under an hour, ▲ under four, ● more, a dashed ring when suspended.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const MORE = 1; // time left, or suspended

  // Marks in container pixels, worst first: {x, y, level, group, r}. Urgent cases of one level that stand close become one mark with
  // their number, so that the numbers in the shapes add up to the legend's; cases with time left stay dots where they are.
  api.marks = function (own, extent, em) {
    const reach = em * 1.5;
    const found = own.points
      .map((point) => {
        const at = own.map.latLngToContainerPoint([point[1], point[0]]);
        return { x: at.x, y: at.y, level: point[2], id: point[3], lon: point[0], lat: point[1] };
      })
      .filter((one) => one.x > -reach && one.y > -reach && one.x < extent.x + reach && one.y < extent.y + reach)
      .sort((a, b) => b.level - a.level || (a.id < b.id ? -1 : 1));
    const marks = [];
    for (const level of [4, 3, 2]) marks.push(...grouped(own, found.filter((one) => one.level === level), reach, em));
    spread(marks, em);
    for (const one of found) if (one.level <= MORE) marks.push(mark(own, [one], em));
    return marks;
  };

  function grouped(own, cases, reach, em) {
    const cell = (x, y) => `${Math.floor(x / reach)},${Math.floor(y / reach)}`, cells = new Map(), marks = [];
    for (const one of cases) {
      const key = cell(one.x, one.y);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(one);
    }
    for (const seed of cases) {
      if (seed.taken) continue;
      const group = [];
      for (const dx of [-reach, 0, reach]) {
        for (const dy of [-reach, 0, reach]) {
          for (const one of cells.get(cell(seed.x + dx, seed.y + dy)) || []) {
            if (!one.taken && Math.hypot(one.x - seed.x, one.y - seed.y) <= reach) { one.taken = true; group.push(one); }
          }
        }
      }
      marks.push(mark(own, group, em));
    }
    return marks;
  }

  function mark(own, group, em) {
    const many = group.length > 1, level = group[0].level;
    const mean = (name) => group.reduce((sum, one) => sum + one[name], 0) / group.length;
    const r = em * (many ? 0.5 + 0.14 * String(group.length).length : level <= MORE ? 0.15 : 0.4);
    return { x: mean("x"), y: mean("y"), level: level, r: r, group: group, fresh: group.some((one) => own.fresh.has(one.id)) };
  }

  // Marks of different levels that would cover one another: the lesser steps aside, at most by its own size.
  function spread(marks, em) {
    for (const one of marks) one.home = { x: one.x, y: one.y };
    for (let round = 0; round < 8; round += 1) {
      marks.forEach((lesser, n) => {
        for (const worse of marks.slice(0, n)) {
          const dx = lesser.x - worse.x, dy = lesser.y - worse.y, far = Math.hypot(dx, dy), least = (lesser.r + worse.r) * 1.08;
          if (far >= least) continue;
          const ux = far > 0.01 ? dx / far : 0.8, uy = far > 0.01 ? dy / far : 0.6;
          lesser.x = worse.x + ux * least;
          lesser.y = worse.y + uy * least;
        }
        const away = Math.hypot(lesser.x - lesser.home.x, lesser.y - lesser.home.y), most = em * 1.5;
        if (away > most) {
          lesser.x = lesser.home.x + ((lesser.x - lesser.home.x) * most) / away;
          lesser.y = lesser.home.y + ((lesser.y - lesser.home.y) * most) / away;
        }
      });
    }
  }

  function outline(level, x, y, r) {
    const round = (value) => Math.round(value * 10) / 10;
    const path = (points) => `M${points.map(([dx, dy]) => `${round(x + dx * r)} ${round(y + dy * r)}`).join("L")}Z`;
    if (level === 4) return path([[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]]);
    if (level === 3) return path([[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]]);
    if (level === 2) return path([[0, -1.15], [1.18, 0.88], [-1.18, 0.88]]);
    return null;
  }

  api.drawMarks = function (own, marks, em) {
    const group = api.node("g", {}, own.ink);
    for (const one of [...marks].reverse()) drawMark(own, one, em, group);
  };

  function drawMark(own, one, em, parent) {
    const many = one.group.length > 1;
    const kind = `cc-mark cc-${one.level}${many ? " cc-group" : ""}`;
    const path = outline(one.level, one.x, one.y, one.level === 2 && many ? one.r * 1.12 : one.r);
    if (path) api.node("path", { d: path, class: kind }, parent);
    else api.node("circle", { cx: one.x, cy: one.y, r: one.r, class: kind }, parent);
    if (one.fresh) api.node("circle", { cx: one.x, cy: one.y, r: one.r * 1.2 + em * 0.25, class: "cc-new" }, parent);
    if (many) {
      const drop = one.level === 2 ? 0.45 : 0.3;
      api.node("text", { x: one.x, y: one.y + em * drop, class: `cc-count cc-${one.level}`, "pointer-events": "none" }, parent, String(one.group.length));
    }
  }

  // The mark under a finger or pointer: the nearest whose edge is within reach, the worse of two.
  api.markAt = function (own, spot) {
    const reach = window.matchMedia("(pointer:coarse)").matches ? 18 : 6;
    let found = null;
    for (const one of own.marks) {
      const far = Math.hypot(one.x - spot.x, one.y - spot.y) - one.r;
      if (far <= reach && (!found || far < found.far - 1)) found = { one: one, far: far };
    }
    return found && found.one;
  };

  // One case opens; a group is looked at more closely, or opens its first case where all lie on one spot.
  api.chooseMark = function (own, one) {
    const spots = new Set(one.group.map((each) => `${each.lon},${each.lat}`));
    if (spots.size > 1 && own.map.getZoom() < 18) {
      own.touched = true;
      own.map.fitBounds(one.group.map((each) => [each.lat, each.lon]), { padding: [40, 40], maxZoom: 18, animate: false });
    } else if (own.choosePoint) {
      own.choosePoint(one.group[0].id);
    }
  };

  // Dedicated grids: a small plate with the first letters of the industry, or a dot where there is no room.
  api.drawPins = function (own, extent, em) {
    const group = api.node("g", {}, own.ink), taken = [];
    for (const pin of own.pins) {
      const at = own.map.latLngToContainerPoint(pin.latlng);
      if (at.x < 0 || at.y < 0 || at.x > extent.x || at.y > extent.y) continue;
      const crowded = taken.some(([x, y]) => Math.abs(x - at.x) < em * 1.5 && Math.abs(y - at.y) < em * 1.5);
      const made = api.node("g", { class: "cc-hot" }, group);
      if (crowded) {
        api.node("rect", { x: at.x - 2, y: at.y - 2, width: 4, height: 4, class: "cc-pin" }, made);
      } else {
        taken.push([at.x, at.y]);
        api.node("rect", { x: at.x - em * 0.7, y: at.y - em * 0.7, width: em * 1.4, height: em * 1.4, rx: em * 0.2, class: "cc-pin" }, made);
        api.node("text", { x: at.x, y: at.y + em * 0.33, class: "cc-pin-text" }, made, own.glyphs[pin.industry] || "·");
      }
      api.node("title", {}, made, own.pinNames[pin.code] || "");
    }
  };
})();
