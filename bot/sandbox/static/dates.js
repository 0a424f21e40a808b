// Dates as Slack writes them, in the reader's own zone.

const LOCALE = "en-GB";

const FORMATS = {
  date_num: (date) => date.toLocaleDateString("sv-SE"),
  date_slash: (date) => date.toLocaleDateString(LOCALE),
  date: (date) => formatted(date, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (date) => formatted(date, { day: "numeric", month: "short", year: "numeric" }),
  date_long: (date) => formatted(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: (date) => date.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" }),
  time_secs: (date) => date.toLocaleTimeString(LOCALE),
  ago: (date, now) => ago(date, now),
  day_divider_pretty: (date, now) => pretty(date, now) ?? FORMATS.date_long(date),
};
for (const name of ["date", "date_short", "date_long"]) {
  FORMATS[`${name}_pretty`] = (date, now) => pretty(date, now)?.toLowerCase() ?? FORMATS[name](date);
}

function formatted(date, options) {
  return date.toLocaleDateString(LOCALE, options);
}

function dayNumber(date) {
  return Math.round(new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12).getTime() / 86_400_000);
}

function pretty(date, now) {
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[dayNumber(date) - dayNumber(now)];
}

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** Fill a template such as "{date_short_pretty} at {time}"; unknown tokens stay as they are. Seconds since 1970. */
export function formatDate(seconds, template, now) {
  const date = new Date(Number(seconds) * 1000);
  return template.replace(/\{(\w+)\}/g, (whole, name) => FORMATS[name]?.(date, now) ?? whole);
}

/** The time of day of a Slack timestamp such as "1732250000.000100". */
export function timeOf(ts) {
  return FORMATS.time(new Date(Number(ts) * 1000));
}

/** Heading for the day of a Slack timestamp: Today, Yesterday, or the long date. */
export function dayOf(ts, now) {
  return FORMATS.day_divider_pretty(new Date(Number(ts) * 1000), now);
}

/** The whole date and time, for titles and the clock. */
export function fullTime(milliseconds) {
  return new Date(milliseconds).toLocaleString(LOCALE, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
}
