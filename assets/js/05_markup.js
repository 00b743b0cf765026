// Draws the parts of a page that are only markup: [tag, attributes, child …] becomes an element, text stays text. Nothing is read as HTML.
(function () {
  const drawn = (node) => {
    if (!Array.isArray(node)) return node;
    const [tag, attributes, ...children] = node;
    return window.React.createElement(tag, attributes, ...children.map(drawn));
  };
  const Markup = ({ tree }) => window.React.createElement(window.React.Fragment, null, ...tree.map(drawn));
  window.district_wall = Object.assign(window.district_wall || {}, { Markup });
})();
