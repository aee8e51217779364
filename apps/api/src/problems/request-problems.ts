import type { Problems } from "./problem-entry.ts";

/** What is wrong with a request before anybody looks at what it wants. */
export const REQUEST_PROBLEMS = {
  invalid_json: {
    status: 400,
    type: "invalid_request_error",
    meaning: "The body is not JSON in UTF-8. Send one JSON object, encoded as UTF-8.",
  },
  forbidden_key: {
    status: 400,
    type: "invalid_request_error",
    meaning:
      "The body holds a key named __proto__, or a constructor with a prototype, which attacks use. Remove it; nothing here has that name.",
  },
  missing_field: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A required field or parameter is missing. `param` names it.",
  },
  invalid_value: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A field or parameter holds something it must not hold. `param` names it, `error` says what it must be.",
  },
  unknown_field: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A field or parameter is not known here, which is often a typo. Remove it or correct its name.",
  },
  body_too_large: {
    status: 413,
    type: "invalid_request_error",
    meaning: "The body is larger than this route takes: 64 KiB, but 4 MiB for a batch and a webhook.",
  },
  unsupported_media_type: {
    status: 415,
    type: "invalid_request_error",
    meaning: "Send the body as application/json.",
  },
  unsupported_content_encoding: {
    status: 415,
    type: "invalid_request_error",
    meaning: "Compressed bodies are not taken. Send the body as it is, without Content-Encoding.",
  },
  request_too_slow: {
    status: 408,
    type: "invalid_request_error",
    meaning:
      "The request did not arrive whole within 8 seconds, and nothing was accepted. Send it again; the same eventId makes that safe.",
  },
  bad_request: {
    status: 400,
    type: "invalid_request_error",
    meaning: "The request cannot be understood as HTTP or as this API.",
  },
  route_not_found: {
    status: 404,
    type: "not_found",
    meaning: "There is no such route. Check the path; /docs shows them all.",
  },
  method_not_allowed: {
    status: 405,
    type: "invalid_request_error",
    meaning: "The path exists, but not with this method. The header `Allow` lists those it has.",
  },
  cursor_invalid: {
    status: 400,
    type: "invalid_request_error",
    meaning:
      "The cursor is not one of this list. Send nextCursor unchanged and with the filters of the page before, or begin again without it.",
  },
  list_too_wide: {
    status: 422,
    type: "invalid_request_error",
    meaning: "So many events have to be looked through that it took too long. Narrow acceptedFrom and acceptedTo.",
  },
} as const satisfies Problems;
