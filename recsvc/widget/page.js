// Page: the slates of one page ask together, so that one request serves them and no product shows twice.
const MAX_BATCH = 50;
const MAX_IDS = 200;

let waiting = [];
let turn = Promise.resolve();
const onPage = new Map(); // slate -> ids of its items

// A promise of the service's answer, a slate or a problem; fails where there is none in time.
function ask(slate, query, timeout, distinct) {
  return new Promise((resolve, reject) => {
    if (!waiting.length) setTimeout(askAll);
    waiting.push({ slate, query, timeout, distinct, resolve, reject });
    setTimeout(() => reject(new Error("time-out")), timeout);
  });
}

function askAll() {
  const asked = waiting.sort((one, other) => (one.slate.compareDocumentPosition(other.slate) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  waiting = [];
  for (const distinct of [true, false]) {
    const group = asked.filter((one) => one.distinct === distinct);
    while (group.length) {
      const some = group.splice(0, MAX_BATCH);
      // One after the other: what a slate shows is known only when it is there.
      if (distinct) turn = turn.then(() => send(some, true));
      else send(some, false);
    }
  }
}

async function send(group, distinct) {
  const slates = group.map(({ slate }) => slate);
  const taken = distinct ? [...onPage].flatMap(([slate, items]) => (slates.includes(slate) ? [] : items)) : [];
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(...group.map(({ timeout }) => timeout)));
  try {
    const answer = await fetch(`${BASE}/v1/recommendations:batch`, {
      method: "POST",
      headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
      body: JSON.stringify({ distinct, requests: group.map(({ query }) => ({ ...query, exclude: taken.slice(-MAX_IDS) })) }),
      credentials: "omit",
      signal: controller.signal,
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const { results } = await answer.json();
    group.forEach(({ slate, distinct: counts, resolve }, place) => {
      if (counts) onPage.set(slate, (results[place].items ?? []).map((item) => item.item_id));
      resolve(results[place]);
    });
  } catch (error) {
    group.forEach(({ reject }) => reject(error));
  } finally {
    clearTimeout(timer);
  }
}
