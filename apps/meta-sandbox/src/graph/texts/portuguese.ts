import type { UserTexts } from "./explained-error.ts";

export const PORTUGUESE: UserTexts = {
  event_too_old: {
    title: "Carimbo de data e hora do evento muito antigo",
    message: "O evento {event} tem mais de 7 dias. Nenhum evento desta solicitação foi processado.",
  },
  event_in_future: {
    title: "Carimbo de data e hora do evento no futuro",
    message: "O evento {event} tem um horário no futuro. Nenhum evento desta solicitação foi processado.",
  },
  contents_invalid: {
    title: "Parâmetro de conteúdo inválido",
    message: "O parâmetro contents do evento {event} deve ser uma lista de objetos JSON.",
  },
  value_missing: {
    title: "Valor ausente para evento de compra",
    message: "O evento {event} precisa de um valor em custom_data.",
  },
  currency_unsupported: {
    title: "Moeda inválida para evento de compra",
    message: "A moeda {value} do evento {event} não é aceita.",
  },
  parameter_missing: {
    title: "Parâmetro obrigatório ausente",
    message: "{value} é obrigatório.",
  },
  channel_missing: {
    title: "Canal de mensagens ausente",
    message: "O evento {event} precisa de um messaging_channel: whatsapp, messenger ou instagram.",
  },
  forbidden_user_data: {
    title: "Argumento inválido do evento de mensagens",
    message: "O evento {event} contém user_data não permitido em eventos de mensagens: {value}.",
  },
  event_name_refused: {
    title: "Tipo de evento de mensagens inválido",
    message: "O nome de evento {event} não é válido para eventos de mensagens neste conjunto de dados.",
  },
  click_missing: {
    title: "ctwa_clid ausente",
    message: "O evento {event} precisa de um ctwa_clid em user_data.",
  },
  currency_missing: {
    title: "Moeda ausente",
    message: "O evento {event} precisa de uma moeda em custom_data.",
  },
  click_unknown: {
    title: "ctwa_clid inválido no evento de mensagens",
    message: "O ctwa_clid {value} do evento {event} não é válido para esta conta do WhatsApp Business.",
  },
  identity_missing: {
    title: "Página ou conta do WhatsApp Business ausente",
    message: "O evento {event} precisa de page_id ou whatsapp_business_account_id em user_data.",
  },
  waba_mismatch: {
    title: "O conjunto de dados não corresponde à conta do WhatsApp Business",
    message: "Este conjunto de dados pertence a outra conta do WhatsApp Business, não a {value}.",
  },
  page_not_linked: {
    title: "Nenhuma Página associada a este conjunto de dados",
    message: "Nenhuma Página está associada a este conjunto de dados; o page_id {value} não pode ser usado.",
  },
  waba_not_linked: {
    title: "Nenhuma conta do WhatsApp Business vinculada a este conjunto de dados",
    message:
      "Vincule uma enviando POST para /{whatsapp-business-account-id}/dataset e use o conjunto de dados retornado.",
  },
};
