module.exports = [
  {
    title: "draws, reads the points back and makes a file of them",
    proves: ["createCanvasContext", "canvasPutImageData", "canvasGetImageData", "canvasToTempFilePath"],
    async run(t, api) {
      const pen = api.createCanvasContext("old");
      pen.setFillStyle("#ff0000");
      pen.fillRect(0, 0, 20, 20);
      await t.within("draw", (done) => pen.draw(false, done));
      const got = await t.works("canvasGetImageData", { canvasId: "old", x: 2, y: 2, width: 1, height: 1 });
      t.equal([...got.data], [255, 0, 0, 255], "a point");
      await t.works("canvasPutImageData", { canvasId: "old", x: 2, y: 2, width: 1, height: 1, data: new Uint8ClampedArray([0, 0, 255, 255]) });
      const again = await api.canvasGetImageData({ canvasId: "old", x: 2, y: 2, width: 1, height: 1 });
      t.equal([...again.data], [0, 0, 255, 255], "the point that was put");
      const { tempFilePath } = await t.works("canvasToTempFilePath", { canvasId: "old", width: 20, height: 10, destWidth: 20, destHeight: 10 });
      t.equal((await api.getImageInfo({ src: tempFilePath })).width, 20, "width of the file");
      await t.refuses("canvasToTempFilePath", { canvasId: "none" }, "canvas is empty");
    },
  },
  {
    title: "draws where nobody sees it",
    proves: ["createOffscreenCanvas"],
    async run(t, api) {
      const canvas = api.createOffscreenCanvas({ type: "2d", width: 10, height: 10 });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#00ff00";
      pen.fillRect(0, 0, 10, 10);
      t.equal([...pen.getImageData(5, 5, 1, 1).data], [0, 255, 0, 255], "a point");
      t.ok(pen.measureText("dougong").width > 0, "the width of a text");
    },
  },
];
