/** The plugin notices: fills in notices from templates that are kept for each user. */
import { Failure, Plugin } from './dougong/index.js'
import { fields, parse, render, TemplateError } from './template.js'

export const CAPABILITY = 'example.notices/v1'
export const [BAD_TEMPLATE, NO_TEMPLATE] = [20001, 20002]

const STEP = 100 // notices between two reports

let common = {}

function read(text) {
  try {
    return parse(text)
  } catch (thrown) {
    throw thrown instanceof TemplateError ? new Failure(BAD_TEMPLATE, 'bad-template', thrown.message, { line: thrown.line }) : thrown
  }
}

async function load(ctx, name) {
  const text = await ctx.kv.get(`template/${name}`)
  if (text) return read(text.toString())
  const known = (await ctx.kv.list('template/')).map((key) => key.slice('template/'.length)).join(', ') || 'none'
  throw new Failure(NO_TEMPLATE, 'no-template', `there is no template "${name}"; saved are: ${known}`)
}

export const plugin = new Plugin('dougong.example.notices', '1.0.0')
  .onConfigure((ctx, config) => {
    common = { signature: config?.signature ?? '' }
  })
  .provide(CAPABILITY, {
    async saveTemplate(ctx, { name, text }) {
      const used = fields(read(text))
      await ctx.kv.set(`template/${name}`, text)
      return { fields: used }
    },

    async render(ctx, { name, data }) {
      return { html: render(await load(ctx, name), [data, common]) }
    },

    async renderAll(ctx, { name, rows }) {
      const template = await load(ctx, name)
      const files = []
      for (const row of rows) {
        files.push(Buffer.from(render(template, [row, common])))
        if (files.length % STEP === 0 || files.length === rows.length) {
          await ctx.emit('progress', { done: files.length, of: rows.length })
          ctx.check()
        }
      }
      return { files }
    },
  })
