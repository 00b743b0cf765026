// Keeps a page alive: one stream that carries versions, one request in flight, a banner when what is shown grows old, a reload on a new build.
(function () {
  const STALE_MS = 8000, POLL_MS = 2000, REQUEST_MS = 10000;
  const parts = location.pathname.split("/").filter(Boolean);
  if (parts[0] !== "wall" && parts[0] !== "desk") return;
  const surface = parts[0], query = new URLSearchParams(location.search);
  if (query.get("asof") || query.get("from")) return; // a past moment does not move
  const module = parts[1] || "overview";
  const BLANK_MS = 15000;
  let build = null, wanted = null, shown = null, busy = false, heard = Date.now(), stream = null, unread = false;
  const began = Date.now();

  const address = (version) => {
    const params = new URLSearchParams({ surface: surface, v: version });
    for (const name of ["area", "lang"]) if (query.get(name)) params.set(name, query.get(name));
    return `/live/${module}?${params}`;
  };

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
    wanted = (state.versions || {})[module] || wanted;
    refresh();
  };

  async function refresh() {
    if (busy || !wanted || wanted === shown || !document.getElementById("page")?.firstChild) return;
    busy = true;
    const asked = wanted, abort = new AbortController(), timer = setTimeout(() => abort.abort(), REQUEST_MS);
    try {
      const answer = await fetch(address(asked), { signal: abort.signal });
      if (answer.ok) {
        const content = await answer.json();
        for (const [id, props] of Object.entries(content.props)) {
          const text = JSON.stringify(props);
          if (memory.get(id) !== text && document.getElementById(id)) { memory.set(id, text); window.dash_clientside.set_props(id, props); }
        }
        shown = asked;
        unread = Boolean(content.stale);
        banner(unread);
        document.documentElement.dataset.version = content.version;
        document.documentElement.dataset.updates = String(1 + Number(document.documentElement.dataset.updates || 0));
      }
    } catch (error) {
      /* the watchdog below says so */
    } finally {
      clearTimeout(timer);
      busy = false;
      if (wanted !== shown) setTimeout(refresh, 250);
    }
  }
  const memory = new Map();

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

  let asking = false;
  setInterval(async () => {
    banner(unread || Date.now() - heard > STALE_MS);
    const blank = !document.getElementById("page")?.firstChild;
    if (blank && build && Date.now() - began > BLANK_MS) { location.reload(); return; } // the page itself was lost on its way
    if (asking) return;
    asking = true;
    await poll();
    asking = false;
    refresh();
  }, POLL_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  open();
  window.addEventListener("pagehide", () => stream && stream.close());
})();
