// The page of briefings: asks for one, shows how far each is, cancels, and leads to what was made. What runs is found again after a reload.
(function () {
  if (location.pathname !== "/briefings") return;
  const API = "/api/v1/briefings", KEPT = "briefing-jobs", LOOK_MS = 700, REQUEST_MS = 15000;
  const PICKED = { daily: "date", weekly: "week", monthly: "month", special: "datetime-local" };
  const OPEN = new Set(["waiting", "working"]);
  const jobs = new Map(); // id → what was last told, and its element
  const section = () => document.querySelector("[data-make]");
  const part = (name) => section().querySelector(`[data-part=${name}]`);
  const word = (name, values) => Object.entries(values || {}).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value), section().querySelector(`[data-say=${name}]`).textContent);
  const made = (kind, name, text) => {
    const node = document.createElement(kind);
    node.className = name || "";
    if (text) node.textContent = text;
    return node;
  };

  // What the server answers; an answer that is no JSON or does not come throws.
  async function asked(path, method, body) {
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), REQUEST_MS);
    const headers = body ? { "Content-Type": "application/json" } : {};
    try {
      const answer = await fetch(`${path}?lang=${section().dataset.make}`, {
        method: method || "GET", headers: headers, body: body && JSON.stringify(body), cache: "no-store", signal: abort.signal,
      });
      return { status: answer.status, ok: answer.ok, told: await answer.json() };
    } finally {
      clearTimeout(timer);
    }
  }

  // The form: what a period is called and how another one is picked goes with the kind.
  const said = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  function fit(form) {
    const kind = form.elements.kind.value, period = form.elements.period, at = form.elements.at, label = form.querySelector(".pick-at");
    for (const option of period.options) {
      if (option.value === "other") continue;
      const text = option.dataset[kind];
      if (text) said(option, text);
      option.hidden = !text;
      if (!text && option.selected) period.value = "";
    }
    said(label.querySelector("span"), label.querySelector("span").dataset[kind]);
    if (at.type !== PICKED[kind]) { at.value = ""; at.type = PICKED[kind]; }
    at.placeholder = label.querySelector(".pick-at-field").dataset[kind];
    label.hidden = period.value !== "other";
  }

  // What a person chose stays chosen when the page is drawn anew, unless the address says otherwise by now.
  const touched = new Map(), address = (name) => new URLSearchParams(location.search).get(name);
  let drawnForm = null;
  function restore(form) {
    if (form === drawnForm) return;
    drawnForm = form;
    for (const [name, { value, of }] of touched) {
      if (address(name) === of) form.elements[name].value = value;
      else touched.delete(name);
    }
  }

  function order(form) {
    const value = (name) => form.elements[name].value, period = value("period");
    const body = Object.fromEntries(["subject", "kind", "area", "lang", "form"].map((name) => [name, value(name)]));
    body.appendix = value("appendix") === "yes";
    if (period) body.period = period === "other" ? value("at").trim() : period;
    return body;
  }

  async function ask(form) {
    const body = order(form), button = form.querySelector(".make-ask"), note = part("said");
    if (body.period === "") {
      note.textContent = word("no_at");
      form.elements.at.focus();
      return;
    }
    note.textContent = word("asking");
    button.disabled = true;
    try {
      const { ok, told } = await asked(API, "POST", body);
      note.textContent = ok ? "" : word("refused", { said: told.allowed?.join(" · ") || told.detail || told.title });
      if (ok) hear(told);
    } catch (error) {
      note.textContent = word("unheard");
    } finally {
      button.disabled = false;
    }
  }

  // Jobs: one element each, the newest first; their ids are kept for this tab, for nobody else can list them.
  function keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...jobs.keys()]));
    } catch (error) { /* a browser that keeps nothing forgets them on a reload */ }
  }

  function kept() {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
      return Array.isArray(found) ? found.filter((id) => /^[0-9a-f]+$/.test(id)) : [];
    } catch (error) {
      return [];
    }
  }

  function hear(told) {
    const known = jobs.get(told.id), job = known || { id: told.id, node: drawn(told) }, was = known && known.told.state;
    job.told = told;
    jobs.set(told.id, job);
    keep();
    show(job);
    stand();
    if (told.state === "done" && was !== "done") filed(job, Boolean(was));
  }

  const named = (name, value) => {
    const options = section().querySelector(`.make-form select[name=${name}]`).options;
    return [...options].find((option) => option.value === value)?.textContent || value;
  };

  function title(told) {
    const names = [named("subject", told.subject), named("kind", told.kind), told.period.replace("T", " ").slice(0, 16), named("area", told.area)];
    return [...names, named("lang", told.lang), told.form.toUpperCase()].filter(Boolean).join(" · ");
  }

  function drawn(told) {
    const node = made("li", "job"), bar = made("progress", "job-bar"), foot = made("div", "job-foot");
    node.dataset.job = told.id;
    bar.max = 100;
    bar.setAttribute("aria-label", `${word("progress")}: ${title(told)}`);
    const end = made("button", "job-end");
    end.type = "button";
    end.addEventListener("click", () => (OPEN.has(jobs.get(told.id).told.state) ? cancel(told.id) : forget(told.id)));
    foot.append(made("p", "job-said"), made("p", "job-facts"));
    node.append(made("h3", "job-title", title(told)), end, bar, foot);
    return node;
  }

  function show({ node, told }) {
    const open = OPEN.has(told.state), end = node.querySelector(".job-end"), bar = node.querySelector("progress");
    node.className = `job is-${told.state}`;
    bar.value = told.progress;
    bar.hidden = !open;
    said(node.querySelector(".job-said"), told.message);
    said(end, word(open ? "cancel" : "dismiss"));
    end.setAttribute("aria-label", `${end.textContent}: ${node.querySelector(".job-title").textContent}`);
  }

  // What was made: its file, size, pages and digest; and the archive below shows it.
  async function filed(job, fresh) {
    const facts = job.node.querySelector(".job-facts");
    const link = made("a", "file", `${word("download")} ${job.told.form.toUpperCase()}`);
    link.href = job.told.file;
    link.download = "";
    facts.replaceChildren(link);
    if (fresh) renew();
    try {
      const { ok, told } = await asked(job.told.briefing);
      if (!ok) return;
      const digest = made("code", "", told.digest.slice(0, 8)), size = made("span", "", sized(told.size));
      digest.title = told.digest;
      facts.append(size, ...(told.pages ? [made("span", "", word("pages_n", { n: told.pages }))] : []), made("span", "", word("digest")), digest);
    } catch (error) { /* the link alone is enough */ }
  }

  // The list is drawn anew around nobody: who is in it is not disturbed.
  async function renew() {
    try {
      const answer = await fetch(`/live/briefings${location.search}`, { cache: "no-store" });
      const list = document.getElementById("archive");
      if (answer.ok && !list.contains(document.activeElement)) window.dash_clientside.set_props("archive", await answer.json());
    } catch (error) { /* the next page that is opened shows it */ }
  }

  const sized = (bytes) => {
    const [value, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
    return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
  };

  async function cancel(id) {
    try {
      const { ok, told } = await asked(`${API}/jobs/${id}`, "DELETE");
      if (ok) hear(told);
    } catch (error) {
      said(jobs.get(id).node.querySelector(".job-said"), word("unheard"));
    }
  }

  function forget(id) {
    jobs.get(id).node.remove();
    jobs.delete(id);
    keep();
    section().querySelector(".make-ask").focus();
  }

  async function look() {
    for (const job of [...jobs.values()].filter(({ told }) => OPEN.has(told.state))) {
      try {
        const { status, ok, told } = await asked(`${API}/jobs/${job.id}`);
        if (ok) hear(told);
        else if (status === 404) hear({ ...job.told, state: "failed", message: word("lost") });
      } catch (error) {
        said(job.node.querySelector(".job-said"), word("unheard"));
      }
    }
    setTimeout(look, LOOK_MS);
  }

  // The page may be drawn anew around them: the jobs take their place again.
  function stand() {
    const list = part("jobs"), nodes = [...jobs.values()].map(({ node }) => node).reverse();
    if (nodes.some((node, index) => list.children[index] !== node)) list.replaceChildren(...nodes);
  }

  async function found() {
    for (const id of kept()) {
      try {
        const { ok, told } = await asked(`${API}/jobs/${id}`);
        if (ok) hear(told);
      } catch (error) { /* found again by the next reload */ }
    }
    keep();
    look();
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".make-form")) return;
    event.preventDefault();
    ask(event.target);
  }, true);
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.(".make-form");
    if (!form) return;
    touched.set(event.target.name, { value: event.target.value, of: address(event.target.name) });
    fit(form);
    if (event.target.name === "period" && event.target.value === "other") form.elements.at.focus();
  });

  let begun = false;
  const settle = () => {
    const form = section()?.querySelector(".make-form");
    if (!form?.elements.at) return;
    restore(form);
    fit(form);
    stand();
    if (!begun) { begun = true; found(); }
  };
  const begin = () => {
    const page = document.getElementById("page");
    if (!page) return void requestAnimationFrame(begin);
    new MutationObserver(settle).observe(page, { childList: true, subtree: true });
    settle();
  };
  begin();
})();
