// Views: a tile was seen when half of it stood in the window for a second, in a tab that was looked at.
const SEEN_SHARE = 0.5;
const SEEN_MS = 1000;
const watched = new Map(); // tile -> { seen, inside, timer }

const tilesInSight = new IntersectionObserver((entries) => entries.forEach(({ target, intersectionRatio }) => {
  const watch = watched.get(target);
  if (watch) {
    watch.inside = intersectionRatio >= SEEN_SHARE;
    look(target, watch);
  }
}), { threshold: SEEN_SHARE });

function look(tile, watch) {
  clearTimeout(watch.timer);
  if (watch.inside && !document.hidden) watch.timer = setTimeout(() => { unwatch(tile); watch.seen(); }, SEEN_MS);
}

function watchTile(tile, seen) {
  watched.set(tile, { seen });
  tilesInSight.observe(tile);
}

function unwatch(tile) {
  clearTimeout(watched.get(tile)?.timer);
  watched.delete(tile);
  tilesInSight.unobserve(tile);
}

document.addEventListener("visibilitychange", () => watched.forEach((watch, tile) => look(tile, watch)));
