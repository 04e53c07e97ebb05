/* Gives folium's layers their names, popups and behaviour. Every text comes from the list, as text or cloned nodes. */
(() => {
  "use strict";

  const frame = document.querySelector(".folium-map");
  const map = window[frame.id];
  const words = frame.dataset;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 859px)");
  const tall = matchMedia("(min-height: 850px)");
  const markers = [];
  const paths = [];
  let opener = null;

  if (still) { // Leaflet does not ask the system whether the reader wants motion
    map._zoomAnimated = map._fadeAnimated = false;
    const panBy = map.panBy;
    map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
  }

  map.eachLayer((layer) => {
    if (layer instanceof L.Marker) markers.push(layer);
    else if (layer instanceof L.Path) paths.push(layer);
  });

  /* What the list says of a marker */

  const item = (id) => document.getElementById(id);
  const textOf = (element) => (element ? element.textContent : "");
  const dateOf = (element) => element.querySelector(".date") ?? element.closest(".day")?.querySelector("h3");

  function nameOf(marker) {
    return marker.options.items.map(item).map((element) =>
      [element.querySelector(".pill"), dateOf(element), ...element.querySelectorAll(".hours, .place, .where")]
        .map(textOf).filter(Boolean).join(", ")
    ).join(" ; ");
  }

  function cardOf(id) {
    const element = item(id);
    const card = document.createElement("div");
    card.className = "card";
    const date = dateOf(element);
    if (date) card.append(paragraph("date", date));
    for (const child of [...element.cloneNode(true).children]) {
      if (!child.matches(".pill, .dot, .date")) card.append(child.matches(".place") ? paragraph("place", child.firstChild) : child);
    }
    const tour = element.closest(".tour");
    const told = [!card.querySelector(".crew") && tour?.querySelector(".crew"), tour?.querySelector(".drive")];
    card.append(...told.filter(Boolean).map((node) => node.cloneNode(true)));
    return card;
  }

  function paragraph(style, source) {
    const made = document.createElement("p");
    made.className = style;
    made.append(...source.cloneNode(true).childNodes);
    return made;
  }

  function popupOf(marker) {
    const popup = document.createElement("div");
    popup.append(...[...marker.options.items].map(cardOf));
    return popup;
  }

  function tooltipOf(marker) {
    const made = document.createElement("span");
    made.textContent = nameOf(marker);
    return made;
  }

  /* Markers: drawn from the badge of their row, named, reachable by keyboard */

  function dress(marker) {
    const element = marker.getElement();
    const source = item(marker.options.items[0]);
    if (element.classList.contains("commune-name")) {
      element.textContent = source.textContent;
      element.setAttribute("aria-hidden", "true");
      return;
    }
    element.replaceChildren(badgeOf(marker, source));
    element.setAttribute("aria-label", nameOf(marker));
    element.setAttribute("aria-haspopup", "dialog");
  }

  function badgeOf(marker, source) {
    const badge = source.querySelector(".pill, .dot").cloneNode(true);
    const labels = [...new Set(marker.options.items.map((id) => textOf(item(id).querySelector(".number"))))];
    if (labels.length > 1) {
      const others = labels.length > 3 ? [`+${labels.length - 3}`] : [];
      badge.querySelector(".number").textContent = [labels.slice(0, 3).join(" · "), ...others].join(" ");
    }
    return badge;
  }

  for (const marker of markers) {
    dress(marker);
    marker.on("add", () => { dress(marker); arrange(); mark(); });
    marker.on("remove", () => arrange());
    if (!marker.options.interactive) continue;
    const size = { maxWidth: Math.min(270, frame.clientWidth - 120), minWidth: 190, maxHeight: Math.max(180, frame.clientHeight * 0.6) };
    const clearOfControls = { autoPanPaddingTopLeft: [60, 54], autoPanPaddingBottomRight: [16, 90] };
    marker.bindPopup(popupOf, { ...size, ...clearOfControls });
    marker.bindTooltip(tooltipOf, { direction: "top", offset: [0, -14] });
    // Leaflet opens a tooltip on a click too: behind the popup, wider than it.
    marker.on("tooltipopen", ({ tooltip }) => {
      if (!marker.isPopupOpen()) return;
      marker.closeTooltip();
      tooltip.getElement()?.remove();
    });
    marker.on("popupopen", (event) => {
      marker.closeTooltip();
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
      event.popup.getElement().setAttribute("role", "dialog");
      event.popup.getElement().querySelector(".leaflet-popup-scrolled")?.setAttribute("tabindex", "0");
      event.popup.getElement().setAttribute("aria-label", nameOf(marker));
      choose(marker.options.tour);
      opener ??= marker.getElement();
      if (document.activeElement !== document.body) close.focus({ preventScroll: true });
    });
    marker.on("popupclose", () => {
      opener?.focus({ preventScroll: true });
      opener = null;
    });
  }

  /* One tour at a time */

  let chosen;
  let pointed;

  function tourOf(path) {
    const found = /\btour-(\d+)\b/.exec(path.options.className ?? "");
    return found ? Number(found[1]) : undefined;
  }

  function mark() {
    const shown = pointed ?? chosen;
    frame.classList.toggle("picked", shown !== undefined);
    for (const path of paths) path.getElement()?.classList.toggle("chosen", shown !== undefined && tourOf(path) === shown);
    for (const marker of markers) marker.getElement()?.classList.toggle("chosen", shown !== undefined && marker.options.tour === shown);
    for (const tour of document.querySelectorAll(".tour[data-tour]")) {
      const here = Number(tour.dataset.tour) === chosen;
      tour.classList.toggle("chosen", here);
      tour.querySelector("h4 button").setAttribute("aria-pressed", String(here));
    }
    backToAll.hidden = chosen === undefined;
  }

  function point(tour) {
    if (tour === pointed) return;
    pointed = tour;
    mark();
  }

  function choose(tour) {
    chosen = tour;
    for (const path of paths) if (tour !== undefined && tourOf(path) === tour && map.hasLayer(path)) path.bringToFront();
    mark();
    if (tour !== undefined && !narrow.matches) document.querySelector(".tour.chosen").scrollIntoView({ block: "nearest" });
  }

  function show(tour) {
    const bounds = L.latLngBounds([]);
    for (const path of paths) if (tourOf(path) === tour) bounds.extend(path.getBounds());
    for (const marker of markers) if (marker.options.tour === tour) bounds.extend(marker.getLatLng());
    map.closePopup();
    choose(tour);
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [48, 48], maxZoom: 15, animate: false });
  }

  for (const path of paths) {
    const tour = tourOf(path);
    if (tour === undefined) continue;
    path.on("click", (event) => {
      L.DomEvent.stop(event);
      choose(tour);
    });
  }

  for (const path of paths) {
    if (tourOf(path) === undefined) continue;
    path.on("mouseover", () => point(tourOf(path)));
    path.on("mouseout", () => point(undefined));
  }
  for (const tour of document.querySelectorAll(".tour[data-tour]")) {
    tour.addEventListener("mouseenter", () => point(Number(tour.dataset.tour)));
    tour.addEventListener("mouseleave", () => point(undefined));
  }

  map.on("click", () => choose(undefined));
  map.on("overlayadd", () => {
    for (const style of [".road", ".commune"]) {
      for (const path of paths) if (path.getElement()?.matches(style)) path.bringToBack();
    }
    mark();
  });

  /* The list leads to the map */

  document.querySelector(".panel").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (narrow.matches) frame.scrollIntoView({ behavior: still ? "auto" : "smooth" });
    const row = button.closest("[id]");
    const marker = markers.find((one) => one.options.interactive && one.options.items.includes(row.id));
    if (button.closest("h4")) {
      show(Number(button.closest(".tour").dataset.tour));
    } else if (marker) {
      if (!map.hasLayer(marker)) return;
      if (marker.options.tour !== undefined) show(marker.options.tour);
      else map.setView(marker.getLatLng(), Math.max(map.getZoom(), 14), { animate: false });
      opener = button;
      marker.openPopup();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.closePopup();
      choose(undefined);
    } else if (event.key === " " && event.target.classList.contains("mark")) {
      event.preventDefault();
      event.target.click();
    }
  });

  /* Badges step aside for one another: around their site, where they cover least */

  const FARTHEST = 92; // pixels from a site to its badges

  function arrange() {
    const sites = new Map();
    const names = [];
    const taken = [];
    for (const marker of markers) {
      const element = marker.getElement();
      if (!element) continue;
      const point = map.latLngToLayerPoint(marker.getLatLng());
      if (!marker.options.interactive) {
        names.push({ point, element });
        continue;
      }
      const stop = element.classList.contains("stop");
      const around = stop ? 6 : 13;
      taken.push({ x: point.x - around, y: point.y - around, width: 2 * around, height: 2 * around });
      if (!stop) continue;
      const key = String(marker.getLatLng());
      if (!sites.has(key)) sites.set(key, { point, widths: [], elements: [], covers: [] });
      sites.get(key).elements.push(element);
      sites.get(key).widths.push(element.offsetWidth + 4);
    }
    const rows = [...sites.values()].sort((a, b) => a.point.y - b.point.y);
    for (let turn = 0; turn < 3; turn += 1) { // a first one may have to make room for the last ones
      for (const row of rows) {
        row.covers = [];
        const spot = best(row, [...taken, ...rows.flatMap((other) => other.covers)]);
        row.covers = [spot, ...stem(row.point, spot)];
      }
    }
    for (const row of rows) placeRow(row);
    taken.push(...rows.flatMap((row) => row.covers));
    for (const name of names) placeName(name, taken);
  }

  function placeRow({ point, widths, elements, covers: [spot] }) {
    const y = spot.y + 14 - point.y;
    const xs = widths.map((width, i) => widths.slice(0, i).reduce((sum, one) => sum + one, spot.x + width / 2) - point.x);
    const nearest = Math.min(...xs.map(Math.abs));
    elements.forEach((element, i) => {
      const x = xs[i];
      element.style.marginLeft = `${x - element.offsetWidth / 2}px`;
      element.style.marginTop = `${y - 12}px`;
      element.style.setProperty("--x", `${-x}px`);
      element.style.setProperty("--y", `${-y}px`);
      element.style.setProperty("--length", `${Math.hypot(x, y)}px`);
      element.style.setProperty("--angle", `${Math.atan2(-y, -x)}rad`);
      element.classList.toggle("far", Math.abs(x) > nearest);
    });
  }

  function placeName({ point, element }, taken) {
    const [width, height] = [element.offsetWidth + 8, element.offsetHeight];
    const steps = [0, -1, 1, -2, 2, -3, 3, -4, 4];
    const spots = steps.flatMap((row) => steps.map((column) => ({
      x: point.x + column * 18 - width / 2, y: point.y + row * 16 - height / 2, width, height, away: Math.hypot(row, column),
    })));
    const costs = spots.map((spot) => taken.reduce((sum, other) => sum + overlap(spot, other), spot.away * 12));
    const spot = spots[costs.indexOf(Math.min(...costs))];
    taken.push(spot);
    element.style.marginLeft = `${spot.x + 4 - point.x}px`;
    element.style.marginTop = `${spot.y - point.y}px`;
  }

  function best({ point, widths }, taken) {
    const [width, height] = [widths.reduce((sum, one) => sum + one, 0), 28];
    const far = FARTHEST + width + height;
    const around = { x: point.x - far, y: point.y - far, width: 2 * far, height: 2 * far };
    const near = taken.filter((other) => overlap(around, other));
    const covered = (one) => near.reduce((sum, other) => sum + overlap(one, other), 0);
    let found = null;
    for (const away of [12, 26, 44, 66, FARTHEST]) {
      for (let turn = 0; turn < 24; turn += 1) {
        const angle = (turn * Math.PI) / 12 - Math.PI / 2;
        const x = point.x + Math.cos(angle) * (away + width / 2) - width / 2;
        const y = point.y + Math.sin(angle) * (away + height / 2) - height / 2;
        const spot = { x, y, width, height };
        let cost = covered(spot) + away * 2 + (turn % 12 ? 6 : 0);
        if (found && cost >= found.cost) continue;
        for (const square of stem(point, spot)) cost += 4 * covered(square);
        if (!found || cost < found.cost) found = { ...spot, cost };
      }
    }
    return found;
  }

  function stem(point, spot) { // as small squares, from beside the site to the row
    const end = { x: Math.min(Math.max(point.x, spot.x + 14), spot.x + spot.width - 14), y: spot.y + spot.height / 2 };
    const [x, y] = [end.x - point.x, end.y - point.y];
    const length = Math.hypot(x, y);
    const squares = [];
    for (let at = 10; at < length; at += 4) {
      const square = { x: point.x + (x * at) / length - 2, y: point.y + (y * at) / length - 2, width: 4, height: 4 };
      if (!overlap(square, spot)) squares.push(square);
    }
    return squares;
  }

  function overlap(a, b) {
    const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    return x > 0 && y > 0 ? x * y : 0;
  }

  map.on("zoomend resize", arrange);

  /* Controls */

  const drawn = {
    fullscreen: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4",
    layers: "M10 3 18 7.5 10 12 2 7.5zM3 12l7 4 7-4",
  };

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", drawn[name]);
    svg.append(path);
    return svg;
  }

  function control(position, content) {
    const Control = L.Control.extend({
      onAdd() {
        L.DomEvent.disableClickPropagation(content);
        return content;
      },
    });
    new Control({ position }).addTo(map);
  }

  function button(style, ...content) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = style;
    made.append(...content);
    return made;
  }

  function bar(content) {
    const made = L.DomUtil.create("div", "leaflet-bar");
    made.append(content);
    return made;
  }

  function named(element, name) {
    if (!element) return;
    element.title = name;
    element.setAttribute("aria-label", name);
  }

  const all = button("all", words.all);
  all.addEventListener("click", () => {
    map.closePopup();
    choose(undefined);
    map.fitBounds(start);
  });
  const backToAll = bar(all);
  control("topleft", backToAll);

  if (document.fullscreenEnabled) {
    const full = button("full", icon("fullscreen"));
    named(full, words.fullscreen);
    full.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else frame.parentElement.requestFullscreen();
    });
    document.addEventListener("fullscreenchange", () =>
      named(full, document.fullscreenElement ? words.fullscreenExit : words.fullscreen)
    );
    control("topleft", bar(full));
  }

  named(frame.querySelector(".leaflet-control-zoom-in"), words.zoomIn);
  named(frame.querySelector(".leaflet-control-zoom-out"), words.zoomOut);
  const toggle = frame.querySelector(".leaflet-control-layers-toggle");
  if (toggle) {
    toggle.append(icon("layers"));
    named(toggle, words.layers);
  }
  map.attributionControl.remove();
  control("bottomright", document.querySelector(".credit"));

  /* On paper the map has a size of its own, and shows everything */

  function everything() {
    const bounds = L.latLngBounds([]);
    for (const path of paths) if (path instanceof L.Polygon) bounds.extend(path.getBounds());
    for (const marker of markers) bounds.extend(marker.getLatLng());
    return bounds;
  }

  function resized(bounds) {
    map.invalidateSize({ animate: false });
    if (bounds.isValid()) map.fitBounds(bounds, { animate: false, padding: [16, 16] });
  }

  let seen = null;
  addEventListener("beforeprint", () => {
    seen ??= map.getBounds();
    document.body.classList.add("printing");
    resized(everything());
  });
  addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    if (seen) resized(seen);
    seen = null;
  });

  const start = map.getBounds();
  document.querySelector(".legend").open = tall.matches && !narrow.matches;
  arrange();
  mark();
})();
