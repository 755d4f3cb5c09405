import type { UiMessageBody } from "../schemas/ui-chat-schemas.ts";
import { checkFields, invalidRequest } from "../validate.ts";

type UiPart = UiMessageBody["parts"][number];

/** Parts that are shown to people and not sent to the model. */
const SILENT_PARTS = new Set([
  "reasoning",
  "reasoning-file",
  "step-start",
  "source-url",
  "source-document",
  "custom",
]);

/**
 * Converts a part to OpenAI's format; empty if it is not sent to the model. `data-…` parts belong to the app:
 * the AI SDK does not send them to a model either.
 *
 * @throws RepriseError `invalid_request` for tool parts and unknown parts: dropping them would change the
 * conversation
 */
export function toOpenAiPart(
  part: UiPart,
  { role, param }: { role: UiMessageBody["role"]; param: string },
): object[] {
  const { type, text = "" } = part;
  if (type === "text") {
    checkFields(part, ["type", "text", "state", "providerMetadata"], param);
    return [{ type, text }];
  }
  if (type.startsWith("data-")) return [];
  if (role === "assistant" && SILENT_PARTS.has(type)) return [];
  if (type === "file" && role === "user") return [toFilePart(part, param)];
  const message = `is a part of the type ${JSON.stringify(type.slice(0, 60))}, which is not supported in a message of the ${role}`;
  throw invalidRequest([{ param, message }]);
}

/** An image, audio or other file as a data URL, or an image as a URL. */
function toFilePart(part: UiPart, param: string): object {
  const { url, mediaType, filename } = part;
  checkFields(part, ["type", "url", "mediaType", "filename", "providerMetadata"], param);
  if (typeof url !== "string" || typeof mediaType !== "string") {
    const missing = typeof url === "string" ? "mediaType" : "url";
    throw invalidRequest([{ param: `${param}.${missing}`, message: "is required" }]);
  }
  if (mediaType.startsWith("image/")) return { type: "image_url", image_url: { url } };
  const data = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  if (data === undefined) {
    const message = "must be a data URL in base64: only images may stand elsewhere";
    throw invalidRequest([{ param: `${param}.url`, message }]);
  }
  const format = AUDIO_FORMATS[mediaType];
  if (format !== undefined) return { type: "input_audio", input_audio: { data, format } };
  return { type: "file", file: { filename: filename ?? "file", file_data: url } };
}

const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  "audio/wav": "wav",
  "audio/x-wav": "wav",
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
};
