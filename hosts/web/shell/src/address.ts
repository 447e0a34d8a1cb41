import type { Address } from "./constants";
import { button, icon, make } from "./dom";
import { dialog, field } from "./form";
import { t } from "./i18n";
import type { Remembered } from "./memory";

/** Lets the user choose one of the last addresses or write another. */
export function chooseAddress(stage: HTMLElement, memory: Remembered): Promise<Address> {
  return dialog(stage, "choose-address", t.chooseAddress, ({ panel }, finish) => {
    const choose = (address: Address): void => {
      memory.gave({ address });
      finish(address);
    };
    const list = make("div", "rows places");
    for (const a of memory.addresses) {
      const line = [a.provinceName, a.cityName, a.countyName, a.detailInfo].filter(Boolean).join(" ");
      list.append(button("row place", () => choose(a), icon("person"), make("span", "place-text", make("b", "", `${a.userName} ${a.telNumber}`), make("span", "faint", line))));
    }
    if (list.childElementCount > 0) panel.append(list);
    const fields = {
      userName: field(t.receiver, "userName"),
      telNumber: field(t.phone, "telNumber", "", "tel"),
      provinceName: field(t.province, "provinceName"),
      cityName: field(t.city, "cityName"),
      countyName: field(t.county, "countyName"),
      detailInfo: field(t.street, "detailInfo"),
      postalCode: field(t.postalCode, "postalCode"),
    };
    const problem = make("p", "form-problem");
    panel.oninput = () => (problem.textContent = "");
    const done = (): void => {
      const address = { nationalCode: "" } as Address;
      for (const [name, { input }] of Object.entries(fields)) address[name as keyof Address] = input.value.trim();
      if (!address.userName || !address.telNumber || !address.detailInfo) problem.textContent = t.incomplete;
      else choose(address);
    };
    panel.append(make("div", "rows", ...Object.values(fields).map((f) => f.row)), problem, button("primary wide choose", done, t.decide));
  });
}
