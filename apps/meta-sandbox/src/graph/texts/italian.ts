import type { UserTexts } from "./explained-error.ts";

export const ITALIAN: UserTexts = {
  event_too_old: {
    title: "Data e ora dell’evento troppo vecchie",
    message: "L’evento {event} risale a più di 7 giorni fa. Nessun evento di questa richiesta è stato elaborato.",
  },
  event_in_future: {
    title: "Data e ora dell’evento nel futuro",
    message: "L’evento {event} ha un orario futuro. Nessun evento di questa richiesta è stato elaborato.",
  },
  contents_invalid: {
    title: "Parametro dei contenuti non valido",
    message: "Il parametro contents dell’evento {event} deve essere un elenco di oggetti JSON.",
  },
  value_missing: {
    title: "Valore mancante per l’evento di acquisto",
    message: "L’evento {event} richiede un valore in custom_data.",
  },
  currency_unsupported: {
    title: "Valuta non valida per l’evento di acquisto",
    message: "La valuta {value} dell’evento {event} non è supportata.",
  },
  parameter_missing: {
    title: "Parametro obbligatorio mancante",
    message: "{value} è obbligatorio.",
  },
  channel_missing: {
    title: "Canale di messaggistica mancante",
    message: "L’evento {event} richiede un messaging_channel: whatsapp, messenger o instagram.",
  },
  forbidden_user_data: {
    title: "Argomento non valido dell’evento di messaggistica",
    message: "L’evento {event} contiene user_data non ammessi negli eventi di messaggistica: {value}.",
  },
  event_name_refused: {
    title: "Tipo di evento di messaggistica non valido",
    message: "Il nome evento {event} non è valido per gli eventi di messaggistica in questo set di dati.",
  },
  click_missing: {
    title: "ctwa_clid mancante",
    message: "L’evento {event} richiede un ctwa_clid in user_data.",
  },
  currency_missing: {
    title: "Valuta mancante",
    message: "L’evento {event} richiede una valuta in custom_data.",
  },
  click_unknown: {
    title: "ctwa_clid non valido nell’evento di messaggistica",
    message: "Il ctwa_clid {value} dell’evento {event} non è valido per questo account WhatsApp Business.",
  },
  identity_missing: {
    title: "Pagina o account WhatsApp Business mancante",
    message: "L’evento {event} richiede page_id o whatsapp_business_account_id in user_data.",
  },
  waba_mismatch: {
    title: "Il set di dati non corrisponde all’account WhatsApp Business",
    message: "Questo set di dati appartiene a un account WhatsApp Business diverso da {value}.",
  },
  page_not_linked: {
    title: "Nessuna Pagina associata a questo set di dati",
    message: "Nessuna Pagina è associata a questo set di dati; page_id {value} non può essere usato.",
  },
  waba_not_linked: {
    title: "Nessun account WhatsApp Business collegato a questo set di dati",
    message:
      "Collegane uno inviando POST a /{whatsapp-business-account-id}/dataset, poi usa il set di dati restituito.",
  },
};
