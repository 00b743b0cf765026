// Where the sub-district labels stand: never on a mark, on each other, on another sub-district's name or over the edge; leader lines when apart.
(function () {
  const api = ((window.cc = window.cc || {}).map = window.cc.map || {});
  const ruler = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

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
    const total = new Int32Array((columns + 1) * (rows + 1));
    for (let y = 0; y < rows; y += 1) {
      let row = 0;
      for (let x = 0; x < columns; x += 1) {
        row += at(x, y);
        total[(y + 1) * (columns + 1) + x + 1] = total[y * (columns + 1) + x + 1] + row;
      }
    }
    return (x0, y0, x1, y1) => {
      const w = columns + 1;
      const ax = Math.max(0, x0), ay = Math.max(0, y0), bx = Math.min(columns, x1), by = Math.min(rows, y1);
      if (bx <= ax || by <= ay) return 0;
      return total[by * w + bx] - total[ay * w + bx] - total[by * w + ax] + total[ay * w + ax];
    };
  }

  // The picture as cells: who owns the ground, and where a mark or the furniture stands.
  function field(own, marks, extent, em) {
    const cell = Math.max(3, em / 4.5), columns = Math.ceil(extent.x / cell), rows = Math.ceil(extent.y / cell);
    const codes = [...own.lines.keys()];
    const owner = owners(own, codes, columns, rows, cell);
    const busy = new Uint8Array(columns * rows), dotted = new Uint8Array(columns * rows);
    const fill = (into, x0, y0, x1, y1) => {
      for (let y = Math.max(0, Math.floor(y0 / cell)); y < Math.min(rows, Math.ceil(y1 / cell)); y += 1) {
        for (let x = Math.max(0, Math.floor(x0 / cell)); x < Math.min(columns, Math.ceil(x1 / cell)); x += 1) into[y * columns + x] = 1;
      }
    };
    for (const one of marks) fill(one.level > 1 ? busy : dotted, one.x - one.r * 1.1, one.y - one.r * 1.1, one.x + one.r * 1.1, one.y + one.r * 1.1);
    for (const box of own.taken || []) fill(busy, ...box);
    const ground = new Map(codes.map((code, index) => [code, sums(columns, rows, (x, y) => +(owner[y * columns + x] === index + 1))]));
    return {
      cell: cell, columns: columns, rows: rows, busy: busy, owner: owner, codes: codes, ground: ground,
      marks: sums(columns, rows, (x, y) => busy[y * columns + x]),
      dots: sums(columns, rows, (x, y) => dotted[y * columns + x]),
      land: sums(columns, rows, (x, y) => +(owner[y * columns + x] > 0)),
    };
  }

  function owners(own, codes, columns, rows, cell) {
    const canvas = ruler.canvas;
    canvas.width = columns;
    canvas.height = rows;
    codes.forEach((code, index) => {
      ruler.fillStyle = `rgb(${index + 1},0,0)`;
      ruler.beginPath();
      for (const ring of rings(own.lines.get(code).getLatLngs())) {
        ring.forEach((latlng, n) => {
          const at = own.map.latLngToContainerPoint(latlng);
          if (n) ruler.lineTo(at.x / cell, at.y / cell); else ruler.moveTo(at.x / cell, at.y / cell);
        });
        ruler.closePath();
      }
      ruler.fill("evenodd");
    });
    const pixels = ruler.getImageData(0, 0, columns, rows).data, found = new Uint8Array(columns * rows);
    for (let n = 0; n < found.length; n += 1) found[n] = pixels[n * 4 + 3] > 200 ? pixels[n * 4] : 0;
    return found;
  }

  function rings(nested) {
    return nested.length && nested[0].lat !== undefined ? [nested] : nested.flatMap(rings);
  }

  function wanted(own, extent, em) {
    const found = [];
    for (const [code, latlng] of own.anchors) {
      const text = own.labels[code];
      if (!text) continue;
      const at = own.map.latLngToContainerPoint(latlng);
      if (at.x < 0 || at.y < 0 || at.x > extent.x || at.y > extent.y) continue;
      const w = Math.max(width(own, text[0], "cc-name", em), width(own, text[1], "cc-line", em));
      found.push({ code: code, text: text, x: at.x, y: at.y, w: w + em * 0.5, h: em * 2.55 });
    }
    return found.sort((a, b) => b.text[2] - a.text[2]);
  }

  const apart = (a, b, gap) => a.x0 - gap >= b.x1 || b.x0 - gap >= a.x1 || a.y0 - gap >= b.y1 || b.y0 - gap >= a.y1;
  const crosses = (a, b, c, d) => {
    const side = (p, q, r) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  };

  function cost(label, box, raster, others, extent, em) {
    const edge = em * 0.35;
    if (box.x0 < edge || box.y0 < edge || box.x1 > extent.x - edge || box.y1 > extent.y - edge) return Infinity;
    if (others.some((other) => !apart(box, other.box, em * 0.4))) return Infinity;
    const c = raster.cell, x0 = Math.floor(box.x0 / c), y0 = Math.floor(box.y0 / c), x1 = Math.ceil(box.x1 / c), y1 = Math.ceil(box.y1 / c);
    const all = (x1 - x0) * (y1 - y0), own = raster.ground.get(label.code);
    const inside = own ? own(x0, y0, x1, y1) / all : 0, foreign = raster.land(x0, y0, x1, y1) / all - inside;
    const covered = raster.marks(x0, y0, x1, y1) / all, dotted = raster.dots(x0, y0, x1, y1) / all;
    const at = { x: Math.min(Math.max(label.x, box.x0), box.x1), y: Math.min(Math.max(label.y, box.y0), box.y1) };
    const away = Math.hypot(at.x - label.x, at.y - label.y) / em;
    const price = covered * 260 + dotted * 45 + foreign * 40 + away * 0.15;
    if (inside > 0.85) return price;
    return price + 2 + away * 0.45 + inside * 14 + (price < 12 ? passing(label, at, raster) * 0.5 : 0);
  }

  // What a leader to that point would run over: other sub-districts and urgent marks, in cells.
  function passing(label, from, raster) {
    const own = raster.codes.indexOf(label.code) + 1, far = Math.hypot(from.x - label.x, from.y - label.y), steps = Math.ceil(far / raster.cell);
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
    const step = raster.cell * 2;
    for (let y = em * 0.35; y + label.h < extent.y; y += step) {
      for (let x = em * 0.35; x + label.w < extent.x; x += step) {
        const box = { x0: x, y0: y, x1: x + label.w, y1: y + label.h };
        const price = cost(label, box, raster, others, extent, em);
        if (!found || price < found.price) found = { box: box, price: price };
      }
    }
    return found;
  }

  // Where a leader ends: free ground of the sub-district, well inside it, nearest to the label.
  function foot(label, box, raster, em) {
    const index = raster.codes.indexOf(label.code) + 1, ground = raster.ground.get(label.code), room = Math.max(1, Math.round((em * 0.5) / raster.cell));
    let found = null;
    for (let y = 0; y < raster.rows; y += 2) {
      for (let x = 0; x < raster.columns; x += 2) {
        if (raster.owner[y * raster.columns + x] !== index) continue;
        const side = room * 2 + 1;
        if (ground(x - room, y - room, x + room + 1, y + room + 1) < side * side || raster.marks(x - 1, y - 1, x + 2, y + 2)) continue;
        const px = (x + 0.5) * raster.cell, py = (y + 0.5) * raster.cell;
        const dx = Math.max(box.x0 - px, 0, px - box.x1), dy = Math.max(box.y0 - py, 0, py - box.y1);
        const far = Math.hypot(dx, dy) + 0.25 * Math.hypot(label.x - px, label.y - py);
        if (found && far >= found.far) continue;
        const near = { x: Math.min(Math.max(px, box.x0), box.x1), y: Math.min(Math.max(py, box.y0), box.y1) };
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
  function settle(own, labels, raster, extent, em) {
    const stands = labels.map((label) => {
      const kept = own.placed.get(label.code);
      if (!kept || kept.w !== extent.x || kept.h !== extent.y) return { label: label, box: null };
      const x = label.x + kept.dx, y = label.y + kept.dy;
      return { label: label, box: { x0: x, y0: y, x1: x + label.w, y1: y + label.h }, kept: kept.price };
    });
    const standing = (stand) => stands.filter((other) => other !== stand && other.box);
    for (const stand of stands) {
      if (stand.box && cost(stand.label, stand.box, raster, standing(stand), extent, em) > stand.kept + 3) stand.box = null;
    }
    for (let round = 0; round < 2; round += 1) {
      for (const stand of stands) {
        if (stand.kept !== undefined && stand.box) continue;
        const found = best(stand.label, raster, standing(stand), extent, em);
        if (found && found.price < Infinity) { stand.box = found.box; stand.price = found.price; }
      }
    }
    own.placed = new Map();
    for (const stand of stands) {
      if (!stand.box) continue;
      const price = cost(stand.label, stand.box, raster, standing(stand), extent, em);
      own.placed.set(stand.label.code, { dx: stand.box.x0 - stand.label.x, dy: stand.box.y0 - stand.label.y, w: extent.x, h: extent.y, price: price });
    }
    return stands.filter((stand) => stand.box);
  }

  api.drawLabels = function (own, marks, extent, em) {
    const labels = wanted(own, extent, em);
    if (!labels.length || !own.lines.size) return;
    const raster = field(own, marks, extent, em);
    const group = api.node("g", {}, own.ink);
    const stands = settle(own, labels, raster, extent, em);
    for (const stand of stands) stand.leader = leaderOf(stand.label, stand.box, raster, em);
    untangle(stands, raster, em);
    for (const stand of stands) if (stand.leader) drawLeader(stand.leader, group, em);
    for (const stand of stands) drawText(stand, group, em);
  };

  // Two leaders that cross change places.
  function untangle(stands, raster, em) {
    for (const a of stands) {
      for (const b of stands) {
        if (a === b || !a.leader || !b.leader || !crosses(a.leader.start, a.leader.end, b.leader.start, b.leader.end)) continue;
        const swap = (box, label) => ({ x0: box.x0, y0: box.y0, x1: box.x0 + label.w, y1: box.y0 + label.h });
        [a.box, b.box] = [swap(b.box, a.label), swap(a.box, b.label)];
        a.leader = leaderOf(a.label, a.box, raster, em);
        b.leader = leaderOf(b.label, b.box, raster, em);
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
    const late = stand.label.text[3] > 0 ? " cc-late" : "";
    api.node("text", { x: x, y: stand.box.y0 + em * 2.15, class: `cc-line${late}`, "text-anchor": side }, group, stand.label.text[1]);
  }
})();
