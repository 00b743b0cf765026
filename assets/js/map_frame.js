// The map's furniture: graticule under the land, scale bar and note in the corners, and the boxes they take, which labels keep clear of.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const STEPS = [1 / 60, 2 / 60, 3 / 60, 5 / 60, 0.25, 0.5, 1, 2, 5, 10, 20, 45];
  const LENGTHS = [0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

  const degrees = (value, marks) => {
    const size = Math.abs(value), whole = Math.floor(size + 1e-9), minutes = Math.round((size - whole) * 60);
    return `${whole}°${minutes ? `${String(minutes).padStart(2, "0")}′` : ""}${marks[value < 0 ? 1 : 0]}`;
  };

  function ticks(low, high, pixels, em) {
    const step = STEPS.find((one) => (one / (high - low)) * pixels > em * 6) || STEPS[STEPS.length - 1], found = [];
    for (let n = Math.ceil(low / step); n * step <= high; n += 1) found.push(n * step);
    return found;
  }

  api.furniture = function (own, extent, em) {
    api.clear(own.under);
    api.clear(own.furniture);
    own.taken = [];
    note(own, extent, em);
    if (own.relieved) own.taken.push(own.keyBox); else graticule(own, extent, em);
    scale(own, extent, em);
    buttons(own);
  };

  function buttons(own) {
    const bar = own.box.parentNode.querySelector(".cc-map-buttons"), map = own.box.getBoundingClientRect();
    if (!bar) return;
    for (const button of bar.children) {
      const box = button.getBoundingClientRect();
      if (box.width) own.taken.push([box.left - map.left - 6, box.top - map.top - 6, box.right - map.left + 6, box.bottom - map.top + 6]);
    }
  }

  function graticule(own, extent, em) {
    if (extent.x < em * 24) return;
    const bounds = own.map.getBounds(), ground = grounds(own);
    for (const lon of ticks(bounds.getWest(), bounds.getEast(), extent.x, em)) {
      const x = Math.round(own.map.latLngToContainerPoint([bounds.getCenter().lat, lon]).x) + 0.5;
      api.node("line", { x1: x, y1: 0, x2: x, y2: extent.y, class: "cc-graticule" }, own.under);
      const from = own.wall ? em * 3 : em * 12, to = (own.taken.length ? own.taken[0][0] : extent.x) - em * 5;
      if (x < from || x > to || (ground.bottom > extent.y - em * 2.4 && x > ground.left && x < ground.right)) continue;
      api.node("text", { x: x + em * 0.25, y: extent.y - em * 0.5 }, own.furniture, degrees(lon, "EW"));
      own.taken.push([x, extent.y - em * 1.7, x + em * 4.6, extent.y]);
    }
    for (const lat of ticks(bounds.getSouth(), bounds.getNorth(), extent.y, em)) {
      const y = Math.round(own.map.latLngToContainerPoint([lat, bounds.getCenter().lng]).y) + 0.5;
      api.node("line", { x1: 0, y1: y, x2: extent.x, y2: y, class: "cc-graticule" }, own.under);
      if (y < em * 4 || y > extent.y - em * 3 || (y > ground.top && y < ground.bottom + em && ground.left < em * 5)) continue;
      api.node("text", { x: em * 0.3, y: y - em * 0.3 }, own.furniture, degrees(lat, "NS"));
      own.taken.push([0, y - em * 1.3, em * 4.8, y]);
    }
  }

  // Where the district stands in the picture, so that no figure is written over it.
  function grounds(own) {
    const found = window.L.latLngBounds([]);
    for (const layer of own.lines.values()) found.extend(layer.getBounds());
    if (!found.isValid()) return { left: Infinity, right: Infinity, top: 0, bottom: 0 };
    const a = own.map.latLngToContainerPoint(found.getNorthWest()), b = own.map.latLngToContainerPoint(found.getSouthEast());
    return { left: a.x, right: b.x, top: a.y, bottom: b.y };
  }

  // Kilometres in a pixel at that height of the picture.
  function distance(own, y) {
    return own.map.distance(own.map.containerPointToLatLng([0, y]), own.map.containerPointToLatLng([100, y])) / 100000;
  }

  // A bar of about a sixth of the width, with the length it stands for at the middle of the map.
  function scale(own, extent, em) {
    const perPixel = own.relieved ? 111.195 / own.relieved.scale : distance(own, extent.y / 2);
    const length = [...LENGTHS].reverse().find((one) => one / perPixel < Math.max(extent.x / 6, em * 4)) || LENGTHS[0];
    const w = length / perPixel, x = em * 0.6, y = own.wall ? em * 1.5 : extent.y - em * 0.8, drop = em * 0.22;
    api.node("path", { d: `M${x} ${y - drop}V${y}H${x + w}V${y - drop}M${x + w / 2} ${y}V${y - drop / 2}`, class: "cc-scale" }, own.furniture);
    const text = length < 1 ? `${length * 1000} m` : `${length} km`;
    api.node("text", { x: x + w + em * 0.4, y: y + em * 0.1 }, own.furniture, text);
    own.taken.push([0, y - em, x + w + em * 3.6, y + em * 0.5]);
  }

  // The note in the corner: its later parts go first where the picture is narrow.
  function note(own, extent, em) {
    if (!own.note) return;
    const parts = own.note.split(" · "), x = extent.x - em * 0.5, y = extent.y - em * 0.5;
    const made = api.node("text", { x: x, y: y, "text-anchor": "end" }, own.furniture, own.note);
    while (parts.length > 1 && made.getComputedTextLength() > extent.x * 0.55) {
      parts.pop();
      made.textContent = parts.join(" · ");
    }
    own.taken.push([x - made.getComputedTextLength() - em * 0.5, extent.y - em * 1.7, extent.x, extent.y]);
  }
})();
