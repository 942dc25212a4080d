// The service's own API, asked with the server key that the page was opened with.

const KEPT = "recsvc-preview-key";

// The demo hands the key over behind `#key=`, which browsers never send; it is taken out of the address at once.
export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    history.replaceState(null, "", location.pathname + location.search);
    keepKey(given);
  }
  return sessionStorage.getItem(KEPT);
}

export const keepKey = (key) => sessionStorage.setItem(KEPT, key.trim());
export const forgetKey = () => sessionStorage.removeItem(KEPT);

// `faults`: every one that the service named, each a sentence.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `the service answered ${status}`);
    this.status = status;
    this.faults = (problem.errors ?? []).map((fault) => {
      const place = fault.parameter ?? fault.pointer ?? "";
      const column = fault.column ? `, column ${fault.column}` : "";
      return place ? `${place}${column}: ${fault.detail}` : fault.detail;
    });
  }
}

async function ask(path, { query = {}, body } = {}) {
  const given = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const filled = given.filter(([, value]) => value != null && value !== "");
  const address = filled.length ? `${path}?${new URLSearchParams(filled)}` : path;
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(KEPT)}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(address, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

export const json = async (path, options) => (await ask(path, options)).json();
export const page = async (path, options) => {
  const answer = await ask(path, options);
  return { text: await answer.text(), headers: answer.headers };
};
