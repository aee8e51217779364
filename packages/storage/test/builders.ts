export { ENCRYPTION_KEYS, openDatabase, vault } from "./a-database.ts";
export { aLedgerEvent } from "./a-ledger-event.ts";
export { anAccount, anAccountCreation, TOKEN } from "./an-account.ts";
export { anApiKey } from "./an-api-key.ts";
