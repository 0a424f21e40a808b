// What Slack checks in the form itself, before the bot hears of it.

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const KINDS = {
  email_text_input: (value) => (EMAIL.test(value) ? null : "Please enter a valid e-mail address."),
  url_text_input: (value) => (URL.canParse(value) && /^https?:/i.test(value) ? null : "Please enter a valid web address, such as https://example.org."),
  number_input: numberProblem,
  plain_text_input: (value, element) => {
    if (element.min_length && value.length < element.min_length) return `Please write at least ${element.min_length} characters.`;
    return null;
  },
};

function numberProblem(value, element) {
  const number = Number(value);
  if (!Number.isFinite(number) || value.trim() === "") return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
  return null;
}

/** What is wrong with one field's value, or null. An empty optional field is right. */
export function problemOf(block, element, value) {
  const empty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  if (empty) return block.optional ? null : "Please complete this required field.";
  return KINDS[element.type]?.(value, element) ?? null;
}
