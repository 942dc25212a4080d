// What is being looked at, and the query that it makes of a placement.

export const FIELDS = ["title", "price", "sale_price", "currency", "link", "image_link", "category", "brand"];

// Kinds that are about an item; without one on the page they are shown for what the customer bought last.
const ABOUT_ITEMS = new Set(["cross_sell", "up_sell", "similar"]);
const SHOWN = 12;

const ids = (text) => text.split(/\s+/).filter(Boolean);

export function asked(state, placement) {
  const bought = state.purchases.map((purchase) => purchase.item_id);
  const typed = ids(state.item);
  const about = ABOUT_ITEMS.has(placement.kind);
  const query = { placement: placement.placement, limit: Math.min(placement.limit, SHOWN) };
  if (state.customer) query.customer_id = state.customer;
  if (typed.length || (about && bought.length)) query.item_id = typed.length ? typed : bought.slice(0, 1);
  if (ids(state.cart).length) query.cart = ids(state.cart);
  const viewed = placement.kind === "recently_viewed" && !state.recent ? bought.slice(0, 6) : ids(state.recent);
  if (viewed.length) query.recent = viewed;
  if (state.asOf) query.as_of = new Date(state.asOf).toISOString();
  return query;
}
