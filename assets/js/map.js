// The map's core: one state per Leaflet map, fed by the GeoJSON layers' functions, fitted to its container, drawn once a frame.
(function () {
  const cc = (window.cc = window.cc || {});
  const api = (cc.map = cc.map || {});
  const SVG = "http://www.w3.org/2000/svg";
  const NEW_MS = 60000, SETTLE_MS = 90, KEPT_CLEAR = 60; // marks of a crowd that names keep clear of, the worst first
  const PANES = [["cc-under", 150], ["cc-land", 200], ["cc-lines", 420], ["cc-over", 450]]; // plates lie between, at 400
  const states = new WeakMap(), owned = new WeakMap(); // by map, by container
  const empty = () => window.L.layerGroup();

  api.node = function (name, attributes, parent, text) {
    const made = document.createElementNS(SVG, name);
    for (const key of Object.keys(attributes || {})) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  };
  api.clear = (made) => { while (made.firstChild) made.removeChild(made.firstChild); };

  const state = (api.state = function (map) {
    if (!states.has(map)) states.set(map, adopted(map));
    return states.get(map);
  });

  function adopted(map) {
    const box = map.getContainer();
    const [under, , , over] = PANES.map(([name, depth]) => {
      const pane = map.createPane(name);
      pane.style.zIndex = depth;
      pane.style.pointerEvents = "none";
      return pane;
    });
    const own = {
      map: map, box: box, wall: false, touched: false, fitting: false, fittedTo: "", frame: null, note: "", heightWord: "", asPlates: false,
      plates: new Map(), shown: new Map(), inScope: null, tops: {}, lines: new Map(), lands: [], anchors: new Map(), labels: {}, placed: new Map(),
      points: [], layers: new Map(), layersOn: new Map(), marks: [], stands: [], known: new Map(), fresh: new Map(), pins: [], pinNames: {}, glyphs: {}, pinsOn: false, asked: 0, settling: 0, frames: [],
      under: api.node("svg", { "aria-hidden": "true" }, under),
      relief: api.node("svg", { class: "cc-relief", "aria-hidden": "true" }, over),
      canvas: over.appendChild(document.createElement("canvas")),
      ink: api.node("svg", { class: "cc-ink", "aria-hidden": "true" }, over),
      furniture: api.node("svg", { class: "cc-furniture", "aria-hidden": "true" }, box),
    };
    own.place = (latlng) => own.relieved ? own.relieved.place(latlng) : own.map.latLngToContainerPoint(latlng);
    hatched(box);
    owned.set(box, own);
    listen(own);
    return own;
  }

  // What is withheld is hatched: the pattern that the style of such a plate names.
  function hatched(box) {
    const held = api.node("svg", { class: "cc-held", "aria-hidden": "true" }, box);
    const pattern = api.node("pattern", { id: "cc-hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, held);
    api.node("rect", { width: 7, height: 7 }, pattern);
    api.node("path", { d: "M0 0V7" }, pattern);
  }

  function listen(own) {
    const map = own.map, box = own.box;
    map.on("move", () => { own.moving = true; ask(own); });
    map.on("movestart zoomstart", () => api.hush(own));
    map.on("zoomstart", () => { own.ink.style.visibility = "hidden"; if (!own.fitting) own.touched = true; });
    map.on("moveend resize", () => { own.moving = false; ask(own); });
    map.on("dragstart", () => { own.touched = true; });
    map.on("click", (event) => { if (!own.wall) api.choose(own, event); });
    map.on("mousemove", (event) => { if (!own.wall) box.classList.toggle("cc-hot", Boolean(api.markAt(own, event.containerPoint) || (own.crowd && api.crowdAt(own, event.containerPoint)))); });
    box.addEventListener("focus", () => { if (!own.wall && !own.asPlates) map.scrollWheelZoom.enable(); });
    box.addEventListener("blur", () => map.scrollWheelZoom.disable());
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") api.hush(own); });
    new ResizeObserver(() => { map.invalidateSize({ pan: false, animate: false }); own.fittedTo = ""; ask(own); }).observe(box);
    if (document.fonts) document.fonts.ready.then(() => ask(own));
  }

  function ask(own) {
    if (own.asked) return;
    own.asked = requestAnimationFrame(() => { own.asked = 0; draw(own); });
  }

  api.size = (own) => parseFloat(getComputedStyle(own.box).fontSize) || 12;

  const pinned = (api.pinned = function (own, made, extent) {
    window.L.DomUtil.setPosition(made, own.map.containerPointToLayerPoint([0, 0]));
    if (made === own.canvas) return;
    made.setAttribute("width", extent.x);
    made.setAttribute("height", extent.y);
  });

  // Ground and marks in every frame; labels, which are dear, once the view has come to rest.
  function draw(own) {
    const extent = own.map.getSize(), began = performance.now();
    if (!document.contains(own.box) || extent.x < 20 || extent.y < 20) return;
    if (!(own.moving && api.shiftMarks(own, extent))) drawn(own, extent);
    else if (own.crowd) api.drawCrowd(own, extent);
    own.frames.push(performance.now() - began);
    if (own.frames.length > 400) own.frames.shift();
  }

  function drawn(own, extent) {
    fit(own, extent);
    const em = (own.em = api.size(own));
    for (const made of [own.under, own.canvas, own.relief]) pinned(own, made, extent);
    own.relieved = own.asPlates ? api.drawPlates(own, extent, em) : null;
    if (!own.relieved) api.clear(own.relief);
    api.furniture(own, extent, em);
    api.placeMarks(own, extent, em);
    if (own.crowd) api.drawCrowd(own, extent);
    clearTimeout(own.settling);
    if (own.touched) own.settling = setTimeout(() => settle(own, extent, em), SETTLE_MS);
    else settle(own, extent, em);
    own.box.classList.add("cc-ready");
  }

  function settle(own, extent, em) {
    if (!document.contains(own.box)) return;
    pinned(own, own.ink, extent);
    api.clear(own.ink);
    api.drawScope(own);
    if (own.pinsOn && !own.relieved) api.drawPins(own, extent, em);
    own.stands = api.drawLabels(own, own.crowd ? [...own.marks, ...own.crowd.marks.slice(0, KEPT_CLEAR)] : own.marks, extent, em) || [];
    own.ink.style.visibility = "";
  }

  // The view follows the container and the scope; never the data, and never after someone has moved it.
  function fit(own, extent) {
    const scope = own.inScope ? [...own.inScope].sort().join() : "";
    const wanted = `${scope}|${own.plates.size}|${extent.x}x${extent.y}`;
    if (wanted === own.fittedTo || (own.touched && own.fittedTo.split("|")[0] === scope)) return;
    const bounds = bounded(own);
    if (!bounds || !bounds.isValid()) return;
    const em = api.size(own), edge = Math.min(Math.round(em * (extent.x < 30 * em ? 0.7 : 1.1)), extent.x / 6, extent.y / 6);
    const bar = own.box.parentNode.querySelector(".cc-map-buttons");
    const above = Math.min(bar && own.layers.size ? bar.offsetTop + bar.offsetHeight : 0, extent.y / 3); // many buttons stand above the land
    const below = Math.min(Math.round(edge + em * 1.2), extent.y / 3);
    own.fitting = true;
    own.map.setMinZoom(0);
    own.map.fitBounds(bounds, { animate: false, paddingTopLeft: [edge, edge + above], paddingBottomRight: [edge, below] });
    own.map.setMinZoom(own.map.getZoom() - 0.5);
    own.map.setMaxBounds(bounds.pad(1));
    own.fitting = false;
    own.touched = false;
    own.fittedTo = wanted;
  }

  function bounded(own) {
    const found = window.L.latLngBounds([]);
    for (const [code, layer] of own.plates) if (!own.inScope || own.inScope.has(code)) found.extend(layer.getBounds());
    if (!found.isValid()) for (const layer of own.lines.values()) found.extend(layer.getBounds());
    return found.isValid() || !own.frame ? found : window.L.latLngBounds(own.frame);
  }

  // Functions named by the layers. `context` carries the map and the layer's hideout.
  api.frame = function (feature, latlng, context) {
    const own = state(context.map), told = context.hideout || {};
    own.frame = told.bounds;
    own.note = told.note || "";
    own.heightWord = told.height || "";
    own.wall = told.surface === "wall";
    own.scoped = Boolean(told.scoped);
    own.box.classList.toggle("cc-scoped", own.scoped);
    if (told.as === "plates") stand(own, true);
    ask(own);
    return empty();
  };

  // Panes, not the order of arrival, say what lies above what.
  api.styleLine = function (feature, context) {
    state(context.map);
    const kind = feature.properties.kind;
    return { className: `cc-${kind === "subdistrict" ? "subdistricts" : kind}`, pane: kind === "land" ? "cc-land" : "cc-lines", interactive: false };
  };

  api.eachLine = function (feature, layer, context) {
    const own = state(context.map);
    if (feature.properties.kind === "subdistrict") own.lines.set(feature.properties.code, layer);
    if (feature.properties.kind === "land") own.lands.push(layer);
    ask(own);
  };

  const CLASSES = { "-1": "cc-qn", "-2": "cc-qw" }; // no value, withheld
  const named = (value) => (value === undefined ? "cc-out" : CLASSES[value] || `cc-q${value}`);

  api.stylePlate = function (feature, context) {
    const own = state(context.map), classes = (context.hideout || {}).classes || {};
    const before = own.shown.get(feature.properties.code);
    return { className: `cc-plate ${before || named(classes[feature.properties.code])}`, fill: true };
  };

  // A plate appears with the class it had and changes a frame later, so that the colour eases instead of jumping.
  api.eachPlate = function (feature, layer, context) {
    const own = state(context.map), code = feature.properties.code, told = context.hideout || {};
    const now = named((told.classes || {})[code]), before = own.shown.get(code);
    own.plates.set(code, layer);
    if (own.told !== told) {
      own.told = told;
      own.inScope = new Set(Object.keys(told.classes || {}));
      own.tops = told.tops || {};
    }
    own.shown.set(code, now);
    if (before && before !== now) {
      layer.on("add", () => requestAnimationFrame(() => requestAnimationFrame(() => {
        const path = layer.getElement();
        if (path) { path.classList.remove(before); path.classList.add(now); }
      })));
    }
    ask(own);
  };

  api.label = function (feature, latlng, context) {
    const own = state(context.map);
    own.anchors.set(feature.properties.code, latlng);
    own.labels = (context.hideout || {}).labels || {};
    ask(own);
    return empty();
  };

  api.pin = function (feature, latlng, context) {
    const own = state(context.map), told = context.hideout || {};
    own.pins = own.pins.filter((pin) => pin.code !== feature.properties.code);
    own.pinNames = told.names || {};
    own.glyphs = told.glyphs || {};
    if (own.pinNames[feature.properties.code]) own.pins.push({ code: feature.properties.code, latlng: latlng, industry: feature.properties.industry });
    if (own.pinsOn) ask(own);
    return empty();
  };

  api.points = function (feature, latlng, context) {
    const own = state(context.map);
    own.points = ((context.hideout || {}).points || []).map(([lon, lat, level, id]) => ({ lon: lon, lat: lat, level: level, id: id, layer: "", name: ` ${id}` }));
    api.renew(own, "", own.points.map((point) => point.id));
    ask(own);
    return empty();
  };

  // What was not among its like before is marked for a while.
  api.renew = function (own, family, ids) {
    const now = Date.now(), known = own.known.get(family), there = new Set(ids.map((id) => `${family} ${id}`));
    if (known) for (const id of there) if (!known.has(id)) own.fresh.set(id, now);
    for (const [id, at] of own.fresh) if (now - at > NEW_MS || (id.startsWith(`${family} `) && !there.has(id))) own.fresh.delete(id);
    if (own.fresh.size) setTimeout(() => { for (const [id, at] of own.fresh) if (Date.now() - at >= NEW_MS) own.fresh.delete(id); ask(own); }, NEW_MS + 50);
    own.known.set(family, there);
  };

  // Flat, or standing plates; a standing picture cannot be moved.
  function stand(own, asPlates) {
    const map = own.map, ways = [map.dragging, map.touchZoom, map.doubleClickZoom, map.keyboard];
    own.asPlates = asPlates;
    own.placed = new Map();
    own.box.closest(".cc-map-figure").classList.toggle("cc-as-plates", asPlates);
    if (!own.wall) for (const way of ways) if (way) way[asPlates ? "disable" : "enable"]();
    if (asPlates) map.scrollWheelZoom.disable();
  }

  const pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
  const actions = {
    in: (own) => own.map.zoomIn(),
    out: (own) => own.map.zoomOut(),
    whole: (own) => { own.touched = false; own.fittedTo = ""; ask(own); },
    layer: (own, button) => { const key = button.dataset.layer, on = !own.layersOn.get(key); own.layersOn.set(key, on); pressed(button, on); api.hush(own); ask(own); },
    pins: (own, button) => { own.pinsOn = !own.pinsOn; pressed(button, own.pinsOn); ask(own); },
    plates: (own, button) => { stand(own, !own.asPlates); own.touched = false; own.fittedTo = ""; pressed(button, own.asPlates); ask(own); },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-map]");
    const box = button && button.closest(".cc-map-figure");
    const own = box && owned.get(box.querySelector(".cc-map"));
    if (own && actions[button.dataset.map]) actions[button.dataset.map](own, button);
  });
  api.redraw = ask;

  // What stands on a map, in its own pixels: for tests and for whoever wonders.
  api.standing = function (figure) {
    const own = figure && owned.get(figure.querySelector(".cc-map"));
    if (!own) return null;
    const extent = own.map.getSize();
    const marks = own.marks.map((one) => ({ x: one.x, y: one.y, r: one.r, level: one.level, layer: one.layer, cases: one.group.length, ids: one.group.map((each) => each.id) }));
    const labels = own.stands.map((one) => ({ code: one.label.code, text: one.label.text.slice(0, 2), box: one.box, leader: one.leader || null }));
    const centre = own.map.getCenter();
    return { width: extent.x, height: extent.y, zoom: own.map.getZoom(), centre: [centre.lat, centre.lng], marks: marks, labels: labels, taken: own.taken, frames: own.frames.slice(), crowd: own.crowd ? api.crowdTold(own) : null };
  };
})();
