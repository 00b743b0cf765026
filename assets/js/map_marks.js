// Open cases as shapes on one canvas: ◆ overdue, ■ under an hour, ▲ under four, ● more, a ring when suspended. And the pins of dedicated grids.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const MORE = 1; // time left, or suspended
  const CASES = ""; // the family of marks that is no layer

  // Marks in container pixels, worst first: {x, y, level, layer, group, r}. Urgent ones of one level and layer that stand close become one
  // mark with their number, so that the numbers in the shapes add up to the legend's; cases with time left stay dots where they are.
  function marksOf(own, extent, em) {
    const reach = em * 1.5, beyond = own.wall ? reach : Math.max(extent.x, extent.y) / 2, found = [];
    for (const one of [...own.points, ...api.spotsShown(own)]) {
      if (own.relieved && one.level <= MORE && one.layer === CASES) continue;
      const at = own.place({ lat: one.lat, lng: one.lon });
      if (at.x <= -beyond || at.y <= -beyond || at.x >= extent.x + beyond || at.y >= extent.y + beyond) continue;
      found.push({ ...one, x: at.x, y: at.y });
    }
    found.sort((a, b) => b.level - a.level || (a.layer < b.layer ? -1 : a.layer > b.layer ? 1 : a.id < b.id ? -1 : 1));
    const marks = [], families = [CASES, ...own.layers.keys()];
    for (const level of [4, 3, 2]) {
      for (const layer of families) marks.push(...grouped(own, found.filter((one) => one.level === level && one.layer === layer), reach, em));
    }
    spread(marks, em);
    const calm = found.filter((one) => one.level <= MORE);
    for (const one of calm) if (one.layer === CASES) marks.push(mark(own, [one], em));
    return api.thinned(own, marks, calm.filter((one) => one.layer !== CASES), em);
  }

  api.placeMarks = function (own, extent, em) {
    own.marks = marksOf(own, extent, em);
    const middle = own.map.getCenter();
    own.marked = { zoom: own.map.getZoom(), middle: middle, at: own.map.latLngToContainerPoint(middle) };
    drawMarks(own, own.marks, extent, em);
  };

  // While the picture is pushed about, its marks go with it; false where they have to be found anew.
  api.shiftMarks = function (own, extent) {
    if (!own.marked || own.relieved || own.marked.zoom !== own.map.getZoom()) return false;
    const at = own.map.latLngToContainerPoint(own.marked.middle), dx = at.x - own.marked.at.x, dy = at.y - own.marked.at.y;
    for (const one of own.marks) { one.x += dx; one.y += dy; }
    own.marked.at = at;
    api.pinned(own, own.canvas, extent);
    drawMarks(own, own.marks, extent, own.em);
    return true;
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
    const many = group.length > 1, { level, layer } = group[0], spot = layer === CASES ? {} : api.spotFace(own, group, em);
    const mean = (name) => group.reduce((sum, one) => sum + one[name], 0) / group.length;
    const r = em * (many ? 0.5 + 0.14 * String(group.length).length : level <= MORE ? 0.15 : 0.4);
    const fresh = group.some((one) => own.fresh.has(one.name));
    return { x: mean("x"), y: mean("y"), level: level, layer: layer, r: r, group: group, fresh: fresh, ...spot };
  }

  // Marks of different levels that would cover one another: the lesser steps aside, at most by its own size.
  function spread(marks, em) {
    for (const one of marks) one.home = { x: one.x, y: one.y };
    for (let round = 0; round < 8; round += 1) {
      let moved = false;
      marks.forEach((lesser, n) => {
        for (let m = 0; m < n; m += 1) moved = aside(lesser, marks[m]) || moved;
        const away = Math.hypot(lesser.x - lesser.home.x, lesser.y - lesser.home.y), most = lesser.layer === CASES ? em * 1.5 : em + lesser.r;
        if (away > most) {
          lesser.x = lesser.home.x + ((lesser.x - lesser.home.x) * most) / away;
          lesser.y = lesser.home.y + ((lesser.y - lesser.home.y) * most) / away;
        }
      });
      if (!moved) return;
    }
  }

  function aside(lesser, worse) {
    const dx = lesser.x - worse.x, dy = lesser.y - worse.y, least = (lesser.r + worse.r) * 1.08;
    if (Math.abs(dx) >= least || Math.abs(dy) >= least) return false;
    const far = Math.hypot(dx, dy);
    if (far >= least - 0.01) return false;
    lesser.x = worse.x + (far > 0.01 ? dx / far : 0.8) * least;
    lesser.y = worse.y + (far > 0.01 ? dy / far : 0.6) * least;
    return true;
  }

  const CORNERS = (api.CORNERS = {
    4: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
    3: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
    2: [[0, -1.15], [1.18, 0.88], [-1.18, 0.88]],
  });

  function ground(own, extent) {
    const ratio = window.devicePixelRatio || 1, canvas = own.canvas, w = Math.round(extent.x * ratio), h = Math.round(extent.y * ratio);
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      Object.assign(canvas.style, { width: `${extent.x}px`, height: `${extent.y}px` });
    }
    const ink = canvas.getContext("2d");
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.clearRect(0, 0, extent.x, extent.y);
    ink.lineJoin = "round";
    return ink;
  }

  const tokens = (api.tokens = function (own) {
    const style = getComputedStyle(own.box), read = (name) => style.getPropertyValue(name).trim();
    return {
      4: read("--critical"), 3: read("--warning"), 2: read("--watch"), 1: read("--text-2"), 0: read("--canvas"), text: read("--text-on-status"),
      ring: read("--text-2"), halo: read("--halo") || read("--canvas"), accent: read("--accent"), family: style.fontFamily,
      inside: read("--surface-1"), letter: read("--text-1"), calm: read("--text-3"),
    };
  });

  function drawMarks(own, all, extent, em) {
    const ink = ground(own, extent), colours = tokens(own), seen = (one) => one.x > -em && one.y > -em && one.x < extent.x + em && one.y < extent.y + em;
    const marks = all.filter(seen);
    for (const level of [0, MORE]) dots(ink, marks.filter((one) => one.level === level && one.layer === CASES), level, colours, em);
    for (let n = marks.length - 1; n >= 0; n -= 1) {
      if (marks[n].layer !== CASES) api.drawSpot(ink, marks[n], colours, em);
      else if (marks[n].level > MORE) shape(ink, marks[n], colours, em);
    }
    ink.strokeStyle = colours.accent;
    ink.lineWidth = Math.max(2, em * 0.08);
    for (const one of marks) if (one.fresh) { ink.beginPath(); ink.arc(one.x, one.y, one.r * 1.2 + em * 0.25, 0, 7); ink.stroke(); }
  }

  function dots(ink, marks, level, colours, em) {
    ink.beginPath();
    for (const one of marks) { ink.moveTo(one.x + one.r, one.y); ink.arc(one.x, one.y, one.r, 0, 2 * Math.PI); }
    ink.strokeStyle = level ? colours.halo : colours.ring;
    ink.lineWidth = Math.max(1, em * (level ? 0.06 : 0.05));
    ink.fillStyle = colours[level];
    if (level) ink.stroke();
    ink.fill();
    if (!level) ink.stroke();
  }

  const shape = (api.drawShape = function (ink, one, colours, em) {
    const many = one.group.length > 1, r = one.level === 2 && many ? one.r * 1.12 : one.r;
    ink.beginPath();
    CORNERS[one.level].forEach(([dx, dy], n) => (n ? ink.lineTo(one.x + dx * r, one.y + dy * r) : ink.moveTo(one.x + dx * r, one.y + dy * r)));
    ink.closePath();
    ink.lineWidth = Math.max(1, em * 0.1);
    ink.strokeStyle = colours.halo;
    ink.stroke();
    ink.fillStyle = colours[one.level];
    ink.fill();
    if (!many) return;
    ink.font = `600 ${Math.max(11, em * 0.8)}px ${colours.family}`;
    ink.textAlign = "center";
    ink.fillStyle = colours.text;
    ink.fillText(String(one.group.length), one.x, one.y + em * (one.level === 2 ? 0.45 : 0.29));
  });

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

  // A click means the mark under it, or else the area: a case opens, a point of a layer says what it is, a group is looked at more closely,
  // an area becomes the address.
  api.choose = function (own, event) {
    api.hush(own);
    const one = api.markAt(own, event.containerPoint);
    if (!one) return (own.crowd && api.chooseCrowd(own, event.containerPoint)) || api.goDown(own, api.areaAt(own, event));
    const spots = new Set(one.group.map((each) => `${each.lon},${each.lat}`));
    if (spots.size > 1 && own.map.getZoom() < 18 && !own.relieved) {
      own.touched = true;
      own.map.fitBounds(one.group.map((each) => [each.lat, each.lon]), { padding: [40, 40], maxZoom: 18, animate: false });
    } else if (one.layer !== CASES) {
      api.tell(own, one);
    } else {
      api.open("case", one.group[0].id);
    }
  };

  // A drawer of the desk opens: what it shows becomes part of the address, in place of another's.
  api.open = function (key, value) {
    const address = new URL(location.href);
    for (const other of ["case", "channel"]) address.searchParams.delete(other);
    address.searchParams.set(key, value);
    history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  // The area one level down that holds a plate: the codes of the levels begin alike.
  api.goDown = function (own, plate) {
    const code = plate && Object.keys(own.labels).find((one) => plate.startsWith(one));
    const address = new URL(location.href);
    if (!code || address.searchParams.get("area") === code) return;
    address.searchParams.set("area", code);
    for (const key of ["case", "channel", "page"]) address.searchParams.delete(key);
    location.assign(address);
  };

  // Dedicated grids: a small plate with the first letters of the industry, or a square where there is no room.
  api.drawPins = function (own, extent, em) {
    const group = api.node("g", {}, own.ink), taken = [];
    for (const pin of own.pins) {
      const at = own.place(pin.latlng);
      if (at.x < 0 || at.y < 0 || at.x > extent.x || at.y > extent.y) continue;
      const crowded = taken.some(([x, y]) => Math.abs(x - at.x) < em * 1.5 && Math.abs(y - at.y) < em * 1.5);
      const made = api.node("g", { class: "cc-pin-place" }, group);
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
