import { make } from "./dom";
import type { Field } from "./themefields";

/** Is told what was entered; below is where under the setting's place, if it is not that itself. null removes it. */
export type Changed = (value: unknown, below?: string) => void;

/** Takes a file that was chosen and says what it is called in superapp.yaml. */
export type Upload = (file: File) => Promise<string>;

/** The element that a setting is entered in. What is left empty is removed from the file. */
export function enter(field: Field, value: unknown, languages: string[], changed: Changed, upload: Upload): HTMLElement {
  switch (field.kind) {
    case "path":
      return path(field, value, changed, upload);
    case "choice":
      return choice(field, String(value ?? ""), changed);
    case "parts":
      return parts(field, (value as string[] | undefined) ?? [], changed);
    case "colour":
      return colour(String(value ?? ""), changed);
    case "language":
    case "long":
      return texts(field, (value as Record<string, string> | undefined) ?? {}, languages, changed);
    case "bool": {
      const box = make("input", "switch");
      Object.assign(box, { type: "checkbox", checked: value === true });
      box.onchange = () => changed(box.checked);
      return box;
    }
    default:
      return line(field, value, changed);
  }
}

function line(field: Field, value: unknown, changed: Changed): HTMLElement {
  const input = make("input", "line");
  const text = field.kind === "words" ? ((value as string[] | undefined) ?? []).join(", ") : field.kind === "time" ? Number(value ?? 0) / 1e6 : value;
  input.value = String(text ?? "");
  const numeric = field.kind === "number" || field.kind === "time";
  if (numeric) Object.assign(input, { type: "number", min: field.min, max: field.max, step: field.step ?? 1 });
  input.oninput = () => {
    const v = input.value.trim();
    if (field.kind === "words") changed(v === "" ? null : v.split(/[\s,，]+/).filter(Boolean));
    else if (v === "") changed(null);
    else if (field.kind === "time") changed(`${Number(v)}ms`);
    else changed(numeric ? Number(v) : v);
  };
  return input;
}

/** The name of a file that is there, or one that is chosen now. */
function path(field: Field, value: unknown, changed: Changed, upload: Upload): HTMLElement {
  const text = line(field, value, changed) as HTMLInputElement;
  const chooser = make("input", "chooser");
  Object.assign(chooser, { type: "file", accept: field.path.endsWith("font_file") ? ".woff2,.woff,.ttf,.otf" : "image/*" });
  chooser.ariaLabel = `${field.label[0]} / ${field.label[1]}`;
  chooser.onchange = () => {
    const file = chooser.files?.[0];
    if (!file) return;
    void upload(file).then((name) => {
      text.value = name;
      changed(name);
      chooser.value = "";
    });
  };
  return make("span", "path-pair", text, make("span", "choose", "…", chooser));
}

/** A text in each language. */
function texts(field: Field, value: Record<string, string>, languages: string[], changed: Changed): HTMLElement {
  const all = [...Object.keys(value), ...languages.filter((l) => !Object.keys(value).some((have) => have.split("-")[0] === l))];
  return make("span", "texts", ...all.map((language) => {
    const input = field.kind === "long" ? make("textarea", "line long") : make("input", "line");
    input.value = value[language] ?? "";
    input.lang = language;
    input.oninput = () => changed(input.value.trim() === "" ? null : input.value, language);
    return make("label", "in-language", make("span", "language", language), input);
  }));
}

function choice(field: Field, value: string, changed: Changed): HTMLElement {
  const select = make("select", "line");
  select.append(...(field.options ?? []).map((o) => new Option(o, o, o === value, o === value)));
  select.onchange = () => changed(select.value);
  return select;
}

function parts(field: Field, value: string[], changed: Changed): HTMLElement {
  const chosen = new Set(value);
  return make("span", "parts-list", ...(field.options ?? []).map((name) => {
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: chosen.has(name), value: name });
    box.onchange = () => {
      if (box.checked) chosen.add(name);
      else chosen.delete(name);
      changed((field.options ?? []).filter((o) => chosen.has(o)));
    };
    return make("label", "part", box, name);
  }));
}

/** A colour by eye and by number; its transparency is kept. */
function colour(value: string, changed: Changed): HTMLElement {
  const [eye, text] = [make("input", "eye"), make("input", "line hex")];
  const long = (v: string): string => (v.length === 4 ? `#${Array.from(v.slice(1), (c) => c + c).join("")}` : v.slice(0, 7)) || "#000000";
  Object.assign(eye, { type: "color", value: long(value) });
  eye.ariaLabel = "#";
  const none = (): boolean => eye.classList.toggle("none", text.value.trim() === "");
  Object.assign(text, { value, placeholder: "–", spellcheck: false });
  eye.oninput = () => {
    text.value = eye.value + (text.value.length === 9 ? text.value.slice(7) : "");
    none();
    changed(text.value);
  };
  text.oninput = () => {
    if (/^#[0-9a-f]{3,8}$/i.test(text.value)) eye.value = long(text.value);
    none();
    changed(text.value.trim() === "" ? null : text.value.trim());
  };
  none();
  return make("span", "colour-pair", eye, text);
}
