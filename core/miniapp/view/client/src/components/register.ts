import { Form, Label, Navigator, View } from "./basic";
import { Button } from "./button";
import { Camera } from "./camera";
import { Canvas } from "./canvas";
import { Component } from "./component";
import { Editor } from "./editor";
import { Image } from "./image";
import { Checkbox, CheckboxGroup, Radio, RadioGroup, Switch } from "./choices";
import { Input, Textarea } from "./input";
import { GridView, KeyboardAccessory, ListView, ShareElement, StickyHeader, StickySection } from "./lists";
import { MapView } from "./map";
import { MovableArea, MovableView } from "./movable";
import { NavigationBar, PageMeta } from "./pagemeta";
import { Picker } from "./picker";
import { PickerView, PickerViewColumn } from "./pickerview";
import { Missing, OpenData } from "./placeholders";
import { MatchMedia, PageContainer, RootPortal } from "./portal";
import { RichText } from "./richtext";
import { ScrollView } from "./scrollview";
import { AudioPlayer, Video } from "./media";
import { Icon, Progress } from "./simple";
import { Slider } from "./slider";
import { Swiper, SwiperItem } from "./swiper";
import { WebView } from "./webview";

/** Tags that behave like view. <view> and <text> are plain elements: a page has so many that making custom ones costs. */
const viewLike = [
  "cover-view", "snapshot", "selection", "open-container", "list-builder", "nested-scroll-header", "nested-scroll-body", "span",
];

const components: Record<string, new () => Component> = {
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
  "movable-area": MovableArea,
  "movable-view": MovableView,
  "page-meta": PageMeta,
  "navigation-bar": NavigationBar,
  "root-portal": RootPortal,
  "match-media": MatchMedia,
  "page-container": PageContainer,
  "share-element": ShareElement,
  "sticky-section": StickySection,
  "sticky-header": StickyHeader,
  "list-view": ListView,
  "grid-view": GridView,
  "keyboard-accessory": KeyboardAccessory,
  "open-data": OpenData,
  map: MapView,
  editor: Editor,
  "web-view": WebView,
  video: Video,
  audio: AudioPlayer,
  canvas: Canvas,
  camera: Camera,
};

/** Tags of what only WeChat has. */
const missing = [
  "ad", "ad-custom", "official-account", "live-player", "live-pusher", "channel-live", "channel-video", "store-product", "store-home", "voip-room",
  "functional-page-navigator", "xr-scene",
];

/** Defines the built-in components as custom elements. Other tags are plain elements. */
export function registerComponents(): void {
  for (const tag of viewLike) customElements.define(`dg-${tag}`, class extends View {});
  for (const tag of missing) customElements.define(`dg-${tag}`, class extends Missing {});
  for (const [tag, type] of Object.entries(components)) customElements.define(`dg-${tag}`, class extends type {});
}
