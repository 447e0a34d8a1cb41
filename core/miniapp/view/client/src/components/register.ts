import { Form, Label, Navigator, Text, View } from "./basic";
import { Button } from "./button";
import { Camera } from "./camera";
import { Canvas } from "./canvas";
import { Component } from "./component";
import { Image } from "./image";
import { Checkbox, CheckboxGroup, Radio, RadioGroup, Switch } from "./choices";
import { Input, Textarea } from "./input";
import { Picker } from "./picker";
import { PickerView, PickerViewColumn } from "./pickerview";
import { RichText } from "./richtext";
import { ScrollView } from "./scrollview";
import { AudioPlayer, Video } from "./media";
import { Icon, Missing, MovableView, Progress } from "./simple";
import { Slider } from "./slider";
import { Swiper, SwiperItem } from "./swiper";

/** Tags that behave like view. */
const viewLike = ["view", "cover-view", "movable-area", "page-container", "root-portal", "match-media"];

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
  "scroll-view": ScrollView,
  "swiper-item": SwiperItem,
  swiper: Swiper,
  icon: Icon,
  radio: Radio,
  "radio-group": RadioGroup,
  checkbox: Checkbox,
  "checkbox-group": CheckboxGroup,
  switch: Switch,
  slider: Slider,
  picker: Picker,
  "picker-view-column": PickerViewColumn,
  "picker-view": PickerView,
  progress: Progress,
  "rich-text": RichText,
  "movable-view": MovableView,
  video: Video,
  audio: AudioPlayer,
  canvas: Canvas,
  camera: Camera,
};

/** Tags that mini-programs use and that this client does not have yet. */
const missing = ["map", "web-view", "live-player", "live-pusher", "editor", "open-data", "ad"];

/** Defines the built-in components as custom elements. Other tags are plain elements. */
export function registerComponents(): void {
  for (const tag of viewLike) customElements.define(`dg-${tag}`, class extends View {});
  for (const tag of missing) customElements.define(`dg-${tag}`, class extends Missing {});
  for (const [tag, type] of Object.entries(components)) customElements.define(`dg-${tag}`, class extends type {});
}
