// Parses Swift files by tree-sitter's grammar and prints, as JSON, what is no Swift and every call of a method.
//   NODE_PATH=node_modules node swift.js FILE…
const fs = require("node:fs");
const Parser = require("tree-sitter");
const parser = new Parser();
parser.setLanguage(require("tree-sitter-swift"));
const found = { errors: [], calls: [], nodes: 0 };

function look(node, file) {
  found.nodes++;
  if (node.isError || node.isMissing) {
    found.errors.push(`${file}:${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${node.isMissing ? "missing " + node.type : "no Swift: " + node.text.slice(0, 40)}`);
  }
  if (node.type === "call_expression") call(node, file);
  for (const child of node.children) look(child, file);
}

function call(node, file) {
  const [callee, suffix] = node.namedChildren;
  const given = suffix?.namedChildren.find((n) => n.type === "value_arguments");
  if (!given) return;
  const labels = given.namedChildren.filter((n) => n.type === "value_argument").map((n) => n.childForFieldName("name")?.text ?? "");
  const at = callee.text.lastIndexOf(".");
  found.calls.push({ at: `${file}:${node.startPosition.row + 1}`, on: callee.text.slice(0, Math.max(at, 0)), method: callee.text.slice(at + 1), labels });
}

for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, "utf8");
  look(parser.parse(text, undefined, { bufferSize: 2 * Buffer.byteLength(text) + 1024 }).rootNode, file);
}
console.log(JSON.stringify(found));
