"use strict";
// An enhancement only: the page reads the same without it. Browsers that do not open <details> around a link's target
// get help here, a target comes into view together with its prompt, tables that go on to the side say so, and one button
// opens or closes every case that carries no content warning.
function reveal() {
  var target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (var node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS" && !node.open && !(node.classList.contains("warned") && node === target)) node.open = true;
  }
  if (target.tagName === "DETAILS") {
    // Enter then opens what stands behind a warning.
    target.firstElementChild.focus({ preventScroll: true });
    target.scrollIntoView();
    return;
  }
  var reply = target.closest(".reply");
  if (!reply || reply === target) {
    target.scrollIntoView();
    return;
  }
  // What leads to a few words is followed by what they answer, if both fit the window.
  var prompts = reply.querySelectorAll(".prompt");
  var end = (target.nextElementSibling || target).getBoundingClientRect().bottom;
  var from = [reply, prompts[prompts.length - 1]].find(function (each) {
    return each && end - each.getBoundingClientRect().top < innerHeight - 40;
  });
  if (from) from.scrollIntoView();
  else target.scrollIntoView({ block: "center" });
}
window.addEventListener("hashchange", reveal);
if (location.hash.length > 1) {
  reveal();
  // Once loaded, a browser goes to the target itself and takes the focus away again.
  window.addEventListener("load", function () { setTimeout(reveal); });
}
document.querySelectorAll("button[data-open]").forEach(function (button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    var open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Close all cases" : "Open all cases without a content warning";
    button.closest("section").querySelectorAll("details.case:not(.warned)").forEach(function (each) { each.open = open; });
  });
});
function mark(entry) {
  var box = entry.target;
  box.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 2);
}
if (window.ResizeObserver) {
  var sizes = new ResizeObserver(function (entries) { entries.forEach(mark); });
  document.querySelectorAll(".scroll").forEach(function (box) {
    sizes.observe(box);
    box.addEventListener("scroll", function () { mark({ target: box }); }, { passive: true });
  });
}
