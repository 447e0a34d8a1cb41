import { Form, Label, Navigator, Text, View } from "./basic";
import { Button } from "./button";
import { Component } from "./component";
import { Image } from "./image";
import { Input, Textarea } from "./input";

/** Tags that behave like view. */
const viewLike = ["view", "cover-view", "movable-area", "movable-view", "page-container", "root-portal", "match-media"];

const components: Record<string, new () => Component> = {
  text: Text,
  label: Label,
  form: Form,
  navigator: Navigator,
  button: Button,
  image: Image,
  "cover-image": Image,
  input: Input,
  textarea: Textarea,
};

/** Defines the built-in components as custom elements. Other tags are plain elements. */
export function registerComponents(): void {
  for (const tag of viewLike) customElements.define(`dg-${tag}`, class extends View {});
  for (const [tag, type] of Object.entries(components)) customElements.define(`dg-${tag}`, class extends type {});
}
