// What a chosen or dropped file may be sent as.

const VOICE = /\.(oga|ogg|opus)$/i;

export function guessKind(file) {
  if (file.type.startsWith("image/") && !file.type.includes("svg")) return "photo";
  if (file.type.startsWith("audio/") || VOICE.test(file.name)) return VOICE.test(file.name) ? "voice" : "audio";
  return "document";
}

export function kindsFor(file) {
  const main = guessKind(file);
  if (main === "photo") return ["photo", "document"];
  if (main === "voice" || main === "audio") return ["voice", "audio", "document"];
  if (file.type.startsWith("video/")) return ["document", "video_note"];
  return ["document"];
}

const LARGEST_DECODED_BYTES = 20 * 1024 * 1024;

// Whole seconds of a sound file, 0 when it is none or cannot be decoded here.
export async function soundLength(file) {
  if (!["voice", "audio"].includes(guessKind(file)) || file.size > LARGEST_DECODED_BYTES) return 0;
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(await file.arrayBuffer());
    return Math.max(1, Math.round(sound.duration));
  } catch {
    return 0; // hostile and odd files are sent as they are: the bot must cope with them
  } finally {
    context.close();
  }
}
