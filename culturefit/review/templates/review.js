"use strict";
// Everything stays in this page and this browser's storage; the only way out is the file that the person saves.
(function () {
  var config = JSON.parse(document.getElementById("config").textContent), say = config.say;
  var items = Array.from(document.querySelectorAll(".item"));
  var screens = [document.getElementById("start")].concat(items, document.getElementById("end"));
  var rater = document.getElementById("rater"), status = document.getElementById("status");
  var key = "culturefit-review-" + config.page, place = 0, erasing = false;
  var state = { rater: "", role: "native", answers: {}, comments: {}, skipped: {}, signed: {} };

  function keep() {
    try { localStorage.setItem(key, JSON.stringify(state)); } catch (error) { status.textContent = say.not_kept; }
  }
  function restore() {
    var kept = null;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch (error) { status.textContent = say.not_kept; }
    if (!kept || typeof kept !== "object" || !kept.answers) return;
    state = kept;
    rater.value = state.rater;
    document.querySelectorAll("input[name=role]").forEach(function (each) { each.checked = each.value === state.role; });
    items.forEach(function (item) {
      var id = item.dataset.item, own = state.answers[id] || {};
      item.querySelectorAll(".question").forEach(function (question) {
        var given = own[question.dataset.criterion];
        question.querySelectorAll("input").forEach(function (each) { each.checked = Boolean(given) && each.value === given.label; });
      });
      item.querySelector(".comment").value = state.comments[id] || "";
      var sign = item.querySelector(".sign");
      if (sign) sign.checked = Boolean(state.signed[id]);
      allow(item);
    });
    if (Object.keys(state.answers).length) status.textContent = say.resumed;
  }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }
  function open(item) {
    var own = state.answers[item.dataset.item] || {};
    return Array.from(item.querySelectorAll(".question")).filter(function (each) { return !own[each.dataset.criterion]; }).length;
  }
  // A case can be signed once all is answered and nothing with "no"; a signature given before such an answer goes.
  function allow(item) {
    var id = item.dataset.item, own = state.answers[id] || {}, sign = item.querySelector(".sign");
    if (!sign) return;
    var may = !open(item) && !Object.keys(own).some(function (each) { return own[each].label === "no"; });
    sign.disabled = !may;
    item.querySelector(".when").hidden = may;
    if (may) return;
    sign.checked = false;
    delete state.signed[id];
  }
  function show(number) {
    place = Math.max(0, Math.min(screens.length - 1, number));
    screens.forEach(function (each, index) { each.hidden = index !== place; });
    if (place === screens.length - 1) finish();
    screens[place].querySelector("h1").focus();
    window.scrollTo(0, 0);
  }
  function finish() {
    var skipped = items.filter(function (each) { return state.skipped[each.dataset.item]; }).length;
    var left = items.filter(function (each) { return !state.skipped[each.dataset.item] && open(each); }).length;
    document.getElementById("tally").textContent = fill(say.done, { answered: items.length - skipped - left, skipped: skipped, open: left });
    document.getElementById("copy").value = JSON.stringify(exported(), null, 1);
  }
  function exported() {
    var ratings = [], comments = [], signatures = [];
    items.forEach(function (item, index) {
      var id = item.dataset.item, own = state.answers[id] || {}, facts = JSON.parse(item.dataset.facts);
      item.querySelectorAll(".question").forEach(function (question) {
        var criterion = question.dataset.criterion, given = own[criterion];
        if (!given) return;
        ratings.push(Object.assign({
          unit: id + "/" + criterion, item: id, criterion: criterion, dimension: question.dataset.dimension, locale: config.locale,
          rater: state.rater, role: state.role, label: given.label, place: index + 1, at: given.at
        }, config.kind === "replies" ? facts : {}));
      });
      if ((state.comments[id] || "").trim()) comments.push({ item: id, locale: config.locale, rater: state.rater, comment: state.comments[id].trim() });
      if (state.signed[id]) signatures.push(Object.assign({ by: state.rater, role: state.role, date: state.signed[id], locale: config.locale }, facts));
    });
    var whole = { schema: 1, kind: config.kind, page: config.page, locale: config.locale, rater: state.rater, role: state.role };
    if (config.kind === "cases") Object.assign(whole, { suite: config.suite, signatures: signatures });
    return Object.assign(whole, { ratings: ratings, comments: comments, skipped: Object.keys(state.skipped) });
  }
  function now() { return new Date().toISOString().replace(/\.\d+Z/, "Z"); }
  function today() {
    var date = new Date();
    return date.getFullYear() + "-" + String(date.getMonth() + 1).padStart(2, "0") + "-" + String(date.getDate()).padStart(2, "0");
  }
  function begin() {
    if (!rater.value.trim()) {
      status.textContent = say.need_name;
      rater.focus();
      return;
    }
    state.rater = rater.value.trim();
    state.role = document.querySelector("input[name=role]:checked").value;
    status.textContent = "";
    keep();
    var first = items.findIndex(function (each) { return !state.skipped[each.dataset.item] && open(each); });
    show(first < 0 ? screens.length - 1 : first + 1);
  }

  document.getElementById("begin").addEventListener("click", begin);
  rater.addEventListener("keydown", function (event) { if (event.key === "Enter" && !event.isComposing) begin(); });
  items.forEach(function (item) {
    var id = item.dataset.item, gate = item.querySelector(".gate"), sign = item.querySelector(".sign");
    if (gate) gate.querySelector(".show").addEventListener("click", function () {
      gate.hidden = true;
      item.querySelector(".content").hidden = false;
      item.querySelector("h1").focus();
    });
    item.querySelectorAll(".question").forEach(function (question) {
      var radios = Array.from(question.querySelectorAll("input"));
      question.addEventListener("change", function (event) {
        (state.answers[id] = state.answers[id] || {})[question.dataset.criterion] = { label: event.target.value, at: now() };
        delete state.skipped[id];
        allow(item);
        keep();
      });
      // A digit answers the question that has the focus and goes on to the next field.
      question.addEventListener("keydown", function (event) {
        var chosen = radios[Number(event.key) - 1];
        if (!chosen || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        chosen.click();
        var fields = Array.from(item.querySelectorAll(".question"));
        var after = fields[fields.indexOf(question) + 1];
        (after ? after.querySelector("input:checked") || after.querySelector("input") : item.querySelector(".comment")).focus();
      });
    });
    item.querySelector(".comment").addEventListener("input", function (event) {
      state.comments[id] = event.target.value;
      keep();
    });
    if (sign) sign.addEventListener("change", function () {
      if (sign.checked) state.signed[id] = today(); else delete state.signed[id];
      keep();
    });
    item.querySelector(".next").addEventListener("click", function () { show(place + 1); });
    item.querySelector(".skip").addEventListener("click", function () {
      // Skipped is skipped: what was answered or signed on this screen before goes too.
      state.skipped[id] = true;
      delete state.answers[id];
      delete state.signed[id];
      item.querySelectorAll("input").forEach(function (each) { each.checked = false; });
      allow(item);
      keep();
      show(place + 1);
    });
  });
  document.querySelectorAll(".back").forEach(function (each) { each.addEventListener("click", function () { show(place - 1); }); });
  document.getElementById("save").addEventListener("click", function () {
    var name = "culturefit-" + config.kind + "-" + config.locale + "-" + (state.rater.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, "-") || "x").slice(0, 60) + ".json";
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(exported(), null, 1) + "\n"], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
    status.textContent = fill(say.saved, { file: name });
  });
  document.getElementById("erase").addEventListener("click", function (event) {
    if (!erasing) {
      erasing = true;
      event.target.textContent = say.erase_sure;
      return;
    }
    try { localStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
    state = { rater: "", role: "native", answers: {}, comments: {}, skipped: {}, signed: {} };
    erasing = false;
    event.target.textContent = say.erase;
    rater.value = "";
    document.querySelectorAll(".item input").forEach(function (each) { each.checked = false; });
    items.forEach(allow);
    document.querySelectorAll(".comment").forEach(function (each) { each.value = ""; });
    show(0);
    status.textContent = say.erased;
  });
  restore();
  show(0);
})();
