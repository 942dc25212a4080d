// How numbers, prices and times are written.

export function money(value, currency) {
  if (value == null) return "";
  if (!currency) return value.toFixed(2);
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(value);
  } catch {
    return `${value.toFixed(2)} ${currency}`;
  }
}

export function ago(age, unit) {
  const whole = Math.round(unit === "order" ? age + 1 : age);
  if (whole < 1) return `less than a ${unit} ago`;
  return `${whole} ${unit}${whole === 1 ? "" : "s"} ago`;
}

export const counted = (number, noun) => `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`;
export const score = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
export const spaced = (name) => name.replaceAll("_", " ");
