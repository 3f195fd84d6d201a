/**
 * Zendesk names time zones as Ruby on Rails does: mostly by a city, some by names of their own. The table and the
 * cities are those of ActiveSupport's `TimeZone`.
 */
const namesOfTheirOwn = {
  'International Date Line West': 'Pacific/Midway',
  'Midway Island': 'Pacific/Midway',
  'American Samoa': 'Pacific/Pago_Pago',
  Hawaii: 'Pacific/Honolulu',
  Alaska: 'America/Juneau',
  'Pacific Time (US & Canada)': 'America/Los_Angeles',
  'Mountain Time (US & Canada)': 'America/Denver',
  Arizona: 'America/Phoenix',
  'Central Time (US & Canada)': 'America/Chicago',
  Saskatchewan: 'America/Regina',
  Guadalajara: 'America/Mexico_City',
  'Central America': 'America/Guatemala',
  'Eastern Time (US & Canada)': 'America/New_York',
  'Indiana (East)': 'America/Indiana/Indianapolis',
  Quito: 'America/Lima',
  'Atlantic Time (Canada)': 'America/Halifax',
  Newfoundland: 'America/St_Johns',
  Brasilia: 'America/Sao_Paulo',
  'Buenos Aires': 'America/Argentina/Buenos_Aires',
  Georgetown: 'America/Guyana',
  Greenland: 'America/Godthab',
  'Mid-Atlantic': 'Atlantic/South_Georgia',
  'Cape Verde Is.': 'Atlantic/Cape_Verde',
  Edinburgh: 'Europe/London',
  UTC: 'Etc/UTC',
  Bern: 'Europe/Zurich',
  'West Central Africa': 'Africa/Algiers',
  Kyiv: 'Europe/Kiev',
  Pretoria: 'Africa/Johannesburg',
  'St. Petersburg': 'Europe/Moscow',
  'Abu Dhabi': 'Asia/Muscat',
  Ekaterinburg: 'Asia/Yekaterinburg',
  Islamabad: 'Asia/Karachi',
  Chennai: 'Asia/Kolkata',
  Mumbai: 'Asia/Kolkata',
  'New Delhi': 'Asia/Kolkata',
  Astana: 'Asia/Dhaka',
  'Sri Jayawardenepura': 'Asia/Colombo',
  Hanoi: 'Asia/Bangkok',
  Beijing: 'Asia/Shanghai',
  Osaka: 'Asia/Tokyo',
  Sapporo: 'Asia/Tokyo',
  Canberra: 'Australia/Melbourne',
  'Solomon Is.': 'Pacific/Guadalcanal',
  'New Caledonia': 'Pacific/Noumea',
  'Marshall Is.': 'Pacific/Majuro',
  Wellington: 'Pacific/Auckland',
  "Nuku'alofa": 'Pacific/Tongatapu',
  'Tokelau Is.': 'Pacific/Fakaofo',
  'Chatham Is.': 'Pacific/Chatham',
  Samoa: 'Pacific/Apia',
} as const

/** Cities that a zone of the IANA database is named after, with their blanks. */
const cities = {
  Europe:
    'Dublin,Lisbon,London,Belgrade,Bratislava,Budapest,Ljubljana,Prague,Sarajevo,Skopje,Warsaw,Zagreb,Brussels,Copenhagen,Madrid,Paris,Amsterdam,Berlin,Zurich,Rome,Stockholm,Vienna,Bucharest,Helsinki,Riga,Sofia,Tallinn,Vilnius,Athens,Istanbul,Minsk,Kaliningrad,Moscow,Volgograd,Samara',
  Asia: 'Jerusalem,Kuwait,Riyadh,Baghdad,Tehran,Muscat,Baku,Tbilisi,Yerevan,Kabul,Karachi,Tashkent,Kolkata,Kathmandu,Dhaka,Almaty,Novosibirsk,Rangoon,Bangkok,Jakarta,Krasnoyarsk,Chongqing,Hong Kong,Urumqi,Kuala Lumpur,Singapore,Taipei,Irkutsk,Ulaanbaatar,Seoul,Tokyo,Yakutsk,Vladivostok,Magadan,Srednekolymsk,Kamchatka',
  Africa: 'Casablanca,Monrovia,Cairo,Harare,Nairobi',
  Australia: 'Perth,Darwin,Adelaide,Melbourne,Sydney,Brisbane,Hobart',
  Atlantic: 'Azores',
  America:
    'Tijuana,Chihuahua,Mazatlan,Mexico City,Monterrey,Bogota,Lima,Caracas,La Paz,Santiago,Montevideo,Puerto Rico',
  Pacific: 'Guam,Port Moresby,Fiji,Auckland',
} as const

const zones = new Map<string, string>(Object.entries(namesOfTheirOwn))
for (const [region, names] of Object.entries(cities)) {
  for (const name of names.split(',')) zones.set(name, `${region}/${name.replaceAll(' ', '_')}`)
}

/** All names that Zendesk gives to time zones. */
export const zendeskZones: ReadonlyMap<string, string> = zones

const isKnown = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** The IANA name of a time zone that Zendesk names, or that is one already; undefined for one that nobody knows. */
export const toIanaZone = (name: string): string | undefined => {
  const zone = zones.get(name) ?? name
  return isKnown(zone) ? zone : undefined
}
