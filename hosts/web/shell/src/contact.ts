import { button, icon, make } from "./dom";
import { save } from "./exchange";
import { dialog, field } from "./form";
import type { ChosenContact, SMS } from "./constants";
import { t } from "./i18n";
import type { Remembered } from "./memory";

/** Offers to call a number with what the device has for telephone calls. */
export function call(stage: HTMLElement, number: string): Promise<void> {
  return dialog(stage, "phone-call", t.call, ({ panel }, finish) => {
    const link = make("a", "primary wide", `${t.call} ${number}`);
    link.href = `tel:${number.replace(/[^\d+*#,;-]/g, "")}`;
    link.onclick = () => finish();
    panel.append(make("div", "pin", icon("phone", 1.4)), make("p", "phone-number", number), link);
  });
}

/** Offers to send a text with what the device has for it. */
export function text(stage: HTMLElement, { phoneNumber, content }: SMS): Promise<void> {
  return dialog(stage, "send-sms", t.sendSms, ({ panel }, finish) => {
    const link = make("a", "primary wide", `${t.sendSms} ${phoneNumber}`);
    link.href = `sms:${phoneNumber.replace(/[^\d+*#,;-]/g, "")}${content ? `?body=${encodeURIComponent(content)}` : ""}`;
    link.onclick = () => finish();
    panel.append(make("p", "phone-number", phoneNumber), make("p", "faint", content ?? ""), link);
  });
}

/** Offers a contact as a file for the device's address book. */
export function addContact(stage: HTMLElement, contact: Record<string, string>): Promise<void> {
  return dialog(stage, "add-contact", t.addContact, ({ panel }, finish) => {
    const rows = Object.entries(contact).filter(([key]) => key !== "photoFilePath");
    const keep = button("primary wide", () => {
      save(`${fullName(contact)}.vcf`, new Blob([vcard(contact)], { type: "text/vcard;charset=utf-8" }));
      finish();
    }, t.saveContact);
    panel.append(make("div", "rows", ...rows.map(([key, value]) => make("div", "row", make("span", "faint", key), make("span", "", value)))), keep);
  });
}

/** What browsers on telephones have of the address book (the Contact Picker API). */
interface AddressBook {
  select(properties: string[]): Promise<{ name?: string[]; tel?: string[] }[]>;
}

/** Lets the user choose a contact: from the device's address book where the browser has it, among the last ones, or by writing one. */
export function chooseContact(stage: HTMLElement, memory: Remembered): Promise<ChosenContact> {
  return dialog(stage, "choose-contact", t.chooseContact, ({ panel }, finish) => {
    const choose = (contact: ChosenContact): void => {
      memory.gave({ contact });
      finish(contact);
    };
    const problem = make("p", "form-problem");
    const book = (navigator as { contacts?: AddressBook }).contacts;
    if (book) panel.append(button("wide device-contacts", () => void fromDevice(book).then((c) => c && choose(c), () => (problem.textContent = t.incomplete)), t.fromDevice));
    const list = make("div", "rows places");
    for (const c of memory.contacts) {
      list.append(button("row place", () => choose(c), icon("person"), make("span", "place-text", make("b", "", c.displayName), make("span", "faint", c.phoneNumber))));
    }
    if (list.childElementCount > 0) panel.append(list);
    const name = field(t.contactName, "displayName");
    const number = field(t.phone, "phoneNumber", "", "tel");
    panel.oninput = () => (problem.textContent = "");
    const done = (): void => {
      const displayName = name.input.value.trim();
      const phoneNumber = number.input.value.trim();
      if (!displayName || !phoneNumber) problem.textContent = t.incomplete;
      else choose({ displayName, phoneNumber, phoneNumberList: [phoneNumber] });
    };
    panel.append(make("div", "rows", name.row, number.row), problem, button("primary wide choose", done, t.decide));
  });
}

async function fromDevice(book: AddressBook): Promise<ChosenContact | undefined> {
  const [chosen] = await book.select(["name", "tel"]);
  const phoneNumber = chosen?.tel?.[0];
  if (!chosen || !phoneNumber) return undefined;
  return { displayName: chosen.name?.[0] ?? "", phoneNumber, phoneNumberList: chosen.tel ?? [] };
}

const fullName = (c: Record<string, string>): string => [c["firstName"], c["middleName"], c["lastName"]].filter(Boolean).join(" ");

/** vCard 3.0 (RFC 2426) of WeChat's fields. */
function vcard(c: Record<string, string>): string {
  const text = (key: string): string => (c[key] ?? "").replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  const lines = [`N:${text("lastName")};${text("firstName")};${text("middleName")};;`, `FN:${text("firstName")} ${text("lastName")}`.trim()];
  const simple: Record<string, string> = {
    nickName: "NICKNAME", mobilePhoneNumber: "TEL;TYPE=CELL", homePhoneNumber: "TEL;TYPE=HOME", workPhoneNumber: "TEL;TYPE=WORK",
    hostNumber: "TEL;TYPE=WORK,PREF", workFaxNumber: "TEL;TYPE=WORK,FAX", homeFaxNumber: "TEL;TYPE=HOME,FAX", email: "EMAIL", url: "URL",
    organization: "ORG", title: "TITLE", remark: "NOTE",
  };
  for (const [key, name] of Object.entries(simple)) if (c[key]) lines.push(`${name}:${text(key)}`);
  for (const [prefix, type] of [["address", "PREF"], ["workAddress", "WORK"], ["homeAddress", "HOME"]]) {
    const part = (name: string): string => text(prefix + name);
    if (part("Street") || part("City")) lines.push(`ADR;TYPE=${type}:;;${part("Street")};${part("City")};${part("State")};${part("PostalCode")};${part("Country")}`);
  }
  return ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");
}
