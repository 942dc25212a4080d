// Prices: as the shop's country writes them.
function priced(amount, currency, locale) {
  if (typeof amount !== "number") return null;
  try {
    return new Intl.NumberFormat(locale, currency ? { style: "currency", currency } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
  } catch {
    return `${amount} ${currency}`; // no currency that the browser knows
  }
}
