// Standing plates: one per community, seen from the south at a tilt, north up, height in proportion to the open cases. And outlines made of plates.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const FLATTEST = 0.6, STEEPEST = 0.84, TALLEST = 0.2; // how far north is foreshortened; the highest plate as a part of the picture
  const HEIGHTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
  const RISE_MS = 480;

  const family = (code) => code.split("-")[0];
  const ringsOf = (geometry) => (geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat());
  const signed = (ring) => ring.reduce((sum, [x, y], n) => { const next = ring[(n + 1) % ring.length]; return sum + x * next[1] - next[0] * y; }, 0);

  // The edges of some plates that no other of them shares, as [from, to], counter-clockwise round the plates.
  function edges(layers) {
    const found = new Map();
    for (const layer of layers) {
      ringsOf(layer.feature.geometry).forEach((ring) => {
        const turned = signed(ring) < 0 ? [...ring].reverse() : ring;
        for (let n = 0; n + 1 < turned.length; n += 1) {
          if (!found.delete(`${turned[n + 1]}>${turned[n]}`)) found.set(`${turned[n]}>${turned[n + 1]}`, [turned[n], turned[n + 1]]);
        }
      });
    }
    return found;
  }

  function chained(found) {
    const from = new Map(), rings = [];
    for (const [a, b] of found.values()) from.set(`${a}`, [...(from.get(`${a}`) || []), b]);
    for (const [key, next] of from) {
      while (next.length) {
        const ring = [];
        for (let at = key; (from.get(at) || []).length; at = `${ring[ring.length - 1]}`) ring.push(from.get(at).pop());
        if (ring.length > 2) rings.push(ring);
      }
    }
    return rings;
  }

  // Each community's outline, made once of the grids that tile it.
  function communities(own) {
    if (own.outlined && own.outlined.of === own.plates.size) return own.outlined.found;
    const groups = new Map(), found = [], owners = new Map();
    for (const [code, layer] of own.plates) groups.set(family(code), [...(groups.get(family(code)) || []), layer]);
    for (const [code, layers] of groups) {
      const parts = edges(layers), rings = chained(parts), points = rings.flat();
      for (const key of parts.keys()) owners.set(key, code);
      found.push({ code: code, edges: [...parts.values()], rings: rings, north: points.reduce((sum, point) => sum + point[1], 0) / points.length, box: boxOf(points) });
    }
    found.sort((a, b) => b.north - a.north);
    own.outlined = { of: own.plates.size, found: found, beyond: ([a, b]) => owners.get(`${b}>${a}`) };
    return found;
  }

  const boxOf = (points) => ({
    x0: Math.min(...points.map((p) => p[0])), x1: Math.max(...points.map((p) => p[0])), y0: Math.min(...points.map((p) => p[1])), y1: Math.max(...points.map((p) => p[1])),
  });

  function holds(one, [x, y]) {
    if (x < one.box.x0 || x > one.box.x1 || y < one.box.y0 || y > one.box.y1) return false;
    let inside = false;
    for (const [a, b] of one.edges) if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    return inside;
  }

  // The picture's measure: pixels for a degree, where the middle is, and pixels for a case.
  function measure(found, tops, extent, em) {
    const box = boxOf(found.flatMap((one) => [[one.box.x0, one.box.y0], [one.box.x1, one.box.y1]])), squeeze = Math.cos(((box.y0 + box.y1) / 2 / 180) * Math.PI);
    const most = Math.max(1, ...found.map((one) => (tops[one.code] || [0])[0])), slab = em * 0.4;
    const rise = extent.y * TALLEST, top = em * 2.6 + rise, bottom = em * 2.4 + slab, sides = em * 2;
    const wide = (extent.x - 2 * sides) / ((box.x1 - box.x0) * squeeze), high = (extent.y - top - bottom) / (box.y1 - box.y0);
    const tilt = Math.min(STEEPEST, Math.max(FLATTEST, high / wide)), scale = Math.min(wide, high / tilt);
    const x0 = (extent.x - (box.x1 - box.x0) * squeeze * scale) / 2, y1 = top + (extent.y - top - bottom - (box.y1 - box.y0) * tilt * scale) / 2;
    return {
      scale: scale, slab: slab, perCase: rise / most, most: most,
      at: ([x, y], up) => ({ x: x0 + (x - box.x0) * squeeze * scale, y: y1 + (box.y1 - y) * tilt * scale - up }),
    };
  }

  const path = (points) => `M${points.map((at) => `${at.x.toFixed(1)} ${at.y.toFixed(1)}`).join("L")}`;

  // Heights ease from what they were when the data changes; never when the picture is new or its size is.
  function eased(own, tops) {
    const now = performance.now(), wanted = JSON.stringify(Object.entries(tops).map(([code, top]) => [code, top[0]]));
    const still = window.matchMedia("(prefers-reduced-motion:reduce)").matches;
    if (own.risen === undefined || still) Object.assign(own, { risen: wanted, from: null, heights: heightsOf(tops) });
    if (own.risen !== wanted) Object.assign(own, { risen: wanted, from: own.heights || {}, since: now });
    const done = own.from ? Math.min(1, (now - own.since) / RISE_MS) : 1, ease = 1 - (1 - done) ** 3, target = heightsOf(tops), found = {};
    for (const code of Object.keys(target)) found[code] = own.from ? (own.from[code] || 0) + (target[code] - (own.from[code] || 0)) * ease : target[code];
    own.heights = found;
    if (done < 1) requestAnimationFrame(() => api.redraw(own)); else own.from = null;
    return found;
  }
  const heightsOf = (tops) => Object.fromEntries(Object.entries(tops).map(([code, top]) => [code, top[0] || 0]));

  // Draws the plates back to front. Gives back where a place is in the picture, and each labelled area's visible ground.
  api.drawPlates = function (own, extent, em) {
    api.clear(own.relief);
    if (!own.plates.size) return null;
    const all = communities(own), inside = all.filter((one) => own.tops[one.code]), shown = inside.length ? inside : all;
    const size = measure(shown, own.tops, extent, em), heights = eased(own, own.tops);
    const up = (one) => (own.tops[one.code] ? (heights[one.code] || 0) * size.perCase : -size.slab);
    api.node("rect", { width: extent.x, height: extent.y, class: "cc-sea" }, own.relief);
    for (const layer of own.lands) land(own, layer, size);
    const labels = Object.keys(own.labels), ground = [];
    for (const one of all) {
      const shape = drawn(own, one, up(one), size), code = labels.find((label) => one.code.startsWith(label) || label.startsWith(one.code));
      if (shape) ground.push({ code: "side", rings: shape.sides }, { code: code || "side", rings: shape.face });
    }
    key(own, size, extent, em);
    return {
      ground: ground, scale: size.scale,
      place: (latlng) => { const on = all.find((one) => holds(one, [latlng.lng, latlng.lat])); return size.at([latlng.lng, latlng.lat], on ? up(on) : 0); },
    };
  };

  function land(own, layer, size) {
    const rings = ringsOf(layer.feature.geometry).map((ring) => `${path(ring.map((point) => size.at(point, -size.slab)))}Z`);
    api.node("path", { d: rings.join(""), class: "cc-land" }, own.relief);
  }

  function drawn(own, one, up, size) {
    const top = own.tops[one.code], kind = top ? (top[1] < 0 ? "cc-pn" : `cc-p${top[1]}`) : "cc-out", group = api.node("g", { class: kind, "data-plate": one.code }, own.relief);
    const wall = ([a, b]) => [size.at(a, up), size.at(b, up), size.at(b, -size.slab), size.at(a, -size.slab)];
    const south = one.edges.filter(([a, b]) => b[0] > a[0]), sides = top ? [south.filter(([a, b]) => b[1] <= a[1]), south.filter(([a, b]) => b[1] > a[1])] : [];
    sides.forEach((part, n) => part.length && api.node("path", { d: part.map((edge) => `${path(wall(edge))}Z`).join(""), class: `cc-side cc-side-${n}` }, group));
    const face = one.rings.map((ring) => ring.map((point) => size.at(point, up)));
    api.node("path", { d: face.map((ring) => `${path(ring)}Z`).join(""), class: "cc-face", "fill-rule": "evenodd" }, group);
    const limit = one.edges.filter((edge) => parted(own, one.code, own.outlined.beyond(edge)));
    if (limit.length) api.node("path", { d: limit.map((edge) => path(edge.map((point) => size.at(point, up)))).join(""), class: "cc-limit" }, group);
    return top ? { sides: south.map(wall), face: face } : null;
  }

  // Whether a sub-district ends between two communities (or the district does).
  function parted(own, code, other) {
    const parent = (one) => [...own.lines.keys()].find((line) => one && one.startsWith(line));
    return parent(code) !== parent(other);
  }

  // The measure of height: a post as high as a round number of cases.
  function key(own, size, extent, em) {
    const count = [...HEIGHTS].reverse().find((one) => one <= size.most) || 1, h = count * size.perCase, x = em * 0.9, foot = extent.y - em * 1.6;
    api.node("path", { d: `M${x - em * 0.25} ${foot}h${em * 0.5}M${x} ${foot}v${-h}M${x - em * 0.25} ${foot - h}h${em * 0.5}`, class: "cc-scale" }, own.relief);
    api.node("text", { x: x + em * 0.5, y: foot - h + em * 0.3, class: "cc-key-text" }, own.relief, `${count} ${own.heightWord}`);
    own.keyBox = [0, foot - h - em, em * 5, extent.y];
  }

  // The plate under a pointer, flat or standing.
  api.areaAt = function (own, event) {
    const target = event.originalEvent && event.originalEvent.target, standing = target && target.closest && target.closest("[data-plate]");
    if (standing) return standing.dataset.plate;
    for (const [code, layer] of own.plates) if (layer.getElement && layer.getElement() === target) return own.inScope && !own.inScope.has(code) ? null : code;
    return null;
  };

  // The outline of the area looked at, when it is a part of the place.
  api.drawScope = function (own) {
    if (!own.scoped || own.relieved || !own.inScope || !own.plates.size) return;
    const scope = [...own.inScope].sort().join();
    if (!own.scopeRings || own.scopeRings.of !== scope) own.scopeRings = { of: scope, rings: chained(edges([...own.plates].filter(([code]) => own.inScope.has(code)).map(([, layer]) => layer))) };
    const rings = own.scopeRings.rings.map((ring) => `${path(ring.map(([lng, lat]) => own.place({ lat: lat, lng: lng })))}Z`);
    if (rings.length) api.node("path", { d: rings.join(""), class: "cc-scope" }, own.ink);
  };
})();
