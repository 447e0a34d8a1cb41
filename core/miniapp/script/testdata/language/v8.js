// Evaluates expressions in Node and prints what they give, as a JSON array. argv: show.js; stdin: a JSON array.
const fs = require("fs");
const show = new Function(fs.readFileSync(process.argv[2], "utf8") + "; return show")();
const names = ["window", "document", "self", "XMLHttpRequest", "localStorage", "location", "navigator"];
(async () => {
  const out = [];
  for (const source of JSON.parse(fs.readFileSync(0, "utf8"))) {
    try {
      out.push(show(await new Function("require", "module", "exports", ...names, '"use strict"; return (' + source + "\n)")(require, module, exports)));
    } catch (e) {
      out.push("throws " + (e && e.name));
    }
  }
  process.stdout.write(JSON.stringify(out));
})();
