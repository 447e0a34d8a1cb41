// What a mini-program may write. Every line must type-check.
const image = new ArrayBuffer(4);

wx.acmeFace({
  image,
  class: "selfie",
  other: null,
  labels: { a: ["b"] },
  quality: "最高",
  tries: 2,
  姓名: "x",
  success(result) {
    const score: number = result.score;
    const left: number | undefined = result.boxes[0]?.left;
    const crop: ArrayBuffer | undefined = result.more?.crop;
    console.log(score, left, crop, result.errMsg);
  },
  fail(error) {
    if (error.errno === 30001 || error.errno === 8) console.log(error.errMsg);
  },
  complete: () => {},
});

async function compare(): Promise<number> {
  const result = await ft.acmeFace({ image, class: "id-card" });
  return result.score + wx.acmeFaceSync(image, "selfie");
}

const watch = wx.watchFace({ every: 1 });
watch.onFace((box) => console.log(box.width));
watch.offFace();
watch.onDone(() => compare());
watch.delete({ id: "1" }).then(() => watch.new());

wx.onModelChange((event) => event.version.length);
wx.offModelChange();
const settings = ft.acmeFaceParams();
console.log(settings);

// Standard capabilities.
wx.getLocation({ type: "gcj02" }).then(({ latitude }) => latitude.toFixed(2));
const task: DougongNetworkV1.RequestTask = wx.request({ url: "https://example.com", success: (r) => r.statusCode.toFixed() });
task.onHeadersReceived(({ header }) => header["x"]?.length);
task.abort();
const socket = wx.connectSocket({ url: "wss://example.com" });
socket.onMessage(({ data }) => (typeof data === "string" ? data.length : data.byteLength));
socket.send({ data: image });
const stored: any = wx.getStorageSync("key");
wx.setStorageSync("key", stored);
wx.requestPayment({ timeStamp: "1", nonceStr: "n", package: "p", paySign: "s", signType: "SM2", fail: ({ errno }) => errno === 70001 });

declare const console: { log(...args: any[]): void };
