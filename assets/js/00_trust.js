// Trusted Types: the one default policy. Markup that could run is turned into plain text, scripts load from here only.
(function () {
  if (!window.trustedTypes || !window.trustedTypes.createPolicy) return;
  const runs = /<\s*(script|iframe|object|embed|base|form|meta|link)\b|\son[a-z]+\s*=|javascript:|srcdoc/i;
  window.trustedTypes.createPolicy("default", {
    createHTML: (text) => (runs.test(text) ? text.replace(/&/g, "&amp;").replace(/</g, "&lt;") : text),
    createScriptURL: (url) => {
      if (new URL(url, location.href).origin !== location.origin) throw new TypeError("scripts come from this server only");
      return url;
    },
  });
})();
