// Events: views and clicks on their way to the service, a few at a time, and the rest when the page goes.
const STORED = "recsvc_anonymous_id";
const MAX_EVENTS = 100;
const GATHER_MS = 1000;

let consented = "consent" in script.dataset && script.dataset.consent !== "false";
let visitor = null;
let gathering = 0;
const waitingEvents = [];

// Lives with the page, unless the visitor agreed to be known on the next one.
function anonymousId() {
  try {
    visitor ??= (consented && localStorage.getItem(STORED)) || newId();
    if (consented) localStorage.setItem(STORED, visitor);
  } catch {
    visitor ??= newId(); // storage is switched off
  }
  return visitor;
}

document.addEventListener("rec-consent", ({ detail }) => {
  consented = detail === true;
  if (consented) anonymousId();
  else try { localStorage.removeItem(STORED); } catch { /* there is none */ }
});

// `token`: whose slate it was, where it was somebody's.
function report(event, { placement, recommendation_id, token }, item_id) {
  waitingEvents.push({
    event, placement, recommendation_id, item_id, token,
    anonymous_id: anonymousId(), event_id: newId(), occurred_at: new Date().toISOString(),
  });
  gathering ||= setTimeout(sendEvents, GATHER_MS);
}

// A page may stay open for longer than its token is valid, and the service takes all events of a request or none.
function isOver(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).exp * 1000 < Date.now();
  } catch {
    return true;
  }
}

function sendEvents() {
  clearTimeout(gathering);
  gathering = 0;
  while (waitingEvents.length) {
    const events = waitingEvents.splice(0, MAX_EVENTS).map((one) => (one.token && isOver(one.token) ? { ...one, token: undefined } : one));
    const body = JSON.stringify({ events });
    // Plain text needs no leave from the service beforehand, which a closing page could not wait for.
    navigator.sendBeacon(`${BASE}/v1/events?key=${encodeURIComponent(KEY)}`, new Blob([body], { type: "text/plain" }));
  }
}

addEventListener("pagehide", sendEvents);
document.addEventListener("visibilitychange", () => document.hidden && sendEvents());
