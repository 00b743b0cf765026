// Thousands of exact points on one canvas: calm ones as dots set pixel by pixel, the others as shapes, those close together as one with their
// number. Geometry is fetched once per version, states (a byte a point) when the page's version moved; states alone restyle what is there.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const LEVELS = ["none", "ok", "watch", "warning", "critical"], URGENT = 2;
  const REST_MS = 2000, DEEPEST = 18, HEAD = 3, MICRO = 1e6, FRAMES = 400;
  const SIZES = [[6000, 0.09], [600, 0.13], [-1, 0.22]]; // radius of a calm point in em, by how many are in sight
  const maps = new Set();

  api.crowd = function (feature, latlng, context) {
    const own = api.state(context.map);
    if (!own.crowd) {
      const canvas = own.canvas.parentNode.insertBefore(document.createElement("canvas"), own.canvas);
      own.crowd = {
        told: context.hideout, canvas: canvas, n: 0, geometry: "", tag: "", stamp: 0, late: true, drawn: false, busy: false, timer: 0, at: -REST_MS,
        levels: new Uint8Array(0), counts: null, calm: new Uint32Array(0), urgent: [], groups: [], marks: [], groupedAt: "", sizedAt: "", size: 0, frames: [],
      };
      own.layersOn.set(own.crowd.told.key, true);
      maps.add(own);
    }
    api.redraw(own);
    return window.L.layerGroup();
  };

  const shown = (own) => own.crowd.drawn && own.layersOn.get(own.crowd.told.key) && !own.relieved && !document.hidden;

  // One request at a time, at most one every REST_MS, none by a map that is gone or does not show the layer.
  function due(own) {
    const crowd = own.crowd;
    crowd.late = true;
    if (crowd.busy || crowd.timer || !shown(own)) return;
    crowd.timer = setTimeout(() => { crowd.timer = 0; renewed(own); }, Math.max(0, crowd.at + REST_MS - performance.now()));
  }

  async function renewed(own) {
    const crowd = own.crowd;
    if (!document.contains(own.box)) return void maps.delete(own);
    if (!shown(own)) return;
    Object.assign(crowd, { busy: true, late: false, at: performance.now() });
    try {
      await states(own);
    } catch (error) {
      crowd.late = true; // the page's banner says that nothing is heard
    } finally {
      crowd.busy = false;
    }
    if (crowd.late) due(own);
  }

  function asked(crowd, what, version) {
    const query = new URLSearchParams({ surface: "desk", area: crowd.told.area });
    if (version) query.set("v", version);
    return fetch(`/live/crowd/${crowd.told.module}/${what}?${query}`);
  }

  async function states(own) {
    const crowd = own.crowd, answer = await asked(crowd, "states");
    if (!answer.ok) return;
    const version = answer.headers.get("Geometry-Version"), tag = answer.headers.get("ETag");
    const levels = new Uint8Array(await answer.arrayBuffer());
    if (version !== crowd.geometry && !(await geometry(crowd, version))) { crowd.late = true; return; }
    if (levels.length !== crowd.n) { crowd.late = true; return; }
    if (tag !== crowd.tag) sorted(own, levels);
    crowd.tag = tag;
  }

  async function geometry(crowd, version) {
    const answer = await asked(crowd, "geometry", version);
    if (!answer.ok || answer.headers.get("Geometry-Version") !== version) return false;
    const body = await answer.arrayBuffer(), [n, lon, lat] = new Int32Array(body, 0, HEAD);
    const part = (Kind, place) => new Kind(body, 4 * (HEAD + place * n), n);
    const east = part(Int32Array, 1), north = part(Int32Array, 2);
    Object.assign(crowd, { n: n, numbers: part(Uint32Array, 0), x: new Float32Array(n), y: new Float32Array(n), geometry: version, tag: "" });
    crowd.origin = window.L.latLng(lat / MICRO, lon / MICRO);
    const top = mercator(lat / MICRO);
    for (let i = 0; i < n; i += 1) {
      crowd.x[i] = east[i] / MICRO / 360;
      crowd.y[i] = mercator((lat + north[i]) / MICRO) - top;
    }
    return true;
  }

  const mercator = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

  function sorted(own, levels) {
    const crowd = own.crowd, counts = new Uint32Array(LEVELS.length), urgent = [];
    for (let i = 0; i < levels.length; i += 1) {
      counts[levels[i]] += 1;
      if (levels[i] >= URGENT) urgent.push(i);
    }
    const calm = new Uint32Array(levels.length - urgent.length);
    for (let i = 0, at = 0; i < levels.length; i += 1) if (levels[i] < URGENT) calm[at++] = i;
    urgent.sort((a, b) => levels[b] - levels[a] || a - b);
    Object.assign(crowd, { levels: levels, counts: counts, calm: calm, urgent: urgent, stamp: crowd.stamp + 1 });
    api.redraw(own);
  }

  function legend(own) {
    const crowd = own.crowd;
    own.box.closest(".cc-map-figure").querySelectorAll("[data-crowd]").forEach((said) => {
      const text = crowd.counts[LEVELS.indexOf(said.dataset.crowd)].toLocaleString("en-US");
      if (said.textContent !== text) said.textContent = text;
    });
  }

  api.drawCrowd = function (own, extent) {
    const crowd = own.crowd, began = performance.now();
    crowd.drawn = true;
    const on = shown(own);
    crowd.canvas.style.display = on ? "" : "none";
    if (on && crowd.late) due(own);
    if (!on) crowd.marks = [];
    if (!on || !crowd.counts) return;
    const scale = 256 * 2 ** own.map.getZoom(), base = own.map.latLngToContainerPoint(crowd.origin), em = own.em, colours = api.tokens(own);
    const ink = ground(own, extent);
    dots(crowd, ink, base, scale, em, colours, step(own));
    grouped(crowd, 256 * 2 ** step(own), em);
    shapes(crowd, ink, base, scale, extent, em, colours);
    legend(own);
    crowd.frames.push(performance.now() - began);
    if (crowd.frames.length > FRAMES) crowd.frames.shift();
  };

  // What stands together and how large a dot is are found anew for each half level of zoom, not for each turn of a wheel.
  const step = (own) => Math.round(own.map.getZoom() * 2) / 2;

  const ratio = () => window.devicePixelRatio || 1;

  function ground(own, extent) {
    const canvas = own.crowd.canvas, w = Math.round(extent.x * ratio()), h = Math.round(extent.y * ratio());
    window.L.DomUtil.setPosition(canvas, own.map.containerPointToLayerPoint([0, 0]));
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      Object.assign(canvas.style, { width: `${extent.x}px`, height: `${extent.y}px` });
    }
    const ink = canvas.getContext("2d");
    ink.setTransform(ratio(), 0, 0, ratio(), 0, 0);
    ink.lineJoin = "round";
    return ink;
  }

  // A colour as the four bytes of a pixel; a token is #rrggbb.
  const pixel = (colour, alpha) => {
    const value = parseInt(colour.slice(1), 16);
    return ((alpha << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
  };

  // The pixels of a disc, or of a ring one pixel wide, as offsets from its middle in a picture that wide.
  function disc(r, width, hollow) {
    const found = [], most = Math.ceil(r);
    for (let dy = -most; dy <= most; dy += 1) {
      for (let dx = -most; dx <= most; dx += 1) {
        const far = Math.hypot(dx, dy);
        if (far <= r && !(hollow && far < r - 1)) found.push(dy * width + dx);
      }
    }
    return Int32Array.from(found);
  }

  function dots(crowd, ink, base, scale, em, colours, step) {
    const { width, height } = crowd.canvas, pixels = room(crowd, ink, width, height), k = scale * ratio(), x0 = base.x * ratio(), y0 = base.y * ratio();
    const visible = (i, edge) => {
      const x = (x0 + crowd.x[i] * k) | 0, y = (y0 + crowd.y[i] * k) | 0;
      return x < edge || y < edge || x >= width - edge || y >= height - edge ? -1 : y * width + x;
    };
    sized(crowd, `${step}|${crowd.stamp}|${width}|${height}`, visible);
    const r = Math.max(1, em * ratio() * crowd.size), edge = Math.ceil(r) + 1, pale = crowd.size === SIZES[0][1];
    const looks = [[disc(r + 0.5, width, true), pixel(colours.ring, 255)], [disc(r, width, false), pixel(colours.ring, pale ? 150 : 220)]];
    pixels.fill(0);
    for (const i of crowd.calm) {
      const at = visible(i, edge);
      if (at < 0) continue;
      const [offsets, colour] = looks[crowd.levels[i]];
      for (let p = 0; p < offsets.length; p += 1) pixels[at + offsets[p]] = colour;
    }
    ink.putImageData(crowd.image, 0, 0);
  }

  // The more calm points are in sight, the smaller they are; found anew for another step of zoom, other states or another frame.
  function sized(crowd, wanted, visible) {
    if (crowd.sizedAt === wanted) return;
    let seen = 0;
    for (const i of crowd.calm) if (visible(i, 0) >= 0) seen += 1;
    crowd.size = SIZES.find(([least]) => seen > least)[1];
    crowd.sizedAt = wanted;
  }

  function room(crowd, ink, width, height) {
    if (!crowd.image || crowd.image.width !== width || crowd.image.height !== height) {
      crowd.image = ink.createImageData(width, height);
      crowd.pixels = new Uint32Array(crowd.image.data.buffer);
    }
    return crowd.pixels;
  }

  // Points not in order that stand close become one shape, the worst one's, with their number. Found anew for another step of zoom or new states.
  function grouped(crowd, scale, em) {
    const wanted = `${scale}|${em}|${crowd.stamp}`;
    if (crowd.groupedAt === wanted) return;
    const reach = em * 1.5, far = (reach / scale) ** 2, net = netted(crowd, scale / reach);
    crowd.groups = [];
    for (const seed of crowd.urgent) {
      if (!net.taken[seed]) crowd.groups.push(mark(crowd, gathered(crowd, net, seed, far), em));
    }
    crowd.groupedAt = wanted;
  }

  // The points not in order in the meshes of a net: chains of points by mesh. Meshes that share a chain are told apart by distance.
  function netted(crowd, fine) {
    const size = 2 ** Math.ceil(Math.log2(crowd.urgent.length * 2 + 2)), first = new Int32Array(size).fill(-1), next = new Int32Array(crowd.n);
    const net = { first: first, next: next, taken: new Uint8Array(crowd.n), fine: fine, mask: size - 1 };
    for (let n = crowd.urgent.length - 1; n >= 0; n -= 1) {
      const i = crowd.urgent[n], at = mesh(net, Math.floor(crowd.x[i] * fine), Math.floor(crowd.y[i] * fine));
      next[i] = first[at];
      first[at] = i;
    }
    return net;
  }

  const mesh = (net, cx, cy) => (Math.imul(cx, 73856093) ^ Math.imul(cy, 19349663)) & net.mask;

  // The seed, the worst of them, and what is near it and not yet taken; what is taken leaves its chain.
  function gathered(crowd, net, seed, far) {
    const group = [seed], cx = Math.floor(crowd.x[seed] * net.fine), cy = Math.floor(crowd.y[seed] * net.fine);
    net.taken[seed] = 1;
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const at = mesh(net, cx + dx, cy + dy);
        for (let i = net.first[at], before = -1; i >= 0; i = net.next[i]) {
          if (!net.taken[i] && (crowd.x[i] - crowd.x[seed]) ** 2 + (crowd.y[i] - crowd.y[seed]) ** 2 <= far) {
            net.taken[i] = 1;
            group.push(i);
          }
          if (!net.taken[i]) before = i;
          else if (before < 0) net.first[at] = net.next[i];
          else net.next[before] = net.next[i];
        }
      }
    }
    return group;
  }

  function mark(crowd, group, em) {
    const mean = (values) => group.reduce((sum, i) => sum + values[i], 0) / group.length;
    const r = em * (group.length > 1 ? 0.5 + 0.14 * String(group.length).length : 0.4);
    return { ux: mean(crowd.x), uy: mean(crowd.y), level: crowd.levels[group[0]], r: r, group: group, x: 0, y: 0 };
  }

  function shapes(crowd, ink, base, scale, extent, em, colours) {
    crowd.marks = crowd.groups.filter((one) => {
      one.x = base.x + one.ux * scale;
      one.y = base.y + one.uy * scale;
      return one.x > -em && one.y > -em && one.x < extent.x + em && one.y < extent.y + em;
    });
    for (let n = crowd.marks.length - 1; n >= 0; n -= 1) api.drawShape(ink, crowd.marks[n], colours, em);
  }

  // What is under a pointer: a shape, or a dot that stands alone there. Where dots crowd, the area under them is meant.
  api.crowdAt = function (own, spot) {
    const crowd = own.crowd;
    if (!crowd.counts || !shown(own)) return null;
    const coarse = window.matchMedia("(pointer:coarse)").matches, reach = coarse ? 14 : 4;
    const near = crowd.marks.find((one) => Math.hypot(one.x - spot.x, one.y - spot.y) <= one.r + reach);
    return near || alone(own, spot, coarse ? 14 : 6);
  };

  function alone(own, spot, reach) {
    const crowd = own.crowd, scale = 256 * 2 ** own.map.getZoom(), base = own.map.latLngToContainerPoint(crowd.origin);
    let found = null, others = 0;
    for (const i of crowd.calm) {
      const dx = base.x + crowd.x[i] * scale - spot.x, dy = base.y + crowd.y[i] * scale - spot.y;
      if (dx > reach || dx < -reach || dy > reach || dy < -reach) continue;
      const far = Math.hypot(dx, dy);
      if (far > reach) continue;
      others += 1;
      if (!found || far < found.far) found = { group: [i], far: far };
    }
    return others === 1 || own.map.getZoom() >= DEEPEST ? found : null;
  }

  api.chooseCrowd = function (own, spot) {
    const one = api.crowdAt(own, spot), crowd = own.crowd;
    if (!one) return false;
    const places = new Set(one.group.map((i) => `${crowd.x[i]},${crowd.y[i]}`));
    if (places.size > 1 && own.map.getZoom() < DEEPEST) {
      own.touched = true;
      own.map.fitBounds(one.group.map((i) => place(crowd, i)), { padding: [40, 40], maxZoom: DEEPEST, animate: false });
    } else {
      api.open("channel", crowd.numbers[one.group[0]]);
    }
    return true;
  };

  function place(crowd, i) {
    const y = mercator(crowd.origin.lat) + crowd.y[i];
    return [(2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) * (180 / Math.PI), crowd.origin.lng + crowd.x[i] * 360];
  }

  api.crowdTold = function (own) {
    const crowd = own.crowd;
    const numbers = (group) => group.map((i) => crowd.numbers[i]);
    const marks = crowd.marks.map((one) => ({ x: one.x, y: one.y, r: one.r, level: one.level, numbers: numbers(one.group) }));
    return { n: crowd.n, counts: crowd.counts && Array.from(crowd.counts), marks: marks, stamp: crowd.stamp, frames: crowd.frames.slice() };
  };

  const again = () => { for (const own of maps) if (document.contains(own.box)) due(own); else maps.delete(own); };
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-version"] });
  document.addEventListener("visibilitychange", () => { for (const own of maps) if (own.crowd.late) api.redraw(own); });
})();
