import type { ChooseLocation, Place } from "./constants";
import { button, icon, make } from "./dom";
import { dialog, field } from "./form";
import { t } from "./i18n";
import type { Remembered } from "./memory";
import { openPanel } from "./sheet";

/** Lets the user choose a place: one of the last, the present position, or coordinates. */
export function chooseLocation(stage: HTMLElement, around: ChooseLocation, memory: Remembered): Promise<Place> {
  return dialog(stage, "choose-location", t.chooseLocation, ({ panel }, finish) => {
    const name = field(t.placeName, "name");
    const address = field(t.address, "address");
    const latitude = field(t.latitude, "latitude", text(around.latitude), "number");
    const longitude = field(t.longitude, "longitude", text(around.longitude), "number");
    const problem = make("p", "form-problem");
    panel.oninput = () => (problem.textContent = "");
    const choose = (place: Place): void => {
      memory.gave({ place });
      finish(place);
    };
    const list = make("div", "rows places");
    for (const p of memory.places) {
      list.append(button("row place", () => choose(p), icon("pin"), make("span", "place-text", make("b", "", p.name || point(p)), make("span", "faint", p.address || point(p)))));
    }
    const here = button("row place here", () => void locate(), icon("target"), make("span", "place-text", make("b", "", t.myPosition)));
    const locate = async (): Promise<void> => {
      problem.textContent = "";
      try {
        const { coords } = await new Promise<GeolocationPosition>((ok, no) => navigator.geolocation.getCurrentPosition(ok, no, { timeout: 8000 }));
        latitude.input.value = coords.latitude.toFixed(6);
        longitude.input.value = coords.longitude.toFixed(6);
      } catch {
        problem.textContent = t.noPosition;
      }
    };
    list.prepend(here);
    const done = (): void => {
      const place = { name: name.input.value.trim(), address: address.input.value.trim(), latitude: latitude.input.valueAsNumber, longitude: longitude.input.valueAsNumber };
      if (!(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180)) problem.textContent = t.badPoint;
      else choose(place);
    };
    panel.append(
      list,
      make("h3", "", t.otherPlace),
      make("div", "rows", name.row, address.row, latitude.row, longitude.row),
      problem,
      button("primary wide choose", done, t.decide),
    );
  });
}

/** Shows a place. There is no map here: it opens in what the device has for maps. */
export function openLocation(stage: HTMLElement, place: Place): Promise<void> {
  return new Promise((resolve) => {
    const { panel } = openPanel(stage, place.name || t.location, resolve);
    panel.classList.add("ask", "open-location");
    const link = make("a", "primary wide", t.openInMaps);
    link.href = `geo:${place.latitude},${place.longitude}?q=${encodeURIComponent(`${place.latitude},${place.longitude}(${place.name})`)}`;
    const copy = button("secondary wide", () => {
      void navigator.clipboard?.writeText(point(place)).then(() => (copy.textContent = t.copiedPoint));
    }, t.copyPoint);
    panel.append(
      make("div", "pin", icon("pin", 1.4)),
      make("p", "place-address", place.address),
      make("p", "faint place-point", point(place)),
      link,
      copy,
    );
  });
}

const point = (p: Place): string => `${p.latitude}, ${p.longitude}`;
const text = (n: number | undefined): string => (n === undefined ? "" : String(n));
