import type { UserTexts } from "./explained-error.ts";

export const FRENCH: UserTexts = {
  event_too_old: {
    title: "Horodatage de l’évènement trop ancien",
    message: "L’évènement {event} date de plus de 7 jours. Aucun évènement de cette requête n’a été traité.",
  },
  event_in_future: {
    title: "Horodatage de l’évènement dans le futur",
    message: "L’évènement {event} est daté dans le futur. Aucun évènement de cette requête n’a été traité.",
  },
  contents_invalid: {
    title: "Paramètre de contenu non valide",
    message: "Le paramètre contents de l’évènement {event} doit être une liste d’objets JSON.",
  },
  value_missing: {
    title: "Valeur manquante pour l’évènement d’achat",
    message: "L’évènement {event} doit avoir une valeur dans custom_data.",
  },
  currency_unsupported: {
    title: "Devise non valide pour l’évènement d’achat",
    message: "La devise {value} de l’évènement {event} n’est pas prise en charge.",
  },
  parameter_missing: {
    title: "Paramètre obligatoire manquant",
    message: "{value} est obligatoire.",
  },
  channel_missing: {
    title: "Canal de messagerie manquant",
    message: "L’évènement {event} doit avoir un messaging_channel : whatsapp, messenger ou instagram.",
  },
  forbidden_user_data: {
    title: "Argument non valide de l’évènement de messagerie",
    message: "L’évènement {event} contient des user_data interdites pour la messagerie : {value}.",
  },
  event_name_refused: {
    title: "Type d’évènement de messagerie non valide",
    message: "Le nom d’évènement {event} n’est pas valide pour la messagerie dans cet ensemble de données.",
  },
  click_missing: {
    title: "ctwa_clid manquant",
    message: "L’évènement {event} doit avoir un ctwa_clid dans user_data.",
  },
  currency_missing: {
    title: "Devise manquante",
    message: "L’évènement {event} doit avoir une devise dans custom_data.",
  },
  click_unknown: {
    title: "ctwa_clid non valide dans l’évènement de messagerie",
    message: "Le ctwa_clid {value} de l’évènement {event} n’est pas valide pour ce compte WhatsApp Business.",
  },
  identity_missing: {
    title: "Page ou compte WhatsApp Business manquant",
    message: "L’évènement {event} doit avoir page_id ou whatsapp_business_account_id dans user_data.",
  },
  waba_mismatch: {
    title: "L’ensemble de données ne correspond pas au compte WhatsApp Business",
    message: "Cet ensemble de données appartient à un autre compte WhatsApp Business que {value}.",
  },
  page_not_linked: {
    title: "Aucune Page associée à cet ensemble de données",
    message: "Aucune Page n’est associée à cet ensemble de données ; page_id {value} ne peut pas être utilisé.",
  },
  waba_not_linked: {
    title: "Aucun compte WhatsApp Business lié à cet ensemble de données",
    message: "Liez-en un en envoyant POST à /{whatsapp-business-account-id}/dataset, puis utilisez l’ensemble renvoyé.",
  },
};
