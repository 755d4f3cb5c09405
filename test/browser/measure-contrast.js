/* The contrast of every text that is shown to its background, by WCAG's formula. Runs in the page. */
(() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const linear = (channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isTransparent = (color) => channels(color)[3] === 0;
  const backgroundOf = (node) => {
    let at = node;
    while (at !== null && isTransparent(getComputedStyle(at).backgroundColor))
      at = at.parentElement;
    return getComputedStyle(at ?? document.body).backgroundColor;
  };
  const hasText = (node) =>
    [...node.childNodes].some(
      (child) => child.nodeType === Node.TEXT_NODE && child.data.trim() !== "",
    );
  return [...document.body.querySelectorAll("*")]
    .filter((node) => hasText(node) && node.checkVisibility() && !node.matches("noscript, script"))
    .map((node) => {
      const lights = [getComputedStyle(node).color, backgroundOf(node)]
        .map(luminance)
        .sort((a, b) => a - b);
      return {
        text: node.textContent.slice(0, 60),
        contrast: (lights[1] + 0.05) / (lights[0] + 0.05),
      };
    });
})();
