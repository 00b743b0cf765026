// The flat map's core: one state per Leaflet map, fed by the GeoJSON layers' functions, fitted to its container, drawn once a frame.
(function () {
  const cc = (window.cc = window.cc || {});
  const api = (cc.map = cc.map || {});
  const SVG = "http://www.w3.org/2000/svg";
  const NEW_MS = 60000;
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

  function state(map) {
    if (!states.has(map)) states.set(map, adopted(map));
    return states.get(map);
  }

  function adopted(map) {
    const box = map.getContainer();
    const [under, , , over] = PANES.map(([name, depth]) => {
      const pane = map.createPane(name);
      pane.style.zIndex = depth;
      pane.style.pointerEvents = "none";
      return pane;
    });
    const own = {
      map: map, box: box, wall: false, touched: false, fitting: false, fittedTo: "", frame: null, note: "",
      plates: new Map(), shown: new Map(), inScope: null, lines: new Map(), anchors: new Map(), labels: {}, placed: new Map(),
      points: [], marks: [], known: null, fresh: new Map(), pins: [], pinNames: {}, glyphs: {}, pinsOn: false, choosePoint: null, asked: 0,
      under: api.node("svg", { "aria-hidden": "true" }, under),
      ink: api.node("svg", { class: "cc-ink", "aria-hidden": "true" }, over),
      furniture: api.node("svg", { class: "cc-furniture", "aria-hidden": "true" }, box),
    };
    owned.set(box, own);
    map.on("moveend resize", () => ask(own));
    map.on("click", (event) => {
      const one = own.wall ? null : api.markAt(own, event.containerPoint);
      if (one) api.chooseMark(own, one);
    });
    map.on("dragstart", () => { own.touched = true; });
    map.on("zoomstart", () => { if (!own.fitting) own.touched = true; });
    box.addEventListener("focus", () => { if (!own.wall) map.scrollWheelZoom.enable(); });
    box.addEventListener("blur", () => map.scrollWheelZoom.disable());
    new ResizeObserver(() => { map.invalidateSize({ pan: false, animate: false }); own.fittedTo = ""; ask(own); }).observe(box);
    if (document.fonts) document.fonts.ready.then(() => ask(own));
    return own;
  }

  function ask(own) {
    if (own.asked) return;
    own.asked = requestAnimationFrame(() => { own.asked = 0; draw(own); });
  }

  api.size = (own) => parseFloat(getComputedStyle(own.box).fontSize) || 12;

  function draw(own) {
    const extent = own.map.getSize();
    if (!document.contains(own.box) || extent.x < 20 || extent.y < 20) return;
    fit(own, extent);
    const em = api.size(own);
    const corner = own.map.containerPointToLayerPoint([0, 0]);
    for (const svg of [own.under, own.ink]) {
      window.L.DomUtil.setPosition(svg, corner);
      svg.setAttribute("width", extent.x);
      svg.setAttribute("height", extent.y);
    }
    api.clear(own.ink);
    api.furniture(own, extent, em);
    if (own.pinsOn) api.drawPins(own, extent, em);
    own.marks = api.marks(own, extent, em);
    api.drawMarks(own, own.marks, em);
    api.drawLabels(own, own.marks, extent, em);
    own.box.classList.add("cc-ready");
  }

  // The view follows the container and the scope; never the data, and never after someone has moved it.
  function fit(own, extent) {
    const scope = own.inScope ? [...own.inScope].sort().join() : "";
    const wanted = `${scope}|${own.plates.size}|${extent.x}x${extent.y}`;
    if (wanted === own.fittedTo || (own.touched && own.fittedTo.split("|")[0] === scope)) return;
    const bounds = bounded(own);
    if (!bounds || !bounds.isValid()) return;
    const em = api.size(own), edge = Math.round(em * (extent.x < 30 * em ? 0.7 : 1.1));
    own.fitting = true;
    own.map.setMinZoom(0);
    own.map.fitBounds(bounds, { animate: false, paddingTopLeft: [edge, edge], paddingBottomRight: [edge, Math.round(edge + em * 1.2)] });
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
    own.wall = told.surface === "wall";
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
    ask(own);
  };

  const named = (value) => (value === undefined ? "cc-out" : value < 0 ? "cc-qn" : `cc-q${value}`);

  api.stylePlate = function (feature, context) {
    const own = state(context.map), classes = (context.hideout || {}).classes || {};
    const before = own.shown.get(feature.properties.code);
    return { className: `cc-plate ${before || named(classes[feature.properties.code])}`, fill: true };
  };

  // A plate appears with the class it had and changes a frame later, so that the colour eases instead of jumping.
  api.eachPlate = function (feature, layer, context) {
    const own = state(context.map), code = feature.properties.code, classes = (context.hideout || {}).classes || {};
    const now = named(classes[code]), before = own.shown.get(code);
    own.plates.set(code, layer);
    own.inScope = new Set(Object.keys(classes));
    own.shown.set(code, now);
    if (before && before !== now) {
      layer.on("add", () => requestAnimationFrame(() => requestAnimationFrame(() => {
        const path = layer.getElement();
        if (path) { path.classList.remove(before); path.classList.add(now); }
      })));
    }
    ask(own);
  };

  api.choosePlate = function (event, context) {
    const code = event.layer && event.layer.feature && event.layer.feature.properties.code;
    const taken = api.markAt(state(event.layer._map), event.containerPoint);
    if (code && !taken && context.setProps) context.setProps({ clickData: { code: code } });
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
    own.pins.push({ code: feature.properties.code, latlng: latlng, industry: feature.properties.industry });
    own.pinNames = told.names || {};
    own.glyphs = told.glyphs || {};
    if (own.pinsOn) ask(own);
    return empty();
  };

  api.points = function (feature, latlng, context) {
    const own = state(context.map), now = Date.now();
    own.points = (context.hideout || {}).points || [];
    const ids = new Set(own.points.map((point) => point[3]));
    if (own.known) for (const id of ids) if (!own.known.has(id)) own.fresh.set(id, now);
    for (const [id, at] of own.fresh) if (!ids.has(id) || now - at > NEW_MS) own.fresh.delete(id);
    if (own.fresh.size) setTimeout(() => { for (const [id, at] of own.fresh) if (Date.now() - at >= NEW_MS) own.fresh.delete(id); ask(own); }, NEW_MS + 50);
    own.known = ids;
    own.choosePoint = context.setProps ? (id) => context.setProps({ clickData: { id: id } }) : null;
    ask(own);
    return empty();
  };

  const actions = {
    in: (own) => own.map.zoomIn(),
    out: (own) => own.map.zoomOut(),
    whole: (own) => { own.touched = false; own.fittedTo = ""; ask(own); },
    pins: (own, button) => { own.pinsOn = !own.pinsOn; button.setAttribute("aria-pressed", String(own.pinsOn)); ask(own); },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-map]");
    const box = button && button.closest(".cc-map-figure");
    const own = box && owned.get(box.querySelector(".cc-map"));
    if (own && actions[button.dataset.map]) actions[button.dataset.map](own, button);
  });
  api.redraw = ask;
})();
