// Pictures and films that a browser changes; the user agrees to whatever is offered.
module.exports = [
  {
    title: "lets the user cut out and turn pictures",
    proves: ["cropImage", "editImage"],
    only: "browser",
    async run(t, api) {
      const info = async ({ tempFilePath }) => {
        const { width, height, type } = await api.getImageInfo({ src: tempFilePath });
        return [width, height, type];
      };
      const src = "/assets/picture.png";
      t.equal(await info(await t.works("cropImage", { src, cropScale: "1:1" })), [3, 3, "png"], "a square");
      t.equal(await info(await t.works("cropImage", { src, cropScale: "16:9" })), [4, 2, "png"], "a wide part");
      t.equal(await info(await t.works("cropImage", { src })), [4, 3, "png"], "any proportion");
      t.equal(await info(await t.works("editImage", { src })), [4, 3, "png"], "the whole");
      await t.refuses("cropImage", {}, "parameter error: parameter.src should be String instead of Undefined;", { errno: 1001 });
      await t.refuses("cropImage", { src, cropScale: "2:1" }, /^cropImage:fail parameter error: parameter\.cropScale should be one of 1:1/, { errno: 1001 });
      await t.refuses("editImage", { src: "/assets/none.png" }, /^editImage:fail file not found/);
    },
  },
  {
    title: "makes films smaller",
    proves: ["compressVideo"],
    only: "browser",
    async run(t, api) {
      const film = await t.works("compressVideo", { src: "/assets/film.webm", bitrate: 100, fps: 15, resolution: 0.5 });
      t.match(film.tempFilePath, /\.(mp4|webm)$/, "tempFilePath");
      const { size } = await api.getFileInfo({ filePath: film.tempFilePath });
      t.ok(size > 200 && Math.abs(size / 1024 - Number(film.size)) < 0.01, `size ${film.size} of ${size} bytes`);
      const again = await api.compressVideo({ src: film.tempFilePath, quality: "low" });
      t.ok(Number(again.size) > 0, "the size of a film that it made, made smaller");
      await t.refuses("compressVideo", { src: 7 }, "parameter error: parameter.src should be String instead of Number;", { errno: 1001 });
      await t.refuses("compressVideo", { src: "/assets/film.mp4", quality: "best" }, /^compressVideo:fail parameter error: parameter\.quality/);
      await t.refuses("compressVideo", { src: "/assets/none.mp4", quality: "low" }, /^compressVideo:fail file not found/);
    },
  },
];
