/* The binary messages of docs/wire-protocol.md. No length is trusted: each is checked against what is left. */
#define DG_VERSION 1
#define DG_MAX_BLOBS 4096u
#define DG_MAX_PAYLOAD (64u << 20)

typedef struct dg_reader {
	dg_ctx *c;
	const uint8_t *s;
	size_t at, size;
	const char *what; /* "request" */
	bool bad;
} dg_reader;

static void dg_malformed(dg_reader *r, const char *field)
{
	if (!r->bad)
		dg_fail(r->c, DG_INTERNAL, "wire", "malformed %s of %zu bytes at byte %zu: %s", r->what, r->size, r->at, field);
	r->bad = true;
}

static const uint8_t *dg_take(dg_reader *r, size_t n, const char *field)
{
	if (r->bad || r->size - r->at < n) {
		dg_malformed(r, field);
		return NULL;
	}
	r->at += n;
	return r->s + r->at - n;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as WebAssembly and the messages have them");

/* A number of n bytes, at most 8. */
static uint64_t dg_take_number(dg_reader *r, size_t n, const char *field)
{
	const uint8_t *s = dg_take(r, n, field);
	uint64_t v = 0;
	if (s != NULL)
		memcpy(&v, s, n);
	return v;
}

static dg_text dg_take_text(dg_reader *r, size_t n, const char *field)
{
	const uint8_t *s = dg_take(r, n, field);
	return s == NULL ? (dg_text){"", 0} : (dg_text){dg_copy(r->c, s, n), n};
}

/* The payload's bytes stay where they are. */
static dg_payload dg_take_payload(dg_reader *r)
{
	dg_payload p = {{"", 0}, NULL, 0};
	uint64_t size = dg_take_number(r, 4, "size of the JSON"), count = dg_take_number(r, 4, "number of attachments");
	if (count > DG_MAX_BLOBS)
		dg_malformed(r, "more than 4096 attachments");
	const uint8_t *sizes = dg_take(r, r->bad ? 0 : 4 * (size_t)count, "sizes of the attachments");
	const uint8_t *json = dg_take(r, (size_t)size, "JSON");
	if (r->bad)
		return p;
	dg_bytes *blobs = dg_allocate(r->c, (size_t)count * sizeof *blobs);
	for (size_t i = 0; i < count; i++) {
		uint32_t n;
		memcpy(&n, sizes + 4 * i, 4);
		blobs[i] = (dg_bytes){dg_take(r, n, "attachment"), n};
	}
	if (!r->bad)
		p = (dg_payload){{(const char *)json, (size_t)size}, blobs, (size_t)count};
	return p;
}

static bool dg_at_end(dg_reader *r)
{
	if (!r->bad && r->at != r->size)
		dg_malformed(r, "bytes that belong to nothing");
	return !r->bad;
}

static dg_reader dg_begin(dg_ctx *c, const uint8_t *s, size_t size, const char *what)
{
	dg_reader r = {c, s, 0, size, what, false};
	if (dg_take_number(&r, 1, "version") != DG_VERSION)
		dg_malformed(&r, "expected version 1");
	return r;
}

/* A message that is written into room of its exact size. */
typedef struct dg_message {
	uint8_t *start, *at;
} dg_message;

static dg_message dg_message_of(dg_ctx *c, size_t size)
{
	uint8_t *at = dg_allocate(c, size);
	return (dg_message){at, at};
}

static void dg_add(dg_message *m, const void *from, size_t n)
{
	if (n > 0)
		memcpy(m->at, from, n);
	m->at += n;
}

static void dg_add_number(dg_message *m, uint64_t v, size_t n)
{
	memcpy(m->at, &v, n);
	m->at += n;
}

/* 0: the payload is larger than the host takes. */
static size_t dg_payload_size(const dg_payload *p)
{
	uint64_t bytes = p->json.size;
	for (size_t i = 0; i < p->count; i++)
		bytes += p->blobs[i].size;
	return bytes > DG_MAX_PAYLOAD || p->count > DG_MAX_BLOBS ? 0 : (size_t)bytes + 8 + 4 * p->count;
}

static void dg_add_payload(dg_message *m, const dg_payload *p)
{
	dg_add_number(m, p->json.size, 4);
	dg_add_number(m, p->count, 4);
	for (size_t i = 0; i < p->count; i++)
		dg_add_number(m, p->blobs[i].size, 4);
	dg_add(m, p->json.at, p->json.size);
	for (size_t i = 0; i < p->count; i++)
		dg_add(m, p->blobs[i].at, p->blobs[i].size);
}

static void *dg_too_large(dg_ctx *c, const char *what)
{
	return dg_fail(c, DG_TOO_LARGE, "tooLarge", "%s has more than 64 MiB or 4096 attachments", what);
}

static dg_bytes dg_error_reply(dg_ctx *c)
{
	const dg_error e = c->error;
	dg_message m = dg_message_of(c, 20 + e.name.size + e.message.size + e.data.size);
	dg_add_number(&m, DG_VERSION | 1 << 8, 4);
	dg_add_number(&m, (uint32_t)e.code, 4);
	dg_add_number(&m, e.name.size, 4);
	dg_add_number(&m, e.message.size, 4);
	dg_add_number(&m, e.data.size, 4);
	dg_add(&m, e.name.at, e.name.size);
	dg_add(&m, e.message.at, e.message.size);
	dg_add(&m, e.data.at, e.data.size);
	return (dg_bytes){m.start, (size_t)(m.at - m.start)};
}

static dg_bytes dg_reply(dg_ctx *c, const dg_payload *p)
{
	size_t size = dg_payload_size(p);
	if (size == 0) {
		dg_too_large(c, "the result");
		return dg_error_reply(c);
	}
	dg_message m = dg_message_of(c, 4 + size);
	dg_add_number(&m, DG_VERSION, 4);
	dg_add_payload(&m, p);
	return (dg_bytes){m.start, (size_t)(m.at - m.start)};
}

/* Reads a reply of the host; a failure that it carries becomes the context's. */
static bool dg_read_reply(dg_ctx *c, const uint8_t *s, size_t size, dg_payload *out)
{
	dg_reader r = dg_begin(c, s, size, "reply of the host");
	uint64_t status = dg_take_number(&r, 1, "status");
	dg_take(&r, 2, "padding");
	if (status == 0) {
		*out = dg_take_payload(&r);
		return dg_at_end(&r);
	}
	int32_t code = (int32_t)(uint32_t)dg_take_number(&r, 4, "code");
	size_t name = dg_take_number(&r, 4, "size of the name"), message = dg_take_number(&r, 4, "size of the message"), data = dg_take_number(&r, 4, "size of the data");
	dg_error e = {code, dg_take_text(&r, name, "name"), dg_take_text(&r, message, "message"), dg_take_text(&r, data, "data")};
	if (status != 1 || code == 0)
		dg_malformed(&r, "expected the status 0, or 1 and a code");
	if (dg_at_end(&r))
		c->error = e;
	return false;
}
