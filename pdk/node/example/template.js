/** Templates: text with {{field}}, {{#list}}…{{/list}} and {{^list}}…{{/list}}. What is filled in is escaped for HTML. */

/** A template that cannot be read; line says where. */
export class TemplateError extends Error {
  constructor(line, message) {
    super(`line ${line}: ${message}`)
    this.line = line
  }
}

const FIELD = /^[\p{L}_][\p{L}\p{N}_]*$/u

/** Reads a template into a list of texts, fields and sections. */
export function parse(text) {
  const root = { parts: [] }
  const open = [root]
  let line = 1
  for (const [index, piece] of text.split('{{').entries()) {
    const end = index === 0 ? -1 : piece.indexOf('}}')
    if (index > 0) {
      if (end < 0) throw new TemplateError(line, 'a {{ is not closed by }}')
      tag(open, piece.slice(0, end).trim(), line)
    }
    const plain = index === 0 ? piece : piece.slice(end + 2)
    if (plain) open.at(-1).parts.push(plain)
    line += piece.split('\n').length - 1
  }
  const last = open.at(-1)
  if (last !== root) throw new TemplateError(last.line, `{{${last.kind}${last.field}}} is not closed by {{/${last.field}}}`)
  return root.parts
}

/** Takes one tag into the sections that are open. */
function tag(open, content, line) {
  const kind = '#^/'.includes(content[0] ?? ' ') ? content[0] : ''
  const field = content.slice(kind.length).trim()
  if (!FIELD.test(field)) throw new TemplateError(line, `expected the name of a field, found {{${content.slice(0, 40)}}}`)
  const inner = open.at(-1)
  if (kind === '/') {
    if (inner.field !== field) throw new TemplateError(line, `{{/${field}}} closes nothing${inner.field ? `; open is ${inner.field}` : ''}`)
    open.pop()
    return
  }
  const part = { field, kind, line, parts: [] }
  inner.parts.push(part)
  if (kind) open.push(part)
}

/** The names of all fields, sorted. */
export function fields(parts) {
  const names = new Set()
  const visit = (part) => {
    if (typeof part === 'string') return
    names.add(part.field)
    part.parts.forEach(visit)
  }
  parts.forEach(visit)
  return [...names].sort()
}

/** Fills in a template; scopes are objects, the innermost first. */
export function render(parts, scopes) {
  return parts.map((part) => {
    if (typeof part === 'string') return part
    const value = lookUp(part.field, scopes)
    const all = Array.isArray(value) ? value : value === undefined || value === null || value === false || value === '' ? [] : [value]
    if (part.kind === '^') return all.length ? '' : render(part.parts, scopes)
    if (part.kind === '#') return all.map((item) => render(part.parts, item === Object(item) ? [item, ...scopes] : scopes)).join('')
    return all.map((item) => escape(String(item))).join(', ')
  }).join('')
}

function lookUp(field, scopes) {
  return scopes.find((scope) => Object.hasOwn(scope, field))?.[field]
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character])
}
