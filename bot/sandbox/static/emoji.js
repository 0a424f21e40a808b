// The emoji short names that the sandbox draws; any other name is shown as it was typed.

const SYMBOLS = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_right: "➡️", arrow_left: "⬅️", ballot_box_with_check: "☑️",
  bangbang: "‼️", bar_chart: "📊", bell: "🔔", black_square_button: "🔲", bookmark_tabs: "📑", books: "📚",
  bulb: "💡", busts_in_silhouette: "👥", calendar: "📅", calling: "📲", camera: "📷", chart_with_upwards_trend: "📈",
  clipboard: "📋", clock3: "🕒", closed_lock_with_key: "🔐", computer: "💻", construction: "🚧", email: "✉️",
  envelope: "✉️", exclamation: "❗", eyes: "👀", file_folder: "📁", hand: "✋", heavy_check_mark: "✔️",
  heart: "❤️", heavy_plus_sign: "➕", hourglass_flowing_sand: "⏳", house: "🏠", information_source: "ℹ️",
  key: "🔑", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠", large_red_square: "🟥",
  large_yellow_circle: "🟡", link: "🔗", lock: "🔒", loudspeaker: "📢", mag: "🔍", mega: "📣", memo: "📝",
  new: "🆕", no_entry: "⛔", no_entry_sign: "🚫", ok: "🆗", ok_hand: "👌", paperclip: "📎", pencil: "📝",
  pencil2: "✏️", phone: "☎️", telephone_receiver: "📞", point_right: "👉", pray: "🙏", pushpin: "📌",
  question: "❓", raised_hand: "✋", red_circle: "🔴", repeat: "🔁", rotating_light: "🚨", scroll: "📜",
  seedling: "🌱", shield: "🛡️", slightly_smiling_face: "🙂", smile: "😄", sos: "🆘", sparkles: "✨",
  speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", tada: "🎉", thumbsup: "👍", thumbsdown: "👎",
  unlock: "🔓", video_camera: "📹", warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪",
  white_large_square: "⬜", wrench: "🔧", x: "❌", zap: "⚡", handshake: "🤝", round_pushpin: "📍",
};

/** Replace :short_name: by its symbol where it is known. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => SYMBOLS[name] ?? whole);
}

/** The symbol of a short name, or the name between colons. */
export function emoji(name) {
  return SYMBOLS[name] ?? `:${name}:`;
}
