// Further points of a map, in layers: outlined shapes with the letter of their kind, small where they crowd; a chosen one says what it is.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const LEVELS = ["none", "ok", "watch", "warning", "critical"], CALM = 1, LISTED = 6;
  // How large an outline must be to hold a text so many characters wide, in em: diamond, square, triangle, circle.
  const ROOM = { 4: (w) => 0.36 + 0.36 * w, 3: (w) => 0.18 + 0.46 * w, 2: (w) => 0.22 + 0.53 * w, 1: (w) => 0.22 + 0.38 * w, 0: (w) => 0.22 + 0.38 * w };
  const FONT = 0.78, BARE = 0.26;

  api.spots = function (feature, latlng, context) {
    const own = api.state(context.map), told = context.hideout;
    const points = told.points.map(([lon, lat, level, id, kind, label, at]) => ({
      lon: lon, lat: lat, level: level, id: id, layer: told.key, name: `${told.key} ${id} ${level}`, kind: kind, label: label, at: at,
    }));
    own.layers.set(told.key, { points: points, glyphs: told.glyphs, words: told.words });
    if (!own.layersOn.has(told.key)) own.layersOn.set(told.key, told.shown);
    api.renew(own, told.key, points.filter((point) => point.level > CALM).map((point) => `${point.id} ${point.level}`));
    api.redraw(own);
    return window.L.layerGroup();
  };

  // The points of the layers that are on. A point is new again when its level is.
  api.spotsShown = function (own) {
    return [...own.layers].flatMap(([key, layer]) => (own.layersOn.get(key) ? layer.points : []));
  };

  const wide = (text) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? 1 : 0.65), 0);

  // What a mark of a layer looks like: the letter of its kind (of the layer, where kinds stand together), its number where it is several.
  api.spotFace = function (own, group, em) {
    const { layer, level, kind } = group[0], glyphs = own.layers.get(layer).glyphs;
    const letter = glyphs[group.every((one) => one.kind === kind) ? kind : ""] || "", text = group.length > 1 ? `${letter}${group.length}` : letter;
    return { text: text, r: em * ROOM[level](Math.max(1, wide(text))) };
  };

  // The marks with the calm points of the layers: with their letter where there is room, as small rings elsewhere.
  api.thinned = function (own, marks, calm, em) {
    const cell = em * 3, taken = new Map(), place = (x, y) => `${Math.floor(x / cell)},${Math.floor(y / cell)}`;
    const put = (one) => { const key = place(one.x, one.y); taken.set(key, [...(taken.get(key) || []), one]); };
    const near = (one) => [-cell, 0, cell].flatMap((dx) => [-cell, 0, cell].flatMap((dy) => taken.get(place(one.x + dx, one.y + dy)) || []));
    for (const one of marks) if (one.level > CALM) put(one);
    const found = calm.map((one) => {
      const made = { x: one.x, y: one.y, level: one.level, layer: one.layer, group: [one], fresh: false, ...api.spotFace(own, [one], em) };
      if (near(made).some((other) => Math.hypot(other.x - made.x, other.y - made.y) < (other.r + made.r) * 1.05)) return { ...made, text: "", r: em * BARE };
      put(made);
      return made;
    });
    return [...marks, ...found];
  };

  function outline(ink, one) {
    const corners = api.CORNERS[one.level];
    ink.beginPath();
    if (!corners) return ink.arc(one.x, one.y, one.r, 0, 2 * Math.PI);
    corners.forEach(([dx, dy], n) => (n ? ink.lineTo(one.x + dx * one.r, one.y + dy * one.r) : ink.moveTo(one.x + dx * one.r, one.y + dy * one.r)));
    return ink.closePath();
  }

  api.drawSpot = function (ink, one, colours, em) {
    const line = Math.max(1.5, em * (one.level > CALM ? 0.13 : 0.09));
    outline(ink, one);
    ink.lineWidth = line * 2.2;
    ink.strokeStyle = colours.halo;
    ink.stroke();
    ink.fillStyle = colours.inside;
    ink.fill();
    ink.lineWidth = line;
    ink.strokeStyle = one.level > CALM ? colours[one.level] : colours.calm;
    if (!one.level) ink.setLineDash([line * 1.6, line * 1.3]);
    ink.stroke();
    ink.setLineDash([]);
    if (!one.text) return;
    ink.font = `600 ${Math.max(11, em * FONT)}px ${colours.family}`;
    ink.textAlign = "center";
    ink.fillStyle = one.level > CALM ? colours.letter : colours.ring;
    ink.fillText(one.text, one.x, one.y + em * (one.level === 2 ? 0.28 + one.r / em * 0.16 : 0.28));
  };

  const part = (parent, kind, name, text) => {
    const made = document.createElement(kind);
    made.className = name;
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  };

  // A card beside the mark: name, kind, level, moment of each of its points.
  api.tell = function (own, one) {
    const words = own.layers.get(one.layer).words, card = part(own.box, "div", "cc-map-card"), extent = own.map.getSize();
    window.L.DomEvent.disableClickPropagation(card);
    card.setAttribute("role", "status");
    for (const spot of one.group.slice(0, LISTED)) {
      const said = part(card, "p", "cc-map-said");
      part(said, "b", "", spot.label);
      if (words.kinds[spot.kind]) part(said, "span", "", words.kinds[spot.kind]);
      const level = part(said, "span", "cc-map-key");
      part(level, "i", `cc-shape cc-hollow cc-shape-${LEVELS[spot.level]}`);
      part(level, "span", "", words.levels[spot.level]);
      if (spot.at) part(said, "span", "cc-map-at", spot.at);
    }
    if (one.group.length > LISTED) part(card, "p", "cc-map-said", `+${one.group.length - LISTED}`);
    const gap = one.r + 8, right = one.x + gap + card.offsetWidth < extent.x;
    card.style.left = `${Math.max(4, right ? one.x + gap : one.x - gap - card.offsetWidth)}px`;
    card.style.top = `${Math.max(4, Math.min(one.y - gap, extent.y - card.offsetHeight - 4))}px`;
    own.card = card;
  };

  api.hush = function (own) {
    if (own.card) own.card.remove();
    own.card = null;
  };
})();
