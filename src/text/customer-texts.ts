/** Texts of ours that a customer may see. Whatever else they read was said by an agent. */
export type CustomerTexts = {
  /** Name of an agent whom Zendesk does not name. */
  agent: string
  /** Name of whoever speaks for Zendesk where no person does. */
  automation: string
  /** Stands for a message of a kind that is not known, or that Botpress refuses. */
  messageNotShown: string
  /** Stands for a file that the customer cannot open; its name follows. */
  fileNotShown: string
  /** Name of a file that has none. */
  file: string
}

const texts = {
  en: {
    agent: 'Agent',
    automation: 'Automated message',
    messageNotShown: 'The agent sent something that cannot be shown here.',
    fileNotShown: 'The agent sent a file that cannot be shown here:',
    file: 'file',
  },
  fr: {
    agent: 'Conseiller',
    automation: 'Message automatique',
    messageNotShown: 'Le conseiller a envoyé un contenu qui ne peut pas être affiché ici.',
    fileNotShown: 'Le conseiller a envoyé un fichier qui ne peut pas être affiché ici :',
    file: 'fichier',
  },
  es: {
    agent: 'Agente',
    automation: 'Mensaje automático',
    messageNotShown: 'El agente ha enviado un contenido que no se puede mostrar aquí.',
    fileNotShown: 'El agente ha enviado un archivo que no se puede mostrar aquí:',
    file: 'archivo',
  },
  pt: {
    agent: 'Atendente',
    automation: 'Mensagem automática',
    messageNotShown: 'O atendente enviou um conteúdo que não pode ser exibido aqui.',
    fileNotShown: 'O atendente enviou um arquivo que não pode ser exibido aqui:',
    file: 'arquivo',
  },
  de: {
    agent: 'Serviceteam',
    automation: 'Automatische Nachricht',
    messageNotShown: 'Hier kam etwas vom Serviceteam, das nicht angezeigt werden kann.',
    fileNotShown: 'Das Serviceteam hat eine Datei geschickt, die hier nicht angezeigt werden kann:',
    file: 'Datei',
  },
  it: {
    agent: 'Operatore',
    automation: 'Messaggio automatico',
    messageNotShown: "L'operatore ha inviato un contenuto che non può essere mostrato qui.",
    fileNotShown: "L'operatore ha inviato un file che non può essere mostrato qui:",
    file: 'file',
  },
  nl: {
    agent: 'Medewerker',
    automation: 'Automatisch bericht',
    messageNotShown: 'De medewerker heeft iets gestuurd dat hier niet kan worden weergegeven.',
    fileNotShown: 'De medewerker heeft een bestand gestuurd dat hier niet kan worden weergegeven:',
    file: 'bestand',
  },
  pl: {
    agent: 'Konsultant',
    automation: 'Wiadomość automatyczna',
    messageNotShown: 'Konsultant wysłał treść, której nie można tu wyświetlić.',
    fileNotShown: 'Konsultant wysłał plik, którego nie można tu wyświetlić:',
    file: 'plik',
  },
  ja: {
    agent: '担当者',
    automation: '自動メッセージ',
    messageNotShown: '担当者が送信した内容は、ここでは表示できません。',
    fileNotShown: '担当者が送信したファイルは、ここでは表示できません：',
    file: 'ファイル',
  },
  zh: {
    agent: '客服人员',
    automation: '自动消息',
    messageNotShown: '客服人员发送的内容无法在此显示。',
    fileNotShown: '客服人员发送的文件无法在此显示：',
    file: '文件',
  },
} satisfies Record<string, CustomerTexts>

type Spoken = keyof typeof texts
const isSpoken = (language: string): language is Spoken => Object.hasOwn(texts, language)

/** The language that a customer is spoken to in: their own without its region, or English where it is not spoken here. */
export const spokenIn = (language: string | undefined): Spoken => {
  const [base = ''] = (language ?? '').split('-')
  return isSpoken(base) ? base : 'en'
}

/** @param language a BCP 47 tag */
export const textsIn = (language: string | undefined): CustomerTexts => texts[spokenIn(language)]
