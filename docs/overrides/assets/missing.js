// The 404 page: its field opens the search with what the address seems to ask for.
import { open } from "./search.js";

const form = document.querySelector("[data-missing]");
const input = form.querySelector("input");

// "/papers/vaswani-2017-atention/" asks for "vaswani 2017 atention": what stands last in the address, without its ending.
const asked = (path) => {
  const last = path.slice(form.dataset.missing.length).split("/").filter(Boolean).at(-1) ?? "";
  try { return decodeURIComponent(last).replace(/\.[a-z]{2,5}$/, "").replace(/[-_+.\s]+/g, " ").trim().slice(0, 80); } catch { return ""; }
};

if (location.pathname.startsWith(form.dataset.missing) && !location.pathname.endsWith("/404.html")) input.value = asked(location.pathname);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  open(input.value.trim());
});
