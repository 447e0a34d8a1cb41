"use strict";
// Answers each question of a line with a line. Whatever a compiler prints must not get among the answers.
const fs = require("fs"), path = require("path"), url = require("url"), readline = require("readline");
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const loaded = new Map();
function load(name, dirs) {
  if (!loaded.has(name)) {
    let found = null;
    try { found = require(require.resolve(name, { paths: dirs })); } catch (e) { if (e.code !== "MODULE_NOT_FOUND") throw e; }
    loaded.set(name, found);
  }
  return loaded.get(name);
}

// A path from the root of the mini-program, or of one file from another.
const from = (root, file, ref) => ref.startsWith("/") ? path.join(root, ref) : path.resolve(path.dirname(file), ref);

const compilers = {
  sass(sass, { file, root }) {
    const files = new Set([file]);
    const importer = {
      canonicalize(ref, context) {
        if (ref.startsWith("file:")) return null;
        const base = context && context.containingUrl && context.containingUrl.protocol === "file:" ? url.fileURLToPath(context.containingUrl) : file;
        const target = from(root, base, ref);
        const dir = path.dirname(target), name = path.basename(target);
        for (const n of [name, name + ".scss", "_" + name + ".scss", name + ".sass", "_" + name + ".sass", name + ".wxss", name + ".css", path.join(name, "_index.scss"), path.join(name, "index.scss")]) {
          const p = path.join(dir, n);
          if (fs.existsSync(p) && fs.statSync(p).isFile()) return url.pathToFileURL(p);
        }
        return null;
      },
      load(u) {
        const p = url.fileURLToPath(u);
        files.add(p);
        return { contents: fs.readFileSync(p, "utf8"), syntax: p.endsWith(".scss") ? "scss" : p.endsWith(".sass") ? "indented" : "css" };
      },
    };
    try {
      const out = sass.compileString(fs.readFileSync(file, "utf8"), {
        url: url.pathToFileURL(file), importer, importers: [importer], loadPaths: [root], style: "expanded", charset: false,
        syntax: file.endsWith(".sass") ? "indented" : "scss", logger: sass.Logger.silent,
      });
      for (const u of out.loadedUrls) if (u.protocol === "file:") files.add(url.fileURLToPath(u));
      return { css: out.css, files: [...files] };
    } catch (e) {
      const span = e.span;
      if (!span) throw e;
      return { mistake: { message: e.sassMessage || e.message, file: span.url && span.url.protocol === "file:" ? url.fileURLToPath(span.url) : "", line: span.start.line + 1, column: span.start.column + 1 } };
    }
  },
  async less(less, { file, root }) {
    const text = fs.readFileSync(file, "utf8").replace(/(@import\s+(?:\([^)]*\)\s*)?["'])\//g, (_, head) => head + root.replace(/\\/g, "/") + "/");
    try {
      const out = await less.render(text, { filename: file, paths: [root], javascriptEnabled: false });
      return { css: out.css, files: [file, ...out.imports] };
    } catch (e) {
      if (!e.line) throw e;
      return { mistake: { message: e.message, file: e.filename || "", line: e.line, column: (e.column || 0) + 1 } };
    }
  },
  stylus(stylus, { file, root }) {
    const style = stylus(fs.readFileSync(file, "utf8")).set("filename", file).set("paths", [root]);
    try {
      const css = style.render();
      return { css, files: [file, ...style.deps()] };
    } catch (e) {
      return { mistake: { message: String(e.message).trim().split("\n").pop(), file: e.filename || "", line: e.lineno || 0, column: e.column || 0 } };
    }
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const q = JSON.parse(line);
    let out;
    try {
      const compiler = load(q.package, q.dirs);
      out = compiler ? await compilers[q.package](compiler, q) : { missing: true };
    } catch (e) {
      out = { mistake: { message: String((e && e.message) || e), file: "", line: 0, column: 0 } };
    }
    write(JSON.stringify(out) + "\n");
  }
})();
