// The live picture of a channel: asked for with purpose and reason, played for as long as it was granted, one at a time, nothing kept.
(function () {
  if (!location.pathname.startsWith("/desk/")) return;
  const LOOK_MS = 250, LIBRARY = "/assets/vendor/hls.light.min.js", BUFFER_S = 10;
  let shown = null; // the picture there is

  const part = (section, name) => section.querySelector(`[data-part=${name}]`);
  const word = (section, name) => section.querySelector(`[data-say=${name}]`).textContent;
  const made = (kind, name, text) => {
    const node = document.createElement(kind);
    node.className = name;
    if (text) node.textContent = text;
    return node;
  };
  const posted = (path, body, language, more) => fetch(`${path}?lang=${language}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), cache: "no-store", ...more,
  });

  const library = () => window.Hls ? Promise.resolve() : new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { src: LIBRARY, onload: done, onerror: fail });
    document.head.append(script);
  });

  document.addEventListener("submit", (event) => {
    const section = event.target.closest?.("[data-picture]");
    if (!section) return;
    event.preventDefault();
    ask(section, event.target);
  }, true);

  async function ask(section, form) {
    const said = part(section, "said"), language = section.dataset.language, button = form.querySelector("button");
    end("stopped");
    said.textContent = "";
    button.disabled = true;
    try {
      const body = { channel: Number(section.dataset.picture), purpose: form.elements.purpose.value, reason: form.elements.reason.value };
      const told = await (await posted("/live/picture", body, language)).json();
      if (told.outcome === "granted") await show(section, told, language);
      else said.textContent = told.said || word(section, "unheard");
    } catch (error) {
      said.textContent = word(section, "unheard");
    } finally {
      button.disabled = false;
    }
  }

  async function show(section, grant, language) {
    const frame = framed(section, grant);
    shown = { section: section, number: section.dataset.picture, grant: grant, language: language, frame: frame, until: performance.now() + grant.seconds * 1000 };
    shown.timer = setInterval(count, LOOK_MS);
    part(section, "stage").replaceChildren(frame.box);
    count();
    await library();
    if (shown && shown.grant === grant) play(shown);
  }

  function framed(section, grant) {
    const box = made("div", "picture-box"), video = made("video", "picture-video"), left = made("span", "picture-left");
    const stop = made("button", "picture-stop", word(section, "stop"));
    Object.assign(video, { muted: true, autoplay: true, playsInline: true, loop: grant.pattern, disablePictureInPicture: true, disableRemotePlayback: true });
    video.setAttribute("controlslist", "nodownload noremoteplayback nofullscreen");
    video.setAttribute("aria-label", word(section, "label"));
    video.addEventListener("contextmenu", (event) => event.preventDefault());
    stop.type = "button";
    stop.addEventListener("click", () => end("stopped"));
    const head = made("div", "picture-head", grant.pattern ? word(section, "pattern") : word(section, "label"));
    const bar = made("div", "picture-bar"), spent = made("i", "picture-spent"), foot = made("div", "picture-foot");
    bar.append(spent);
    foot.append(left, stop);
    box.append(head, video, bar, foot);
    return { box: box, video: video, left: left, spent: spent };
  }

  function play(now) {
    const hls = (now.hls = new window.Hls({ enableWorker: false, maxBufferLength: BUFFER_S, backBufferLength: 0 }));
    hls.on(window.Hls.Events.ERROR, (_, fault) => {
      if (fault.response && fault.response.code === 403) end("ended");
      else if (fault.fatal) end("broken");
    });
    hls.loadSource(now.grant.address);
    hls.attachMedia(now.frame.video);
  }

  function count() {
    const left = Math.max(0, shown.until - performance.now()), seconds = Math.ceil(left / 1000);
    if (!document.contains(shown.section) || shown.section.dataset.picture !== shown.number) return end("stopped");
    if (!seconds) return end("expired");
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    shown.frame.left.textContent = word(shown.section, "left").replace("{time}", time);
    shown.frame.spent.style.width = `${(100 * left) / (shown.grant.seconds * 1000)}%`;
  }

  // Whatever ends it, the picture is taken down first and the end is told to the server, also by a page that is being left.
  function end(why) {
    const was = shown;
    if (!was) return;
    shown = null;
    clearInterval(was.timer);
    if (was.hls) was.hls.destroy();
    was.frame.video.removeAttribute("src");
    was.frame.box.remove();
    if (document.contains(was.section)) part(was.section, "said").textContent = word(was.section, why);
    posted("/live/picture/end", { token: was.grant.token }, was.language, { keepalive: true }).catch(() => {});
  }

  window.addEventListener("pagehide", () => end("stopped"));
})();
