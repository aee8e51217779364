import type { UserTexts } from "./explained-error.ts";

export const SPANISH: UserTexts = {
  event_too_old: {
    title: "Marca de tiempo del evento demasiado antigua",
    message: "El evento {event} tiene más de 7 días. No se procesó ningún evento de esta solicitud.",
  },
  event_in_future: {
    title: "Marca de tiempo del evento en el futuro",
    message: "El evento {event} tiene una hora futura. No se procesó ningún evento de esta solicitud.",
  },
  contents_invalid: {
    title: "Parámetro de contenido no válido",
    message: "El parámetro contents del evento {event} debe ser una lista de objetos JSON.",
  },
  value_missing: {
    title: "Falta el valor del evento de compra",
    message: "El evento {event} necesita un valor en custom_data.",
  },
  currency_unsupported: {
    title: "Divisa no válida para el evento de compra",
    message: "La divisa {value} del evento {event} no se admite.",
  },
  parameter_missing: {
    title: "Falta un parámetro obligatorio",
    message: "{value} es obligatorio.",
  },
  channel_missing: {
    title: "Falta el canal de mensajes",
    message: "El evento {event} necesita un messaging_channel: whatsapp, messenger o instagram.",
  },
  forbidden_user_data: {
    title: "Argumento no válido del evento de mensajes",
    message: "El evento {event} contiene user_data no permitido en eventos de mensajes: {value}.",
  },
  event_name_refused: {
    title: "Tipo de evento de mensajes no válido",
    message: "El nombre de evento {event} no es válido para eventos de mensajes en este conjunto de datos.",
  },
  click_missing: {
    title: "Falta ctwa_clid",
    message: "El evento {event} necesita un ctwa_clid en user_data.",
  },
  currency_missing: {
    title: "Falta la divisa",
    message: "El evento {event} necesita una divisa en custom_data.",
  },
  click_unknown: {
    title: "ctwa_clid no válido en el evento de mensajes",
    message: "El ctwa_clid {value} del evento {event} no es válido para esta cuenta de WhatsApp Business.",
  },
  identity_missing: {
    title: "Falta la página o la cuenta de WhatsApp Business",
    message: "El evento {event} necesita page_id o whatsapp_business_account_id en user_data.",
  },
  waba_mismatch: {
    title: "El conjunto de datos no corresponde a la cuenta de WhatsApp Business",
    message: "Este conjunto de datos pertenece a otra cuenta de WhatsApp Business, no a {value}.",
  },
  page_not_linked: {
    title: "Ninguna página asociada a este conjunto de datos",
    message: "Ninguna página está asociada a este conjunto de datos; no se puede usar el page_id {value}.",
  },
  waba_not_linked: {
    title: "Ninguna cuenta de WhatsApp Business vinculada a este conjunto de datos",
    message: "Vincula una enviando POST a /{whatsapp-business-account-id}/dataset y usa el conjunto de datos devuelto.",
  },
};
