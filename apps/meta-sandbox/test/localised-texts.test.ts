import { expect, test } from "vitest";
import { LOCALES, USER_TEXTS } from "../src/graph/texts/user-texts.ts";
import { goodEvent, startSeeded, WABA } from "./running-sandbox.ts";

test.each([
  ["en", "Messaging Event Invalid Event Type"],
  ["pt", "Tipo de evento de mensagens inválido"],
  ["es", "Tipo de evento de mensajes no válido"],
  ["fr", "Type d’évènement de messagerie non valide"],
  ["it", "Tipo di evento di messaggistica non valido"],
])("a caller in %s reads the refusal in that language, with the event's name in it", async (locale, title) => {
  const sandbox = await startSeeded({ locale });
  const { error } = (await sandbox.send([goodEvent({ event_name: "Lead" })])).body;
  expect(error).toMatchObject({
    message: "Invalid parameter",
    code: 100,
    is_transient: false,
    error_user_title: title,
  });
  expect(error.error_user_msg).toContain("Lead");
});

test("no two languages share a title, and every text keeps its placeholders", () => {
  for (const name of Object.keys(USER_TEXTS.en) as (keyof typeof USER_TEXTS.en)[]) {
    const texts = LOCALES.map((locale) => USER_TEXTS[locale][name]);
    const placeholders = texts.map(({ message }) => (message.match(/\{(?:event|value)\}/g) ?? []).toSorted());
    expect(new Set(placeholders.map((found) => found.join()))).toHaveLength(1);
    expect(new Set(texts.map(({ message }) => message))).toHaveLength(LOCALES.length);
  }
});

test("is_transient can be left out, as Meta sometimes does", async () => {
  const sandbox = await startSeeded({ omitIsTransient: true });
  const { error } = (await sandbox.send([goodEvent({ event_name: "Lead" })])).body;
  expect(error).not.toHaveProperty("is_transient");
  await sandbox.admin("PATCH", `/wabas/${WABA}`, { omitIsTransient: false });
  expect((await sandbox.send([goodEvent({ event_name: "Lead" })])).body.error.is_transient).toBe(false);
});

test("a dollar pattern in an event name is echoed as it is", async () => {
  const sandbox = await startSeeded();
  const { error } = (await sandbox.send([goodEvent({ event_name: "$&$1" })])).body;
  expect(error.error_user_msg).toContain("$&$1");
});
