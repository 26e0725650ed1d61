import { addObject, humanName, objectsOf } from '../flatten.ts';
import { addField, addTotp, addUrl, type Draft, endOfSections, looksSecret, setPassword, setUsername } from '../item.ts';
import { asList, asObject, asText, type JsonObject } from '../json.ts';
import { addPasskey } from '../passkey.ts';

/** A field that the user added. `type` decides what its data holds. */
function addExtraField(draft: Draft, field: JsonObject): void {
  const { fieldName, type, value, data, ...others } = field;
  const label = asText(fieldName) ?? '';
  const hidden = type === 'hidden';
  const { totpUri, content, timestamp, ...rest } = asObject(data) ?? {};
  addTotp(draft, asText(totpUri), label);
  for (const text of [content, timestamp, value]) addField(draft, label, asText(text), hidden);
  for (const later of [rest, others]) addObject(draft, later, { prefix: label, hidden });
}

/** The fields that the user added, in a list of an item's. */
export function addExtraFields(draft: Draft, item: JsonObject, key: string): void {
  for (const field of objectsOf(draft, item, key)) addExtraField(draft, field);
}

function addLogin(draft: Draft, content: JsonObject): void {
  // Before 1.18 there was one `username`; since then an address, a name, or both.
  const name = asText(content['itemUsername']) ?? asText(content['username']);
  setUsername(draft, name);
  setUsername(draft, asText(content['itemEmail']), 'email');
  setPassword(draft, asText(content['password']));
  for (const url of asList(content['urls'])) addUrl(draft, asText(url));
  for (const { url } of objectsOf(draft, content, 'autofillUrls')) addUrl(draft, asText(url));
  addTotp(draft, asText(content['totpUri']));
  const known = ['itemUsername', 'username', 'itemEmail', 'password', 'urls', 'autofillUrls', 'totpUri', 'passkeys'];
  addObject(draft, content, { except: known });
  for (const passkey of objectsOf(draft, content, 'passkeys')) {
    addPasskey(draft, passkey, asText(passkey['rpId']) ?? asText(passkey['domain']));
  }
}

/** Cards and identities: the details by name, own fields in lists named `extra…`, own sections. */
function addDetails(draft: Draft, content: JsonObject): void {
  const endSection = endOfSections(draft);
  for (const [key, value] of Object.entries(content)) {
    const isNumberOfCard = key === 'number' || key === 'verificationNumber';
    if (key === 'sections' || key === 'extraSections') {
      endSection(null);
      for (const section of objectsOf(draft, content, key)) {
        addExtraFields(draft, section, 'sectionFields');
        endSection(asText(section['sectionName']));
      }
    } else if (Array.isArray(value)) addExtraFields(draft, content, key);
    else if (key === 'cardType') continue;
    else if (asObject(value) !== null) addObject(draft, { [key]: value });
    else {
      addField(
        draft,
        isNumberOfCard ? `card ${humanName(key)}` : humanName(key),
        asText(value),
        isNumberOfCard || looksSecret(humanName(key)),
      );
    }
  }
}

const kinds: Readonly<Record<string, string>> = { creditCard: 'credit card', sshKey: 'SSH key' };

/** What an item of Proton Pass holds beside its name and note, by its kind. */
export function addContent(draft: Draft, type: string, content: JsonObject): void {
  if (type === 'login') addLogin(draft, content);
  else if (type === 'note') addObject(draft, content);
  else {
    addField(draft, 'kind', kinds[type] ?? humanName(type), false);
    addDetails(draft, content);
  }
}
