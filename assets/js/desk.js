// The desk by hand: menus that close, dates that can be picked, Esc that closes the drawer, and steps inside a page that need no new page.
(function () {
  if (!location.pathname.startsWith("/desk/") && location.pathname !== "/briefings") return;
  // Keys that change what is shown of the same data; a link that changes only these is followed without loading the page anew.
  const SOFT = new Set(["sort", "dir", "page", "status", "state", "kind", "unit", "q", "case", "find", "channel", "subject", "written"]);
  const page = () => document.getElementById("page");

  const others = (one) => document.querySelectorAll("details.menu[open], details.definition[open]").forEach((d) => { if (d !== one) d.open = false; });

  const keepInside = (details) => {
    const body = details.querySelector(".menu-body, .definition-body");
    if (!body) return;
    body.style.transform = "";
    const box = body.getBoundingClientRect(), over = box.right - (document.documentElement.clientWidth - 12);
    if (over > 0) body.style.transform = `translateX(${-Math.min(over, box.left - 12)}px)`;
  };

  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!(details instanceof HTMLDetailsElement) || !details.open) return;
    if (details.matches(".menu, .definition")) { others(details); dates(details); keepInside(details); }
    if (details.matches(".ask")) requestAnimationFrame(() => window.dispatchEvent(new Event("resize")));
  }, true);

  const dates = (details) => {
    for (const kind of ["date", "datetime-local"]) {
      details.querySelectorAll(`.as-${kind} input, input.as-${kind}`).forEach((input) => { if (input.type === "text") input.type = kind; });
    }
  };

  const softly = (href) => {
    const now = new URLSearchParams(location.search), then = href.searchParams;
    if (href.origin !== location.origin || href.pathname !== location.pathname || href.search === location.search) return false;
    return [...new Set([...now.keys(), ...then.keys()])].every((key) => SOFT.has(key) || now.get(key) === then.get(key));
  };

  const follow = (link) => {
    const href = new URL(link.href);
    if (!softly(href)) return false;
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && !link.hasAttribute("download") && follow(link)) {
      event.preventDefault();
      others(null);
      return;
    }
    const inside = event.target.closest?.("details.menu, details.definition");
    if (!inside) others(null);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open], details.definition[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); return; }
    document.querySelector("[data-close]")?.click();
  });

  // A form leaves out what is empty, so that the address says only what was asked.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".menu-form")) return;
    event.target.querySelectorAll("input").forEach((input) => { if (!input.value) input.disabled = true; });
  }, true);

  // A drawer takes the focus when it opens and gives it back to its row when it closes; an address with #cases begins there.
  let shown = null, kind = null, placed = false;
  const settle = () => {
    const drawer = document.querySelector(".drawer"), number = drawer ? drawer.getAttribute("aria-label") : null;
    if (number !== shown) {
      const before = kind;
      shown = number;
      kind = drawer?.querySelector("[data-focus]")?.dataset.focus;
      if (drawer) drawer.querySelector("[data-focus]")?.focus({ preventScroll: true });
      else if (before) document.querySelector(`[data-row=${before}]`)?.focus({ preventScroll: true });
    }
    if (!placed && document.querySelector(".desk main")) {
      placed = true;
      if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
    }
  };
  const begin = () => {
    if (!page()) return void requestAnimationFrame(begin);
    new MutationObserver(settle).observe(page(), { childList: true, subtree: true });
    settle();
  };
  begin();
})();
