// Where the names of areas stand: never on a mark, a limit, each other or over the edge; out at sea with a leader line where there is no room at home.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const ruler = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const GOOD = 60; // dearer than this stands on something

  // Widths as the browser sets them (tabular figures, both scripts), kept by text and class.
  const widths = new Map();
  function width(own, text, kind, em) {
    const key = `${kind} ${em} ${text}`;
    if (!widths.has(key)) {
      const made = api.node("text", { class: kind }, own.ink, text);
      widths.set(key, made.getComputedTextLength());
      made.remove();
    }
    return widths.get(key);
  }
  if (document.fonts) document.fonts.addEventListener("loadingdone", () => widths.clear());

  // Sums over a raster so that any box is counted in four look-ups.
  function sums(columns, rows, at) {
    const w = columns + 1, total = new Int32Array(w * (rows + 1));
    for (let y = 0; y < rows; y += 1) {
      let row = 0;
      for (let x = 0; x < columns; x += 1) {
        row += at(y * columns + x);
        total[(y + 1) * w + x + 1] = total[y * w + x + 1] + row;
      }
    }
    return (x0, y0, x1, y1) => {
      const ax = Math.max(0, x0), ay = Math.max(0, y0), bx = Math.min(columns, x1), by = Math.min(rows, y1);
      if (bx <= ax || by <= ay) return 0;
      return total[by * w + bx] - total[ay * w + bx] - total[by * w + ax] + total[ay * w + ax];
    };
  }

  // The picture as cells: who owns the ground, where a limit runs, and where a mark or the furniture stands.
  function field(own, marks, extent, em) {
    const cell = Math.max(3, em / 4.5), columns = Math.ceil(extent.x / cell), rows = Math.ceil(extent.y / cell);
    const shapes = own.relieved ? own.relieved.ground : flatGround(own), codes = [...new Set(shapes.map((one) => one.code))];
    const owner = owners(shapes, codes, columns, rows, cell);
    const busy = new Uint8Array(columns * rows), dotted = new Uint8Array(columns * rows);
    const fill = (into, x0, y0, x1, y1) => {
      for (let y = Math.max(0, Math.floor(y0 / cell)); y < Math.min(rows, Math.ceil(y1 / cell)); y += 1) {
        for (let x = Math.max(0, Math.floor(x0 / cell)); x < Math.min(columns, Math.ceil(x1 / cell)); x += 1) into[y * columns + x] = 1;
      }
    };
    for (const one of marks) fill(one.r > em * 0.3 ? busy : dotted, one.x - one.r * 1.2, one.y - one.r * 1.2, one.x + one.r * 1.2, one.y + one.r * 1.2);
    for (const box of own.taken || []) fill(busy, ...box);
    const differs = (n) => +(owner[n] !== owner[n + 1] || owner[n] !== owner[n + columns]);
    return {
      cell: cell, columns: columns, rows: rows, owner: owner, codes: codes, stays: !own.relieved,
      ground: new Map(codes.map((code, index) => [code, sums(columns, rows, (n) => +(owner[n] === index + 1))])),
      marks: sums(columns, rows, (n) => busy[n]), dots: sums(columns, rows, (n) => dotted[n]),
      land: sums(columns, rows, (n) => +(owner[n] > 0)), limits: sums(columns, rows, differs),
    };
  }

  const pixels = (own, ring) => ring.map((latlng) => own.place(latlng));
  const rings = (nested) => (nested.length && nested[0].lat !== undefined ? [nested] : nested.flatMap(rings));

  // The ground of each labelled area: its own limit, or the plates whose codes begin with its own.
  function flatGround(own) {
    return Object.keys(own.labels).map((code) => {
      const line = own.lines.get(code), parts = line ? [line] : [...own.plates].filter(([plate]) => plate.startsWith(code)).map(([, layer]) => layer);
      return { code: code, rings: parts.flatMap((layer) => rings(layer.getLatLngs())).map((ring) => pixels(own, ring)) };
    });
  }

  function owners(shapes, codes, columns, rows, cell) {
    Object.assign(ruler.canvas, { width: columns, height: rows });
    for (const shape of shapes) {
      ruler.fillStyle = `rgb(${codes.indexOf(shape.code) + 1},0,0)`;
      ruler.beginPath();
      for (const ring of shape.rings) {
        ring.forEach((at, n) => (n ? ruler.lineTo(at.x / cell, at.y / cell) : ruler.moveTo(at.x / cell, at.y / cell)));
        ruler.closePath();
      }
      ruler.fill("evenodd");
    }
    const read = ruler.getImageData(0, 0, columns, rows).data, found = new Uint8Array(columns * rows);
    for (let n = 0; n < found.length; n += 1) found[n] = read[n * 4 + 3] > 200 ? read[n * 4] : 0;
    return found;
  }

  // Where an area is in the picture: its given anchor if that is seen, else the middle of what is seen of it.
  function anchor(own, code, raster, extent) {
    const given = own.relieved ? null : own.anchors.get(code), at = given && own.place(given);
    if (at && at.x >= 0 && at.y >= 0 && at.x <= extent.x && at.y <= extent.y) return at;
    const index = raster.codes.indexOf(code) + 1;
    let count = 0, sx = 0, sy = 0;
    for (let n = 0; index && n < raster.owner.length; n += 1) {
      if (raster.owner[n] === index) { count += 1; sx += n % raster.columns; sy += Math.floor(n / raster.columns); }
    }
    return count ? { x: (sx / count + 0.5) * raster.cell, y: (sy / count + 0.5) * raster.cell } : null;
  }

  function wanted(own, raster, extent, em) {
    const found = [];
    for (const [code, text] of Object.entries(own.labels)) {
      const at = anchor(own, code, raster, extent);
      if (!at) continue;
      const w = Math.max(width(own, text[0], "cc-name", em), width(own, text[1], "cc-line", em));
      found.push({ code: code, text: text, x: at.x, y: at.y, w: w + em * 0.5, h: em * 2.55 });
    }
    return found.sort((a, b) => b.text[2] - a.text[2] || (a.code < b.code ? -1 : 1));
  }

  const apart = (a, b, gap) => a.x0 - gap >= b.x1 || b.x0 - gap >= a.x1 || a.y0 - gap >= b.y1 || b.y0 - gap >= a.y1;
  const crosses = (a, b, c, d) => {
    const side = (p, q, r) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  };
  const nearest = (box, to) => ({ x: Math.min(Math.max(to.x, box.x0), box.x1), y: Math.min(Math.max(to.y, box.y0), box.y1) });

  // Whether the way from a to b runs through a box.
  function through(a, b, box) {
    let from = 0, to = 1;
    for (const [at, by, low, high] of [[a.x, b.x - a.x, box.x0, box.x1], [a.y, b.y - a.y, box.y0, box.y1]]) {
      if (Math.abs(by) < 1e-6) { if (at < low || at > high) return false; continue; }
      const ends = [(low - at) / by, (high - at) / by].sort((one, other) => one - other);
      from = Math.max(from, ends[0]);
      to = Math.min(to, ends[1]);
    }
    return from < to;
  }

  // How many other names this leader would cross, and how many others' leaders this name would stand on.
  function crossed(label, at, box, others) {
    return others.reduce((sum, other) => sum + through(at, label, other.box) + (other.label ? through(nearest(other.box, other.label), other.label, box) : 0), 0);
  }

  // What a place costs: marks and limits dearest, then others' ground, then the way to the area. Infinity where it may not be, or is dearer than `most`.
  function cost(label, box, raster, others, extent, em, most = Infinity) {
    const edge = em * 0.35;
    if (box.x0 < edge || box.y0 < edge || box.x1 > extent.x - edge || box.y1 > extent.y - edge) return Infinity;
    const at = nearest(box, label), away = Math.hypot(at.x - label.x, at.y - label.y) / em;
    if (away * 0.15 >= most) return Infinity;
    const c = raster.cell, x0 = Math.floor(box.x0 / c), y0 = Math.floor(box.y0 / c), x1 = Math.ceil(box.x1 / c), y1 = Math.ceil(box.y1 / c);
    const all = (x1 - x0) * (y1 - y0), covered = raster.marks(x0, y0, x1, y1), dotted = raster.dots(x0, y0, x1, y1), cut = raster.limits(x0, y0, x1, y1);
    const price = away * 0.15 + (covered && 90 + (covered / all) * 500) + (dotted && 70 + (dotted / all) * 300) + (cut && 62 + (cut / all) * 120);
    if (price >= most || others.some((other) => !apart(box, other.box, em * 0.4))) return Infinity;
    const own = raster.ground.get(label.code), inside = own ? own(x0, y0, x1, y1) / all : 0, foreign = raster.land(x0, y0, x1, y1) / all - inside;
    if (inside > 0.98 && raster.stays) return price;
    return price + 2 + foreign * 90 + away * 0.5 + inside * (raster.stays ? 14 : 90) + passing(label, at, raster) * 0.5 + crossed(label, at, box, others) * 25;
  }

  // What a leader to that point would run over: other areas' ground, in cells.
  function passing(label, from, raster) {
    const own = raster.codes.indexOf(label.code) + 1, steps = Math.ceil(Math.hypot(from.x - label.x, from.y - label.y) / raster.cell);
    let met = 0;
    for (let n = 0; n < steps; n += 1) {
      const x = Math.floor((from.x + ((label.x - from.x) * n) / steps) / raster.cell), y = Math.floor((from.y + ((label.y - from.y) * n) / steps) / raster.cell);
      const who = raster.owner[y * raster.columns + x];
      if (who === own) break; // the foot is set at the near side
      if (who) met += 1;
    }
    return met;
  }

  function best(label, raster, others, extent, em) {
    let found = null;
    const step = Math.max(raster.cell * 2, em * 0.5);
    for (let y = em * 0.35; y + label.h < extent.y; y += step) {
      for (let x = em * 0.35; x + label.w < extent.x; x += step) {
        const box = { x0: x, y0: y, x1: x + label.w, y1: y + label.h };
        const price = cost(label, box, raster, others, extent, em, found ? found.price : Infinity);
        if (price < (found ? found.price : Infinity)) found = { box: box, price: price };
      }
    }
    return found;
  }

  // A free spot of the area's own ground, near the label, from which nothing urgent is crossed.
  function foot(label, box, raster, em) {
    const own = raster.codes.indexOf(label.code) + 1;
    let found = null;
    for (let y = 1; y < raster.rows - 1; y += 1) {
      for (let x = 1; x < raster.columns - 1; x += 1) {
        if (raster.owner[y * raster.columns + x] !== own || raster.ground.get(label.code)(x - 1, y - 1, x + 2, y + 2) < 9 || raster.marks(x - 1, y - 1, x + 2, y + 2)) continue;
        const px = (x + 0.5) * raster.cell, py = (y + 0.5) * raster.cell, near = nearest(box, { x: px, y: py });
        const far = Math.hypot(near.x - px, near.y - py) + (raster.stays ? 0.25 : 1.2) * Math.hypot(label.x - px, label.y - py);
        if (found && far >= found.far) continue;
        const clear = far + em * 2 * overrun({ x: px, y: py }, near, raster);
        if (!found || clear < found.far) found = { x: px, y: py, far: clear };
      }
    }
    return found || { x: label.x, y: label.y };
  }

  function overrun(from, to, raster) {
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / raster.cell);
    for (let n = 0; n < steps; n += 1) {
      const x = Math.floor((from.x + ((to.x - from.x) * n) / steps) / raster.cell), y = Math.floor((from.y + ((to.y - from.y) * n) / steps) / raster.cell);
      if (raster.marks(x, y, x + 1, y + 1)) return 1;
    }
    return 0;
  }

  function leaderOf(label, box, raster, em) {
    const c = raster.cell, ground = raster.ground.get(label.code);
    const x0 = Math.floor(box.x0 / c), y0 = Math.floor(box.y0 / c), x1 = Math.ceil(box.x1 / c), y1 = Math.ceil(box.y1 / c);
    if (!ground || ground(x0, y0, x1, y1) / ((x1 - x0) * (y1 - y0)) > 0.55) return null;
    const end = foot(label, box, raster, em);
    const between = (value, low, high) => Math.min(Math.max(value, low), high), h = box.y1 - box.y0;
    const beside = end.x < box.x0 || end.x > box.x1;
    const start = { x: between(end.x, box.x0 + (beside ? 0 : em), box.x1 - (beside ? 0 : em)), y: beside ? between(end.y, box.y0 + h * 0.25, box.y1 - h * 0.25) : between(end.y, box.y0, box.y1) };
    const far = Math.hypot(end.x - start.x, end.y - start.y), gap = beside ? 0 : Math.min(em * 0.1, far / 3);
    if (far > 0) { start.x += ((end.x - start.x) * gap) / far; start.y += ((end.y - start.y) * gap) / far; }
    return { start: start, end: end };
  }

  // Greedy by size, then each is asked again with the rest standing. A place still good enough is kept, so that a refresh moves nothing.
  // Where two lines of text find no free place one line is tried; what still finds none stays out (the list of areas has it).
  function settle(own, labels, raster, extent, em) {
    const stands = labels.map((label) => {
      const kept = own.placed.get(label.code);
      if (!kept || kept.w !== extent.x || kept.h !== extent.y || kept.brief) return { label: label, box: null };
      const x = label.x + kept.dx, y = label.y + kept.dy;
      return { label: label, box: { x0: x, y0: y, x1: x + label.w, y1: y + label.h }, kept: kept.price };
    });
    const standing = (stand) => stands.filter((other) => other !== stand && other.box);
    for (const stand of stands) {
      if (stand.box && cost(stand.label, stand.box, raster, standing(stand), extent, em) > Math.min(GOOD, stand.kept + 3)) stand.box = null;
    }
    for (let round = 0; round < 2; round += 1) {
      for (const stand of stands) {
        if (stand.kept !== undefined && stand.box) continue;
        const found = best(stand.label, raster, standing(stand), extent, em);
        stand.box = found && found.price < GOOD ? found.box : null;
      }
    }
    for (const stand of stands) {
      if (stand.box) continue;
      stand.label = brief(own, stand.label, em);
      const found = best(stand.label, raster, standing(stand), extent, em);
      stand.box = found && found.price < GOOD ? found.box : null;
    }
    own.placed = new Map();
    for (const stand of stands) if (stand.box) own.placed.set(stand.label.code, kept(stand, raster, standing(stand), extent, em));
    return stands.filter((stand) => stand.box);
  }

  function kept(stand, raster, others, extent, em) {
    const label = stand.label, price = cost(label, stand.box, raster, others, extent, em);
    return { dx: stand.box.x0 - label.x, dy: stand.box.y0 - label.y, w: extent.x, h: extent.y, price: price, brief: Boolean(label.brief) };
  }

  function brief(own, label, em) {
    return { ...label, brief: true, w: width(own, label.text[0], "cc-name", em) + em * 0.5, h: em * 1.45 };
  }

  api.drawLabels = function (own, marks, extent, em) {
    if (!Object.keys(own.labels).length || !own.plates.size) return [];
    const raster = field(own, marks, extent, em), labels = wanted(own, raster, extent, em);
    const group = api.node("g", {}, own.ink);
    const stands = settle(own, labels, raster, extent, em);
    for (const stand of stands) stand.leader = leaderOf(stand.label, stand.box, raster, em);
    untangle(stands, raster, extent, em);
    for (const stand of stands) if (stand.leader) drawLeader(stand.leader, group, em);
    for (const stand of stands) drawText(stand, group, em);
    return stands;
  };

  // Two leaders that cross change places, if both still stand well there.
  function untangle(stands, raster, extent, em) {
    const swapped = (box, label) => ({ x0: box.x0, y0: box.y0, x1: box.x0 + label.w, y1: box.y0 + label.h });
    for (const a of stands) {
      for (const b of stands) {
        if (a === b || !a.leader || !b.leader || !crosses(a.leader.start, a.leader.end, b.leader.start, b.leader.end)) continue;
        const boxes = [swapped(b.box, a.label), swapped(a.box, b.label)], rest = stands.filter((one) => one !== a && one !== b);
        const fits = [a, b].every((one, n) => cost(one.label, boxes[n], raster, [...rest, { box: boxes[1 - n] }], extent, em) < GOOD + 30);
        if (!fits) continue;
        [a.box, b.box] = boxes;
        for (const one of [a, b]) one.leader = leaderOf(one.label, one.box, raster, em);
      }
    }
  }

  function drawLeader(leader, group, em) {
    const line = { x1: leader.start.x, y1: leader.start.y, x2: leader.end.x, y2: leader.end.y };
    api.node("line", { ...line, class: "cc-leader-halo" }, group);
    api.node("line", { ...line, class: "cc-leader" }, group);
    api.node("circle", { cx: leader.end.x, cy: leader.end.y, r: em * 0.13, class: "cc-foot" }, group);
  }

  function drawText(stand, group, em) {
    const side = stand.leader && stand.leader.end.x < stand.box.x0 ? "start" : stand.leader && stand.leader.end.x > stand.box.x1 ? "end" : "middle";
    const x = side === "start" ? stand.box.x0 + em * 0.25 : side === "end" ? stand.box.x1 - em * 0.25 : (stand.box.x0 + stand.box.x1) / 2;
    api.node("text", { x: x, y: stand.box.y0 + em * 1.05, class: "cc-name", "text-anchor": side }, group, stand.label.text[0]);
    if (stand.label.brief) return;
    const late = stand.label.text[3] > 0 ? " cc-late" : "";
    api.node("text", { x: x, y: stand.box.y0 + em * 2.15, class: `cc-line${late}`, "text-anchor": side }, group, stand.label.text[1]);
  }
})();
