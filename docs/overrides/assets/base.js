// What every script of a page needs: its language, where things stand, and making elements.
export const zh = document.documentElement.lang.startsWith("zh");
// assets/ stands at the root of each language; exports, data and the search index at the root of the site.
export const languageRoot = new URL("../", import.meta.url);
export const siteRoot = zh ? new URL("../", languageRoot) : languageRoot;
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
