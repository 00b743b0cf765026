// Keeps a page alive: one stream that carries versions, one request in flight, a banner when what is shown grows old, a reload on a new build.
// At /wall it also turns the pages of a screen: the next one is fetched first and put in the place of the one shown.
(function () {
  const STALE_MS = 6500, POLL_MS = 2000, LOOK_MS = 500, REQUEST_MS = 10000, SLOW_MS = 700, RETRY_TURN_MS = 5000;
  const parts = location.pathname.split("/").filter(Boolean);
  if (parts[0] !== "wall" && parts[0] !== "desk") return;
  const surface = parts[0], query = new URLSearchParams(location.search);
  if (query.get("asof") || query.get("from")) return; // a past moment does not move
  const page = () => document.querySelector(".wall");
  const module = () => parts[1] || page()?.dataset.module;
  const BLANK_MS = 15000;
  let build = null, versions = {}, shown = null, busy = false, heard = Date.now(), stream = null, unread = false;
  const began = Date.now();

  const asking = (params, names) => {
    for (const name of names) if (query.get(name)) params.set(name, query.get(name));
    return params;
  };
  const address = (key, version) => `/live/${key}?${asking(new URLSearchParams({ surface: surface, v: version }), ["area", "lang"])}`;

  // The only way out: one request at a time. A slow one shows as a hairline, and what is on the screen stays.
  async function fetched(url) {
    busy = true;
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), REQUEST_MS);
    const slow = setTimeout(() => document.documentElement.classList.add("is-loading"), SLOW_MS);
    try {
      const answer = await fetch(url, { signal: abort.signal });
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      return null; // the watchdog below says so
    } finally {
      clearTimeout(timer);
      clearTimeout(slow);
      document.documentElement.classList.remove("is-loading");
      busy = false;
    }
  }

  const banner = (late) => {
    const sign = document.getElementById("stale-banner");
    document.documentElement.classList.toggle("is-stale", late);
    if (sign) sign.hidden = !late;
  };

  const hear = (state) => {
    heard = Date.now();
    if (!state) return;
    if (build && state.build && state.build !== build) { location.reload(); return; }
    build = state.build || build;
    if (state.failing) heard = 0;
    versions = state.versions || {};
    refresh();
  };

  async function refresh() {
    const key = module(), asked = versions[key];
    if (busy || !asked || asked === shown || !document.getElementById("page")?.firstChild) return;
    const content = await fetched(address(key, asked));
    if (content) {
      // A page that came with this very digest shows it already: it is only remembered, so that later just what changed is set.
      const drawn = shown === null && document.querySelector("[data-digest]")?.dataset.digest === content.digest;
      for (const [id, props] of Object.entries(content.props)) {
        const text = JSON.stringify(props);
        if (memory.get(id) === text || !stands(id)) continue;
        memory.set(id, text);
        if (!drawn) window.dash_clientside.set_props(id, props);
      }
      const marked = document.querySelector("[data-digest]");
      if (marked) marked.dataset.digest = content.digest;
      shown = asked;
      unread = Boolean(content.stale);
      banner(unread);
      document.documentElement.dataset.version = content.version;
      document.documentElement.dataset.updates = String(1 + Number(document.documentElement.dataset.updates || 0));
    }
    if (versions[module()] !== shown) setTimeout(refresh, 250);
  }
  const memory = new Map();

  // A map's layers have no element of their own: they are there where their panel holds a map. A panel that had none is made anew.
  function stands(id) {
    if (document.getElementById(id)) return true;
    const panel = document.getElementById(id.split("--")[0]), map = panel && panel.querySelector(".cc-map-figure");
    if (panel && !map && id.endsWith("--points")) location.reload();
    return Boolean(map) && known(id);
  }

  // Whether the page holds a component of this id; Dash throws where it does not.
  function known(id) {
    try {
      return Boolean(window.dash_component_api.getLayout(id));
    } catch (error) {
      return false;
    }
  }

  function open() {
    stream = new EventSource("/live/stream");
    stream.onmessage = (event) => hear(JSON.parse(event.data));
    stream.addEventListener("beat", () => hear(null));
    stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) { stream.close(); setTimeout(open, 1000 + Math.random() * 1500); } };
  }

  async function poll() {
    if (Date.now() - heard < STALE_MS / 2) return;
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), REQUEST_MS);
    try {
      const answer = await fetch("/live/versions", { signal: abort.signal, cache: "no-store" });
      if (answer.ok) hear(await answer.json());
    } catch (error) { /* still silent: the banner stays */ } finally { clearTimeout(timer); }
  }

  // Turning: a page stays its seconds, longer while it shows something critical, for ever while paused or while nothing is heard.
  let since = Date.now(), paused = false;
  const late = () => Date.now() - heard > STALE_MS;

  async function turn(by, unasked) {
    const marks = page().dataset, pages = marks.pages.split(" "), at = pages.indexOf(marks.module);
    const key = pages[(at + by + pages.length) % pages.length];
    const content = await fetched(`/live/page/${key}?${asking(new URLSearchParams({ screen: marks.screen }), ["screen", "area", "lang", "theme"])}`);
    if (!content) { since += RETRY_TURN_MS; return; }
    if (paused && unasked) return;
    window.dash_clientside.set_props("page", { children: content.page });
    memory.clear();
    shown = content.version;
    since = Date.now();
  }

  function due() {
    const wall = page();
    if (!wall?.dataset.pages?.includes(" ") || busy || paused || late()) return;
    const critical = wall.querySelector(".kpi-critical,.module-row.is-critical");
    if (Date.now() - since > 1000 * (critical ? wall.dataset.criticalSeconds : wall.dataset.seconds)) turn(1, true);
  }

  if (surface === "wall" && !parts[1]) {
    setInterval(due, 1000);
    document.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by && !busy && page()?.dataset.pages) turn(by);
      if (event.key === " " && event.target === document.body) { paused = !paused; document.documentElement.classList.toggle("is-paused", paused); event.preventDefault(); }
    });
  }

  let polling = false;
  setInterval(() => banner(unread || late()), LOOK_MS);
  setInterval(async () => {
    const blank = !document.getElementById("page")?.firstChild;
    if (blank && build && Date.now() - began > BLANK_MS) { location.reload(); return; } // the page itself was lost on its way
    if (polling) return;
    polling = true;
    await poll();
    polling = false;
    refresh();
  }, POLL_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  open();
  window.addEventListener("pagehide", () => stream && stream.close());
})();
