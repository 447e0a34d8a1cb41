import { word } from "./word.js";
onmessage = (e) => postMessage(`${word} ${e.data}`);
