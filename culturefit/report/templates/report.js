"use strict";
// An enhancement only: the page reads the same without it. Browsers that do not open <details> around a link's target
// get help here, and one button opens or closes every case that carries no content warning.
function reveal() {
  var target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (var node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS" && !node.open && !(node.classList.contains("warned") && node === target)) node.open = true;
  }
  target.scrollIntoView();
}
window.addEventListener("hashchange", reveal);
if (location.hash.length > 1) reveal();
document.querySelectorAll("button[data-open]").forEach(function (button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    var open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Close all cases" : "Open all cases without a content warning";
    button.closest("section").querySelectorAll("details.case:not(.warned)").forEach(function (each) { each.open = open; });
  });
});
