"use strict";
(() => {
  const bar = document.querySelector(".filter");
  const nothing = document.querySelector(".nothing-shown");
  const buttons = [...bar.querySelectorAll("button")];
  const apply = (status) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.filter === status));
    for (const part of document.querySelectorAll("[data-status]")) part.hidden = status !== "" && part.dataset.status !== status;
    for (const part of document.querySelectorAll("[data-holds]")) part.hidden = status !== "" && !part.dataset.holds.split(" ").includes(status);
    const cards = [...document.querySelectorAll("#actions .card")];
    nothing.hidden = cards.length === 0 || cards.some((card) => !card.hidden);
  };
  for (const button of buttons) button.addEventListener("click", () => apply(button.dataset.filter));
  bar.hidden = false;

  // Paper cannot be unfolded: everything is opened for printing and put back as it was.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const part of folded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
  });
})();
