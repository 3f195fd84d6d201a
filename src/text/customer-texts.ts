/** Texts of ours that a customer may see. Whatever else they read was said in Zendesk. */
export type CustomerTexts = {
  /** Name of an agent whom Zendesk does not name. */
  agent: string
  /** Name of whoever speaks for Zendesk where no person does. */
  automation: string
  /** Stands for a message that has nothing to show, or that Botpress refuses. */
  messageNotShown: string
  /** Stands for a file that the customer cannot open; its name follows at once. */
  fileNotShown: string
  /** Name of a file that has none. */
  file: string
}

const texts = {
  en: {
    agent: 'Agent',
    automation: 'Automated message',
    messageNotShown: 'This message cannot be shown here.',
    fileNotShown: 'This file cannot be shown here: ',
    file: 'file',
  },
  fr: {
    agent: 'Conseiller',
    automation: 'Message automatique',
    messageNotShown: 'Ce message ne peut pas être affiché ici.',
    fileNotShown: 'Ce fichier ne peut pas être affiché ici\u00A0: ',
    file: 'fichier',
  },
  es: {
    agent: 'Agente',
    automation: 'Mensaje automático',
    messageNotShown: 'Este mensaje no se puede mostrar aquí.',
    fileNotShown: 'Este archivo no se puede mostrar aquí: ',
    file: 'archivo',
  },
  pt: {
    agent: 'Atendente',
    automation: 'Mensagem automática',
    messageNotShown: 'Esta mensagem não pode ser mostrada aqui.',
    fileNotShown: 'Este anexo não pode ser mostrado aqui: ',
    file: 'anexo',
  },
  de: {
    agent: 'Serviceteam',
    automation: 'Automatische Nachricht',
    messageNotShown: 'Diese Nachricht kann hier nicht angezeigt werden.',
    fileNotShown: 'Diese Datei kann hier nicht angezeigt werden: ',
    file: 'Datei',
  },
  it: {
    agent: 'Operatore',
    automation: 'Messaggio automatico',
    messageNotShown: 'Questo messaggio non può essere visualizzato qui.',
    fileNotShown: 'Questo file non può essere visualizzato qui: ',
    file: 'file',
  },
  nl: {
    agent: 'Medewerker',
    automation: 'Automatisch bericht',
    messageNotShown: 'Dit bericht kan hier niet worden weergegeven.',
    fileNotShown: 'Dit bestand kan hier niet worden weergegeven: ',
    file: 'bestand',
  },
  pl: {
    agent: 'Konsultant',
    automation: 'Wiadomość automatyczna',
    messageNotShown: 'Tej wiadomości nie można tu wyświetlić.',
    fileNotShown: 'Tego pliku nie można tu wyświetlić: ',
    file: 'plik',
  },
  ja: {
    agent: '担当者',
    automation: '自動メッセージ',
    messageNotShown: 'このメッセージはここでは表示できません。',
    fileNotShown: 'このファイルはここでは表示できません：',
    file: 'ファイル',
  },
  zh: {
    agent: '客服人员',
    automation: '自动消息',
    messageNotShown: '此消息无法在此显示。',
    fileNotShown: '此文件无法在此显示：',
    file: '文件',
  },
} satisfies Record<string, CustomerTexts>

type Spoken = keyof typeof texts
const isSpoken = (language: string): language is Spoken => Object.hasOwn(texts, language)

/**
 * The language that a customer is spoken to in: their own without its region, or English where it is not spoken here.
 */
export const spokenIn = (language: string | undefined): Spoken => {
  const [base = ''] = (language ?? '').split('-')
  return isSpoken(base) ? base : 'en'
}

/** @param language a BCP 47 tag */
export const textsIn = (language: string | undefined): CustomerTexts => texts[spokenIn(language)]
