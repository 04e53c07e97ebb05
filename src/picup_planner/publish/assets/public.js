/* What depends on the reader's day: what is past, what comes next, what is cancelled today. */
(() => {
  "use strict";

  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const panel = document.querySelector(".panel");

  const expired = panel.querySelector(".expired");
  expired.hidden = today <= expired.dataset.last;

  for (const row of panel.querySelectorAll(".view [data-date]")) {
    row.classList.toggle("past", row.dataset.date < today);
    row.classList.toggle("today", row.dataset.date === today);
  }

  for (const section of panel.querySelectorAll(".commune")) {
    const stops = [...section.querySelectorAll(".stop:not(.gone)")];
    const next = stops.find((stop) => stop.dataset.date >= today);
    next?.classList.add("next");
    const id = section.querySelector("h2").id;
    const when = panel.querySelector(`.communes a[href="#${id}"]`).parentElement.querySelector(".when");
    if (next) when.textContent = next.dataset.short;
    else if (stops.length) when.classList.add("past");
  }

  for (const gone of panel.querySelectorAll(".cancellations [data-date]")) {
    const here = gone.dataset.date === today;
    gone.classList.toggle("today", here);
    gone.classList.toggle("past", gone.dataset.date < today);
    gone.querySelector(".now").hidden = !here;
    if (here) gone.closest("section").classList.add("today");
  }
})();
